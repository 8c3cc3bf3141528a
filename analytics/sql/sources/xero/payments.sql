-- Grain: one row per payment of an invoice.
select
    p.file,
    p.row,
    p.payment_id,
    i.contact_id as customer_id,
    i.currency_code as currency,
    book_day(p.date) as received_date,
    p.amount,
    p.reference,
    p.invoice_id,
    case
        when i.type <> 'ACCREC' or p.payment_type like 'ACCPAY%' then 'pays a bill'
        when p.status = 'DELETED' then 'is deleted in Xero'
    end as left_out
from payment p
left join invoice i on i.invoice_id = p.invoice_id
