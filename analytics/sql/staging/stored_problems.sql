-- Grain: one row per problem of a file (`file_row` empty) or of one of its rows.
create table problems as
select
    f.file as file_id,
    f.table_name,
    f.code,
    f.severity,
    f.row as file_row,
    f.column_name,
    coalesce(n.name || ' ' || n.word || ' ' || f.row || ': ', '') || f.message as message,
    f.by_reference
from flaws f
left join incoming_files n on n.file = f.file
