-- Grain: one row per receipt or refund, as it was loaded.
select
    r.payment_id,
    cast(r.kind as varchar) as kind,
    c.customer_id,
    cast(r.entity as varchar) as entity,
    cast(r.currency as varchar) as currency,
    r.received_date,
    r.amount,
    r.reversed_date,
    r.method,
    r.reference,
    r.named_invoice_id as invoice_id,
    r.file_id,
    r.file_row
from receipts r
left join customer_list c on c.customer_key = r.customer_key
