-- Grain: one row per payment of an invoice, less what was refunded of it. It counts from the day both live: no day of its own.
select
    a.file,
    a.row,
    a.id || ':' || a.payment_id as application_id,
    'payment' as source,
    a.payment_id as source_id,
    a.invoice_id,
    coalesce(cast(amount(a.amount) - coalesce(amount(a.refund_amount), 0) as varchar), a.amount) as amount,
    case when is_true(a._fivetran_deleted) then 'is deleted in Zuora' end as left_out
from invoice_payment a
