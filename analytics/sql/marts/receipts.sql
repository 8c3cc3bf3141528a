-- Grain: one row per receipt or refund; it lives from the day received until it is reversed.
select
    cast(row_number() over (order by c.customer_key, p.received_date, p.payment_id) as integer) as payment_key,
    c.customer_key,
    p.payment_id,
    p.kind,
    p.received_date,
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
    p.reference
from payments p
left join customer_list c on c.customer_id = p.customer_id
