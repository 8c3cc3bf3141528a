-- Grain: one row per file of this load whose stored rows do not add up to what it accepted. No rows: all is well.
with stored as (
    select file_id, count(*) as rows, sum(total) as amount from documents group by file_id
    union all
    select file_id, count(*), sum(amount) from receipts group by file_id
    union all
    select a.file_id, count(*), sum(a.amount)
    from applied a
    join files f on f.file_id = a.file_id and f.table_name = 'applications'
    group by a.file_id
),
accepted as (
    select file_id, sum(accepted) as amount from file_sums group by file_id
)
select f.path, f.accepted, coalesce(s.rows, 0) as stored_rows
from files f
left join stored s on s.file_id = f.file_id
left join accepted a on a.file_id = f.file_id
where f.loaded_in = (select number from generation)
    and f.table_name in ('invoices', 'payments', 'applications')
    and (coalesce(s.rows, 0) <> f.accepted or coalesce(s.amount, 0) <> coalesce(a.amount, 0))
