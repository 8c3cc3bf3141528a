-- Grain: one row per payment received.
select
    p.file,
    p.row,
    p.id as payment_id,
    p.customer_id,
    p.currency_id as currency,
    book_day(p.transaction_date) as received_date,
    p.total_amount as amount,
    p.payment_method_id as method,
    p.reference_number as reference,
    p.unapplied_amount as stated,
    case when is_true(p._fivetran_deleted) then 'is deleted in QuickBooks' end as left_out
from payment p
