-- Grain: one row per invoice of which something was credited: the part of a credit note that was allocated to it.
select
    i.file,
    i.row,
    'credit:' || i.invoice_id as invoice_id,
    'credit_note' as kind,
    i.contact_id as customer_id,
    i.currency_code as currency,
    book_day(coalesce(i.fully_paid_on_date, i.updated_date_utc)) as issue_date,
    i.amount_credited as total,
    'stated_by_source' as note_code,
    'credited as invoice ' || i.invoice_id || ' says, dated '
        || case when i.fully_paid_on_date is null then 'when it was last changed' else 'when it was paid in full' end as note
from invoice i
where i.type = 'ACCREC' and i.status in ('AUTHORISED', 'PAID') and amount(i.amount_credited) > 0
