-- Grain: one row per flaw of a row that is being loaded, or of a row of the books that stays and no longer fits.
-- `by_reference`: only other rows make it one; it is looked for anew with every load.
create temp table flaws (
    table_name varchar, file integer, row bigint, code varchar, severity varchar, column_name varchar, message varchar,
    by_reference boolean default true
)
