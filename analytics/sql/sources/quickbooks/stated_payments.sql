-- Grain: one row per invoice of which less is open than the rows of payments say: the rest, settled by what is not in the export.
with settled as (
    select l.invoice_id, sum(amount(l.amount)) as amount
    from payment_line l
    join payment p on p.id = l.payment_id and not is_true(p._fivetran_deleted)
    group by l.invoice_id
)
select
    i.file,
    i.row,
    'stated:' || i.id as payment_id,
    i.customer_id,
    i.currency_id as currency,
    greatest(book_day(i.updated_at), book_day(i.transaction_date)) as received_date,
    cast(amount(i.total_amount) - amount(i.balance) - coalesce(s.amount, 0) as varchar) as amount,
    i.id as invoice_id,
    'stated_by_source' as note_code,
    'settled as the balance of invoice ' || i.id || ' says, dated when the invoice was last changed; the export has no payment for it'
        as note
from invoice i
left join settled s on s.invoice_id = i.id
where not is_true(i._fivetran_deleted) and amount(i.total_amount) - amount(i.balance) > coalesce(s.amount, 0)
