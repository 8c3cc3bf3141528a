-- Grain: one row per payment that names its invoice and has no application of its own: it is applied to that invoice, whole.
-- Its origin is the payment's; its id is the payment's too, marked, and marked again if somebody has that id already.
create or replace temp view derived as
select
    'payment:' || p.payment_id
        || case when exists (select 1 from all_applications x where x.application_id = 'payment:' || p.payment_id) then ':derived'
            else '' end as application_id,
    'payment' as source,
    p.payment_id as source_id,
    p.invoice_id,
    cast(null as date) as applied_date,
    cast(null as timestamp) as recorded_at,
    case p.kind when 'refund' then -p.amount else p.amount end as amount,
    p.file_id,
    p.file_row
from candidate_payments p
join candidate_invoices i on i.invoice_id = p.invoice_id and i.currency = p.currency and i.kind <> 'credit_note'
where not exists (select 1 from all_applications a where a.source = 'payment' and a.source_id = p.payment_id)
