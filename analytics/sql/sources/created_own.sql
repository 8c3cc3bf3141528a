-- Grain: one row: the currency that the user named for rows without one, or none.
create table own (code varchar)
