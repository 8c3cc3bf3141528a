-- Grain: one row per receipt or refund, ordered by customer; it lives from the day received until it is reversed.
with keys as (
    select
        cast(row_number() over (order by c.customer_key, p.received_date, p.payment_id) as integer) as payment_key,
        c.customer_key,
        p.file_id,
        p.file_row
    from accepted_payments p
    left join customer_list c on c.customer_id = p.customer_id
)
select
    k.payment_key,
    k.customer_key,
    p.payment_id,
    p.kind,
    p.received_date,
    p.reversed_date,
    p.received_date as alive_from,
    case
        when p.reversed_date is not null then greatest(p.reversed_date, p.received_date)
        else date '2200-01-01'
    end as alive_to,
    p.amount,
    p.entity,
    p.currency,
    c.segment,
    c.region,
    c.country,
    c.sales_rep,
    c.collector,
    p.method,
    p.reference,
    p.invoice_id as named_invoice_id,
    p.file_id,
    p.file_row
from accepted_payments p
join keys k on k.file_id = p.file_id and k.file_row = p.file_row
left join customer_list c on c.customer_key = k.customer_key
order by k.payment_key
