-- Grain: one row per refund, to the customer of its charge.
select
    r.file,
    r.row,
    r.id as payment_id,
    'refund' as kind,
    c.customer_id,
    upper(r.currency) as currency,
    book_day(r.created) as received_date,
    in_units(r.amount, stripe_places(r.currency)) as amount,
    r.receipt_number as reference,
    case
        when r.status <> 'succeeded' then 'status ' || r.status || ': no money left'
        when c.id is null then 'its charge ' || r.charge_id || ' is not in the export'
    end as left_out
from refund r
left join charge c on c.id = r.charge_id
