-- Grain: one row per payment that names its invoice and has no application of its own: it is applied to that invoice, whole.
-- Its origin is the payment's; its id is the payment's too, marked, and marked again if somebody has that id already.
create or replace temp view derived as
with naming as (
    select * from candidate_payments where invoice_id is not null
),
-- Most books name no invoice with a payment; then nothing is looked up among all the applications.
with_own as (
    select a.source_id from all_applications a semi join naming p on p.payment_id = a.source_id where a.source = 'payment'
)
select
    'payment:' || p.payment_id
        || case
            when 'payment:' || p.payment_id in (
                select application_id from all_applications where starts_with(application_id, 'payment:')
            ) then ':derived'
            else ''
        end as application_id,
    'payment' as source,
    p.payment_id as source_id,
    p.invoice_id,
    cast(null as date) as applied_date,
    cast(null as timestamp) as recorded_at,
    case p.kind when 'refund' then -p.amount else p.amount end as amount,
    p.file_id,
    p.file_row
from naming p
join candidate_invoices i on i.invoice_id = p.invoice_id and i.currency = p.currency and i.kind <> 'credit_note'
anti join with_own a on a.source_id = p.payment_id
