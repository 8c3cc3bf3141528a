-- Grain: one row per payment allocated to an invoice, or unallocated again. An allocation has no day: it counts once both live.
select
    a.file,
    a.row,
    a."Id" as application_id,
    'payment' as source,
    a.blng__Payment__c as source_id,
    a.blng__Invoice__c as invoice_id,
    case when a.blng__Type__c = 'Unallocation' then book_day(a."CreatedDate") end as applied_date,
    moment(a."CreatedDate") as recorded_at,
    applied_amount(a.blng__Type__c, a.blng__Amount__c, null) as amount
from blng__PaymentAllocationInvoice__c a
