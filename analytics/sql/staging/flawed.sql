-- Grain: one row per row that is set aside, with its first reason and all of its sentences.
create or replace temp table flawed as
select
    table_name,
    file,
    row,
    arg_min(code, by_reference) as code,
    string_agg(distinct message, '; ' order by message) as message,
    bool_and(by_reference) as by_reference
from flaws
where severity = 'quarantine'
group by table_name, file, row
