-- Grain: one row per application that counts at $day, to an invoice of the customer with key $key or from one of its payments or
-- credit notes.
with counted as (
    select * from applied where customer_key = $key and alive_from <= $day and $day < alive_to
    union all
    select * from applied
    where
        customer_key <> $key and alive_from <= $day and $day < alive_to
        and source_payment_key in (select payment_key from receipts where customer_key = $key)
    union all
    select * from applied
    where
        customer_key <> $key and alive_from <= $day and $day < alive_to
        and source_invoice_key in (select invoice_key from documents where customer_key = $key and kind = 'credit_note')
)
select
    a.application_id,
    a.source,
    coalesce(p.payment_id, n.invoice_id) as source_id,
    d.invoice_id,
    a.effective_date as applied_date,
    a.currency::varchar as currency,
    a.amount
from counted a
join documents d on d.invoice_key = a.invoice_key
left join receipts p on p.payment_key = a.source_payment_key
left join documents n on n.invoice_key = a.source_invoice_key
order by a.effective_date desc, a.application_id
