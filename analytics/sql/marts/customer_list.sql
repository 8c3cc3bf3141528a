-- Grain: one row per customer named in any table.
with known as (
    select customer_id from customers
    union
    select parent_id from customers where parent_id is not null
    union
    select customer_id from accepted_invoices
    union
    select customer_id from accepted_payments where customer_id is not null
)
select
    cast(row_number() over (order by known.customer_id) as integer) as customer_key,
    known.customer_id,
    c.name,
    c.parent_id,
    c.segment,
    c.region,
    c.country,
    c.currency,
    c.sales_rep,
    c.collector,
    c.credit_limit,
    c.payment_terms_days,
    c.email
from known
left join customers c on c.customer_id = known.customer_id
order by customer_key
