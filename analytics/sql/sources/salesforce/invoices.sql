-- Grain: one row per invoice. Its entity stands on its lines. It is void from the day of the credit memo that voids it; a negative
-- one is a credit note.
with entities as (
    select "InvoiceId" as id, case when count(distinct "LegalEntityId") = 1 then min("LegalEntityId") end as entity
    from "InvoiceLine"
    group by "InvoiceId"
),
terms as (
    select "PaymentTermId" as id, max("Period") as days
    from "PaymentTermItem"
    where lower("PeriodUnit") in ('days', 'day')
    group by "PaymentTermId"
    having count(*) = 1
),
voids as (
    select
        coalesce(a."InvoiceId", m."ReferenceEntityId") as id,
        min(book_day(coalesce(m."EffectiveDate", m."CreditDate", a."EffectiveDate", a."AppliedDate"))) as day
    from "CreditMemo" m
    left join "CreditMemoInvApplication" a on a."CreditMemoId" = m."Id"
    where m."SourceAction" = 'VoidPostedInvoice'
    group by 1
),
seen as (
    select
        i.*,
        e.entity,
        t.days,
        v.day as voided_day,
        amount(i."TotalAmountWithTax") - coalesce(amount(i."NetPaymentsApplied"), 0) - coalesce(amount(i."NetCreditsApplied"), 0) as net,
        i."NetPaymentsApplied" is not null or i."NetCreditsApplied" is not null as has_net,
        i."Status" in ('Posted', 'Void In Progress') as is_posted
    from "Invoice" i
    left join entities e on e.id = i."Id"
    left join terms t on t.id = i."PaymentTermId"
    left join voids v on v.id = i."Id"
)
select
    s.file,
    s.row,
    s."Id" as invoice_id,
    coalesce(s."InvoiceNumber", s."DocumentNumber") as number,
    case when amount(s."TotalAmountWithTax") < 0 then 'credit_note' else 'invoice' end as kind,
    s."BillingAccountId" as customer_id,
    s.entity,
    coalesce(s."CurrencyIsoCode", s."FunctionalCurrencyIsoCode", s."CorporateCurrencyIsoCode", own_currency()) as currency,
    book_day(coalesce(s."InvoiceDate", s."PostedDate")) as issue_date,
    book_day(s."DueDate") as due_date,
    case
        when s.is_posted then 'posted'
        when s."Status" in ('Draft', 'Draft In Progress', 'Pending', 'Posting In Progress', 'Error') then 'draft'
        when s."Status" in ('Voided', 'Canceled') then 'void'
        else s."Status"
    end as status,
    case when s."Status" = 'Voided' then s.voided_day end as voided_date,
    unsigned(s."TotalAmount") as subtotal,
    unsigned(s."TotalTaxAmount") as tax,
    unsigned(s."TotalAmountWithTax") as total,
    s.days as payment_terms_days,
    s."ReferenceEntityId" as order_id,
    s."OwnerId" as sales_rep,
    case when s.is_posted then case s."SettlementStatus" when 'Settled' then 'settled' when 'Not Settled' then 'unpaid' end end as claim,
    case when s.is_posted then unsigned(case when s.has_net then cast(s.net as varchar) else s."Balance" end) end as stated,
    case
        when s."Status" = 'Voided' and s.voided_day is null then 'void_day_unknown'
        when s.is_posted and s.has_net and amount(s."Balance") <> s.net then 'balance_field_differs'
    end as note_code,
    case
        when s."Status" = 'Voided' then 'is voided, and no credit memo of the export says when: it counts on no day'
        else 'Balance ' || s."Balance" || ' is not its total less what is applied to it, ' || cast(s.net as decimal(38, 2))
            || '; the rows of applications are used'
    end as note
from seen s
