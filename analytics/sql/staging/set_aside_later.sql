-- Grain: one row per table with rows of earlier loads that are set aside by this one and were not before.
select f.table_name, count(*) as rows, min(f.message) as example
from flawed f
where f.by_reference
    and not exists (select 1 from incoming_files n where n.file = f.file and n.is_new)
    and not exists (
        select 1 from earlier_quarantine q where q.table_name = f.table_name and q.file_id = f.file and q.file_row = f.row
    )
group by f.table_name
order by f.table_name
