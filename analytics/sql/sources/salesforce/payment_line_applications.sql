-- Grain: one row per payment applied to a line of an invoice, where the org applies to lines: it is applied to the line's invoice.
select
    l.file,
    l.row,
    l."Id" as application_id,
    'payment' as source,
    l."PaymentId" as source_id,
    coalesce(n."InvoiceId", l."InvoiceLineId") as invoice_id,
    applied_day(l."Type", l."EffectiveDate", l."AppliedDate", l."UnappliedDate", l."Date") as applied_date,
    moment(l."CreatedDate") as recorded_at,
    applied_amount(l."Type", l."Amount", l."ImpactAmount") as amount
from "PaymentLineInvoiceLine" l
left join "InvoiceLine" n on n."Id" = l."InvoiceLineId"
