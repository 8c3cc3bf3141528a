-- Grain: one row per payment applied to an invoice, or unapplied again: history keeps both, each with its own day.
select
    l.file,
    l.row,
    l."Id" as application_id,
    'payment' as source,
    l."PaymentId" as source_id,
    l."InvoiceId" as invoice_id,
    applied_day(l."Type", l."EffectiveDate", l."AppliedDate", l."UnappliedDate", l."Date") as applied_date,
    moment(l."CreatedDate") as recorded_at,
    applied_amount(l."Type", l."Amount", l."ImpactAmount") as amount
from "PaymentLineInvoice" l
