-- Grain: one row per receipt or refund of the customer with key $key, received by $day.
select
    p.payment_id,
    p.kind::varchar as kind,
    p.currency::varchar as currency,
    p.received_date,
    p.amount,
    case when p.alive_to <= $day then p.alive_to end as reversed_date,
    coalesce(c.unapplied_amount, 0) as unapplied_amount,
    p.method,
    p.reference
from receipts p
left join credits c on c.customer_key = $key and c.payment_key = p.payment_key and c.valid_from <= $day and $day < c.valid_to
where p.customer_key = $key and p.received_date <= $day
order by p.received_date desc, p.payment_id
