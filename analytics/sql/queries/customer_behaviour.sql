-- Grain: one row per currency in which the customer with key $key had an invoice or a receipt by $day.
with settled as (
    select d.currency, coalesce(max(s.valid_to), d.alive_from) - coalesce(max(s.due_date), d.due_date) as days_late
    from documents d
    left join segments s on s.customer_key = $key and s.invoice_key = d.invoice_key and s.valid_from <= $day
    where d.customer_key = $key and d.kind <> 'credit_note' and d.total <> 0 and d.alive_from <= $day and $day < d.alive_to
    group by d.invoice_key, d.currency, d.alive_from, d.due_date
    having coalesce(max(s.valid_to), d.alive_from) <= $day
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
