-- Grain: one row per new document or payment whose id differs from another's only in case, in marks, or in zeros before a number.
insert into flaws (table_name, file, row, code, severity, column_name, message, by_reference)
with suspected as (
    -- Numbers are grouped much faster than texts, and mostly there is nothing more to do.
    select table_name, hash(likeness(id)) as print from known_ids group by table_name, hash(likeness(id)) having count(*) > 1
),
alike as (
    select table_name, likeness(id) as likeness, min(id) as first_id, max(id) as last_id
    from known_ids
    where (table_name, hash(likeness(id))) in (select (table_name, print) from suspected) and likeness(id) <> ''
    group by table_name, likeness(id)
    having min(id) <> max(id)
),
added as (
    select 'invoices' as table_name, 'invoice_id' as column_name, file_id, file_row, invoice_id as id from candidate_invoices
    union all
    select 'payments', 'payment_id', file_id, file_row, payment_id from candidate_payments
)
select
    n.table_name,
    n.file_id,
    n.file_row,
    'near_duplicate',
    'warn',
    n.column_name,
    n.column_name || ' ' || shown(n.id) || ' is nearly ' || shown(case when n.id = a.first_id then a.last_id else a.first_id end)
        || ': the same document twice?',
    false
from added n
join incoming_files f on f.file = n.file_id and f.is_new
join alike a on a.table_name = n.table_name and a.likeness = likeness(n.id)
