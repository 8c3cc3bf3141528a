-- Grain: one row per invoice, payment or credit note to or from which more is applied than it holds, or less than nothing, on its
-- latest application. From a refund only what it takes back can be applied: from less its amount to nothing.
insert into flaws (table_name, file, row, code, severity, column_name, message)
with odd as (
    select d.invoice_key, null as payment_key, null as note_key, 'invoice' as what, d.invoice_id as id, t.applied, d.total as held
    from (select invoice_key, sum(amount) as applied from applied group by invoice_key) t
    join documents d on d.invoice_key = t.invoice_key and (t.applied > d.total or t.applied < 0)
    union all
    select null, d.payment_key, null, case d.kind when 'refund' then 'refund' else 'payment' end, d.payment_id, t.applied, d.amount
    from (select source_payment_key as key, sum(amount) as applied from applied group by source_payment_key) t
    join receipts d
        on d.payment_key = t.key
        and t.applied not between case d.kind when 'refund' then -d.amount else 0 end and case d.kind when 'refund' then 0 else d.amount end
    union all
    select null, null, d.invoice_key, 'credit note', d.invoice_id, t.applied, d.total
    from (select source_invoice_key as key, sum(amount) as applied from applied group by source_invoice_key) t
    join documents d on d.invoice_key = t.key and (t.applied > d.total or t.applied < 0)
),
places as (
    select o.what, o.id, o.applied, o.held, a.file_id, a.file_row
    from odd o join applied a on a.invoice_key = o.invoice_key
    union all
    select o.what, o.id, o.applied, o.held, a.file_id, a.file_row
    from odd o join applied a on a.source_payment_key = o.payment_key
    union all
    select o.what, o.id, o.applied, o.held, a.file_id, a.file_row
    from odd o join applied a on a.source_invoice_key = o.note_key
),
latest as (
    select what, id, applied, held, max({file: file_id, row: file_row}) as place from places group by all
)
select
    n.table_name,
    l.place.file,
    l.place.row,
    'over_applied',
    'warn',
    'amount',
    l.what || ' ' || shown(l.id) || ': ' || shown_amount(l.applied) || ' applied, ' || case
        when l.what = 'refund' then 'a refund of ' || shown_amount(l.held) || ' takes back, it pays nothing'
        when l.applied < 0 then 'less than nothing: more is taken back than was applied'
        else 'more than its ' || shown_amount(l.held)
    end
from latest l
join incoming_files n on n.file = l.place.file
