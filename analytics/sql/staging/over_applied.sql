-- Grain: one row per invoice, payment or credit note to or from which more is applied than it holds, on its latest application.
insert into flaws (table_name, file, row, code, severity, column_name, message)
with every_application as (
    select 'applications' as table_name, invoice_id, source, source_id, amount, file_id, file_row from candidate_applications
    union all
    select 'payments', invoice_id, source, source_id, amount, file_id, file_row from derived
),
to_invoices as (
    select invoice_id as id, sum(amount) as applied from every_application group by invoice_id
),
from_sources as (
    select source, source_id as id, sum(amount) as applied
    from every_application
    where source in ('payment', 'credit_note')
    group by source, source_id
),
over as (
    select 'invoice' as what, t.id, t.applied, i.total as held
    from to_invoices t
    join candidate_invoices i on i.invoice_id = t.id and t.applied > i.total
    union all
    select s.source, s.id, s.applied, p.amount
    from from_sources s
    join candidate_payments p on s.source = 'payment' and p.payment_id = s.id and s.applied > p.amount
    union all
    select s.source, s.id, s.applied, n.total
    from from_sources s
    join candidate_invoices n on s.source = 'credit_note' and n.invoice_id = s.id and n.kind = 'credit_note' and s.applied > n.total
),
places as (
    select o.what, o.id, e.file_id, e.file_row, e.table_name
    from over o
    join every_application e on o.what = 'invoice' and e.invoice_id = o.id
    union all
    select o.what, o.id, e.file_id, e.file_row, e.table_name
    from over o
    join every_application e on o.what = e.source and e.source_id = o.id
),
latest as (
    select what, id, max({file: file_id, row: file_row, table_name: table_name}) as place
    from places
    group by what, id
)
select
    l.place.table_name,
    l.place.file,
    l.place.row,
    'over_applied',
    'warn',
    'amount',
    replace(o.what, '_', ' ') || ' ' || shown(o.id) || ': ' || shown_amount(o.applied) || ' applied, more than its '
        || shown_amount(o.held)
from over o
join latest l on l.what = o.what and l.id = o.id
