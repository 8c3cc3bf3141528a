-- Grain: one row per invoice of which something was credited: that credit, applied to it.
select
    i.file,
    i.row,
    'credit:' || i.invoice_id as application_id,
    'credit_note' as source,
    'credit:' || i.invoice_id as source_id,
    i.invoice_id,
    i.amount_credited as amount
from invoice i
where i.type = 'ACCREC' and i.status in ('AUTHORISED', 'PAID') and amount(i.amount_credited) > 0
