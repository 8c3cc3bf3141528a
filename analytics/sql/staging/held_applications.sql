-- Grain: one row per application that the books will hold, with the currency of its invoice.
create or replace temp view held_applications as select file_id, file_row, cast(currency as varchar) as currency from applied
