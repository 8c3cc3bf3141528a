-- Grain: one row per invoice. A rebilled one stays, settled by the credit note of its rebilling. Its entity stands on its lines.
with entities as (
    select
        blng__Invoice__c as id,
        case when count(distinct blng__LegalEntity__c) = 1 then min(blng__LegalEntity__c) end as entity
    from blng__InvoiceLine__c
    group by blng__Invoice__c
)
select
    i.file,
    i.row,
    i."Id" as invoice_id,
    i."Name" as number,
    case when amount(i.blng__TotalAmount__c) < 0 then 'credit_note' else 'invoice' end as kind,
    i.blng__Account__c as customer_id,
    e.entity,
    coalesce(i."CurrencyIsoCode", i.blng__BaseCurrency__c, own_currency()) as currency,
    book_day(i.blng__InvoiceDate__c) as issue_date,
    book_day(i.blng__DueDate__c) as due_date,
    case
        when i.blng__InvoiceStatus__c in ('Posted', 'Rebilled') then 'posted'
        when i.blng__InvoiceStatus__c in ('Draft', 'Initiated', 'Post In progress', 'Error') then 'draft'
        when i.blng__InvoiceStatus__c = 'Cancelled' then 'void'
        else i.blng__InvoiceStatus__c
    end as status,
    unsigned(i.blng__Subtotal__c) as subtotal,
    unsigned(i.blng__TaxAmount__c) as tax,
    unsigned(i.blng__TotalAmount__c) as total,
    i.blng__Order__c as order_id,
    i."OwnerId" as sales_rep,
    case when i.blng__InvoiceStatus__c = 'Posted' and i.blng__PaymentStatus__c = 'Paid' then 'paid' end as claim,
    case when i.blng__InvoiceStatus__c in ('Posted', 'Rebilled') then unsigned(i.blng__Balance__c) end as stated
from blng__Invoice__c i
left join entities e on e.id = i."Id"
