-- Grain: one row per payment allocated to a line of an invoice, or unallocated again: it is applied to the line's invoice.
select
    a.file,
    a.row,
    a."Id" as application_id,
    'payment' as source,
    a.blng__Payment__c as source_id,
    coalesce(l.blng__Invoice__c, a.blng__InvoiceLine__c) as invoice_id,
    case when a.blng__Type__c = 'Unallocation' then book_day(a."CreatedDate") end as applied_date,
    moment(a."CreatedDate") as recorded_at,
    applied_amount(a.blng__Type__c, a.blng__Amount__c, null) as amount
from blng__PaymentAllocationInvoiceLine__c a
left join blng__InvoiceLine__c l on l."Id" = a.blng__InvoiceLine__c
