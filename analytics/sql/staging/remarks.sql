-- Grain: one row per cell that was read differently than it is written.
insert into flaws (table_name, file, row, code, severity, column_name, message)
select
    table_name, file, row, 'normalised', 'warn', name,
    name || ' ' || shown(cell) || ' read as ' || upper(trim(cell))
from remarked
where trim(cell) <> ''
