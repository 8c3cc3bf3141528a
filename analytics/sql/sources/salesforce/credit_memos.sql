-- Grain: one row per credit memo; the ones that void or write off an invoice are that, and no credit.
select
    m.file,
    m.row,
    m."Id" as invoice_id,
    m."CreditMemoNumber" as number,
    'credit_note' as kind,
    m."BillingAccountId" as customer_id,
    m."LegalEntityId" as entity,
    coalesce(m."CurrencyIsoCode", own_currency()) as currency,
    book_day(coalesce(m."EffectiveDate", m."CreditDate")) as issue_date,
    case
        when m."Status" in ('Posted', 'Void In Progress') then 'posted'
        when m."Status" in ('Draft', 'Pending', 'Error') then 'draft'
        when m."Status" in ('Voided', 'Canceled') then 'void'
        else m."Status"
    end as status,
    unsigned(m."TotalAmountWithTax") as total,
    m."ReferenceEntityId" as order_id,
    case when m."Status" = 'Posted' then unsigned(m."Balance") end as stated,
    case
        when m."SourceAction" = 'VoidPostedInvoice' then 'voids invoice ' || coalesce(m."ReferenceEntityId", '?') || ', which is void from its day on'
        when m."Category" = 'InvoiceWriteOff' or m."SourceAction" = 'WriteOffPostedInvoice'
            then 'is a write-off: its applications count as write-offs'
    end as left_out
from "CreditMemo" m
