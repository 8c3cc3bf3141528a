-- Grain: one row per application that counts at $day, to an invoice of the customer with key $key or from one of its payments or
-- credit notes.
with counted as (
    select * from applied where customer_key = $key and alive_from <= $day and $day < alive_to
    union all
    select * from applied
    where
        customer_key in (select customer_key from applied_across where source_customer_key = $key)
        and alive_from <= $day and $day < alive_to
        and (
            source_payment_key in (select payment_key from receipts where customer_key = $key)
            or source_invoice_key in (select invoice_key from documents where customer_key = $key)
        )
)
select
    a.application_id,
    a.source::varchar as source,
    coalesce(p.payment_id, n.invoice_id) as source_id,
    d.invoice_id,
    a.effective_date as applied_date,
    a.currency::varchar as currency,
    a.amount
from counted a
join documents d on d.invoice_key = a.invoice_key
-- Narrowed before they are joined: an outer join would read them whole.
left join (select payment_key, payment_id from receipts where payment_key in (select source_payment_key from counted)) p
    on p.payment_key = a.source_payment_key
left join (select invoice_key, invoice_id from documents where invoice_key in (select source_invoice_key from counted)) n
    on n.invoice_key = a.source_invoice_key
order by a.effective_date desc, a.application_id
