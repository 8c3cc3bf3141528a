-- Grain: one row per invoice, payment or credit note to or from which more is applied than it holds, on its latest application.
insert into flaws (table_name, file, row, code, severity, column_name, message)
with latest as (
    select 'invoice' as what, o.id, o.applied, o.held, max({file: a.file_id, row: a.file_row}) as place
    from (
        select t.key, d.invoice_id as id, t.applied, d.total as held
        from (select invoice_key as key, sum(amount) as applied from applied group by invoice_key) t
        join documents d on d.invoice_key = t.key and t.applied > d.total
    ) o
    join applied a on a.invoice_key = o.key
    group by o.id, o.applied, o.held
    union all
    select 'payment' as what, o.id, o.applied, o.held, max({file: a.file_id, row: a.file_row}) as place
    from (
        select t.key, d.payment_id as id, t.applied, d.amount as held
        from (select source_payment_key as key, sum(amount) as applied from applied group by source_payment_key) t
        join receipts d on d.payment_key = t.key and t.applied > d.amount
    ) o
    join applied a on a.source_payment_key = o.key
    group by o.id, o.applied, o.held
    union all
    select 'credit note' as what, o.id, o.applied, o.held, max({file: a.file_id, row: a.file_row}) as place
    from (
        select t.key, d.invoice_id as id, t.applied, d.total as held
        from (select source_invoice_key as key, sum(amount) as applied from applied group by source_invoice_key) t
        join documents d on d.invoice_key = t.key and t.applied > d.total
    ) o
    join applied a on a.source_invoice_key = o.key
    group by o.id, o.applied, o.held
)
select
    n.table_name,
    l.place.file,
    l.place.row,
    'over_applied',
    'warn',
    'amount',
    l.what || ' ' || shown(l.id) || ': ' || shown_amount(l.applied) || ' applied, more than its ' || shown_amount(l.held)
from latest l
join incoming_files n on n.file = l.place.file
