-- Grain: one row per credit memo applied to an invoice, or unapplied again; of a write-off, a write-off.
select
    a.file,
    a.row,
    a."Id" as application_id,
    case when m."Category" = 'InvoiceWriteOff' or m."SourceAction" = 'WriteOffPostedInvoice' then 'write_off' else 'credit_note' end
        as source,
    a."CreditMemoId" as source_id,
    a."InvoiceId" as invoice_id,
    applied_day(a."Type", a."EffectiveDate", a."AppliedDate", a."UnappliedDate", a."Date") as applied_date,
    moment(a."CreatedDate") as recorded_at,
    applied_amount(a."Type", a."Amount", a."ImpactAmount") as amount,
    case when m."SourceAction" = 'VoidPostedInvoice' then 'voids its invoice, which is void from that day on' end as left_out
from "CreditMemoInvApplication" a
left join "CreditMemo" m on m."Id" = a."CreditMemoId"
