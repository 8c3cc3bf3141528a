-- Grain: one row per invoice of which more is paid than the rows of payments say: the rest, as the invoice states it.
with paid as (
    select p.invoice_id, sum(amount(p.amount)) as amount from payment p where p.status <> 'DELETED' group by p.invoice_id
)
select
    i.file,
    i.row,
    'stated:' || i.invoice_id as payment_id,
    i.contact_id as customer_id,
    i.currency_code as currency,
    book_day(coalesce(i.fully_paid_on_date, i.updated_date_utc)) as received_date,
    cast(amount(i.amount_paid) - coalesce(p.amount, 0) as varchar) as amount,
    i.invoice_id,
    'stated_by_source' as note_code,
    'paid as invoice ' || i.invoice_id || ' says, dated '
        || case when i.fully_paid_on_date is null then 'when it was last changed' else 'when it was paid in full' end
        || '; the export has no payment for it' as note
from invoice i
left join paid p on p.invoice_id = i.invoice_id
where i.type = 'ACCREC' and i.status in ('AUTHORISED', 'PAID') and amount(i.amount_paid) > coalesce(p.amount, 0)
