-- Grain: one row per canonical table: how many rows it stores, and a digest of the rows that hold by themselves.
create table contents (table_name varchar, stored_rows bigint, held_rows bigint, digest hugeint)
