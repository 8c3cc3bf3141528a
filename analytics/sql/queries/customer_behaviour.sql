-- Grain: one row per currency in which the customer with key $key had an invoice or a receipt by $day.
with settled as (
    select currency, max(valid_to) - max(due_date) as days_late
    from segments
    where
        customer_key = $key and valid_from <= $day
        and invoice_key in (select invoice_key from documents where customer_key = $key and alive_from <= $day and $day < alive_to)
    group by currency, invoice_key
    having max(valid_to) <= $day
),
received as (
    select currency, max(received_date) as last_receipt_date, arg_max(amount, (received_date, payment_id)) as last_receipt_amount
    from receipts
    where
        customer_key = $key
        and kind = 'receipt' and alive_from <= $day and $day < alive_to
    group by currency
)
select
    coalesce(s.currency, r.currency)::varchar as currency,
    coalesce(s.invoices_settled, 0) as invoices_settled,
    s.median_days_late,
    s.settled_late,
    r.last_receipt_date,
    r.last_receipt_amount
from (
    select
        currency,
        count(*) as invoices_settled,
        cast(quantile_disc(days_late, 0.5) as integer) as median_days_late,
        round(count(*) filter (where days_late > 0)::decimal(18, 4) / count(*), 4)::decimal(18, 4) as settled_late
    from settled
    group by currency
) s
full join received r on r.currency = s.currency
order by 1
