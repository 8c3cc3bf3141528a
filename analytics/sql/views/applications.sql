-- Grain: one row per application, as it was loaded or derived from a payment that names its invoice.
select
    a.application_id,
    cast(a.source as varchar) as source,
    coalesce(p.payment_id, n.invoice_id, a.named_source_id) as source_id,
    d.invoice_id,
    case when a.is_dated then a.effective_date end as applied_date,
    a.recorded_at,
    a.amount,
    a.file_id,
    a.file_row
from applied a
join documents d on d.invoice_key = a.invoice_key
left join receipts p on p.payment_key = a.source_payment_key
left join documents n on n.invoice_key = a.source_invoice_key
