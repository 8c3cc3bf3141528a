-- Grain: one row per line of a credit note allocated to a line of an invoice, or unallocated again: note to invoice.
select
    a.file,
    a.row,
    a."Id" as application_id,
    'credit_note' as source,
    coalesce(n.blng__CreditNote__c, a.blng__CreditNoteLine__c) as source_id,
    coalesce(l.blng__Invoice__c, a.blng__InvoiceLine__c) as invoice_id,
    case when a.blng__Type__c = 'Unallocation' then book_day(a."CreatedDate") end as applied_date,
    moment(a."CreatedDate") as recorded_at,
    applied_amount(a.blng__Type__c, a.blng__Amount__c, null) as amount
from blng__CreditNoteAllocation__c a
left join blng__CreditNoteLine__c n on n."Id" = a.blng__CreditNoteLine__c
left join blng__InvoiceLine__c l on l."Id" = a.blng__InvoiceLine__c
