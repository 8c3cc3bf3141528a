-- Grain: one row per file and currency: its control totals. accepted + quarantined = the sum of the file.
create table file_sums (
    file_id integer, currency varchar, accepted decimal(38, 10), quarantined decimal(38, 10)
)
