-- Grain: one row per problem of a row of file $file, at most $listed of each kind.
select row, code, severity, column_name, message, place, amount
from (
    select
        *,
        row_number() over (partition by code, column_name order by row) as place,
        count(*) over (partition by code, column_name) as amount
    from flaws
    where file = $file
) numbered
where place <= $listed
order by row, code, column_name
