-- Grain: one row per credit note issued before its invoice was paid, which lessens what is due. One issued afterwards is paid back,
-- or kept for the customer: it stays unapplied, beside the refund.
select
    n.file,
    n.row,
    'credit:' || n.id as application_id,
    'credit_note' as source,
    n.id as source_id,
    n.invoice_id,
    book_day(n.created) as applied_date,
    in_units(n.total, stripe_places(n.currency)) as amount
from credit_note n
where n.type = 'pre_payment' and n.status = 'issued'
