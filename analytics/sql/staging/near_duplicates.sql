-- Grain: one row per document or payment whose id differs from another's only in case, in marks, or in zeros before a number.
insert into flaws (table_name, file, row, code, severity, column_name, message)
with plain as (
    select
        'invoices' as table_name,
        'invoice_id' as column_name,
        file_id,
        file_row,
        invoice_id as id,
        regexp_replace(lower(invoice_id), '[^\p{L}\p{N}]|\b0+', '', 'g') as likeness
    from candidate_invoices
    union all
    select
        'payments',
        'payment_id',
        file_id,
        file_row,
        payment_id,
        regexp_replace(lower(payment_id), '[^\p{L}\p{N}]|\b0+', '', 'g')
    from candidate_payments
),
alike as (
    select table_name, likeness, min(id) as first_id
    from plain
    where likeness <> ''
    group by table_name, likeness
    having count(*) > 1
)
select p.table_name, p.file_id, p.file_row, 'near_duplicate', 'warn', p.column_name,
    p.column_name || ' ' || shown(p.id) || ' is nearly ' || shown(a.first_id) || ': the same document twice?'
from plain p
join alike a on a.table_name = p.table_name and a.likeness = p.likeness and p.id <> a.first_id
