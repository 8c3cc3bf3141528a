-- Grain: one row per currency: its decimals.
create table units (code varchar, places tinyint)
