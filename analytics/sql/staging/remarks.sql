-- Grain: one row per cell that was read differently than it is written.
insert into flaws (table_name, file, row, code, severity, column_name, message)
select
    table_name,
    file,
    row,
    case kind when 'number' then 'rounded' else 'normalised' end,
    'warn',
    name,
    name || ' ' || shown(cell)
        || case kind when 'number' then ' is held to ten decimals' else ' read as ' || upper(trim(cell)) end
from remarked
where trim(cell) <> ''
