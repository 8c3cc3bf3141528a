-- Grain: one row per file, of this load and of earlier ones whose rows stay. `table_name`: the table it is read for.
create temp table incoming_files (file integer, table_name varchar, name varchar, word varchar, is_new boolean)
