-- Grain: one row per credit note, of the customer of its invoice.
select
    n.file,
    n.row,
    n.id as invoice_id,
    n.number,
    'credit_note' as kind,
    i.customer_id,
    upper(n.currency) as currency,
    book_day(n.created) as issue_date,
    case n.status when 'issued' then 'posted' else n.status end as status,
    book_day(n.voided_at) as voided_date,
    in_units(n.total, stripe_places(n.currency)) as total
from credit_note n
left join invoice i on i.id = n.invoice_id
