-- Grain: one row per figure of a balance that the source itself has drawn up for a customer and a day.
create temp table given_snapshots (
    customer_id varchar, currency varchar, day date, figure varchar, from_days integer, to_days integer, amount decimal(18, 4)
)
