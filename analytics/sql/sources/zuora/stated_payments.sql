-- Grain: one row per invoice of which less is open than the rows of payments say: the rest, as the invoice states it.
with paid as (
    select a.invoice_id, sum(amount(a.amount) - coalesce(amount(a.refund_amount), 0)) as amount
    from invoice_payment a
    join payment p on p.id = a.payment_id and p.status = 'Processed' and not is_true(p._fivetran_deleted)
    where not is_true(a._fivetran_deleted)
    group by a.invoice_id
)
select
    i.file,
    i.row,
    'stated:' || i.id as payment_id,
    i.account_id as customer_id,
    i.transaction_currency as currency,
    greatest(book_day(i.updated_date), book_day(i.invoice_date)) as received_date,
    cast(amount(i.amount) - amount(i.balance) - coalesce(p.amount, 0) as varchar) as amount,
    i.id as invoice_id,
    'stated_by_source' as note_code,
    'settled as the balance of invoice ' || i.invoice_number || ' says, dated when it was last changed; the export has no payment for it'
        as note
from invoice i
left join paid p on p.invoice_id = i.id
where i.status = 'Posted'
    and not is_true(i._fivetran_deleted)
    and amount(i.amount) > 0
    and amount(i.amount) - amount(i.balance) > coalesce(p.amount, 0)
