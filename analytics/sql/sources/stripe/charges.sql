-- Grain: one row per charge; only money that arrived is a payment.
select
    c.file,
    c.row,
    c.id as payment_id,
    c.customer_id,
    upper(c.currency) as currency,
    book_day(c.created) as received_date,
    in_units(c.amount, stripe_places(c.currency)) as amount,
    c.receipt_number as reference,
    c.invoice_id,
    case
        when c.status <> 'succeeded' then 'status ' || c.status || ': no money arrived'
        when not is_true(c.captured) then 'was not captured: no money arrived'
    end as left_out
from charge c
