-- Grain: one row per credit note.
select
    n.file,
    n.row,
    n."Id" as invoice_id,
    n."Name" as number,
    'credit_note' as kind,
    n.blng__Account__c as customer_id,
    coalesce(n."CurrencyIsoCode", own_currency()) as currency,
    book_day(n.blng__CreditNoteDate__c) as issue_date,
    case
        when n.blng__Status__c = 'Posted' then 'posted'
        when n.blng__Status__c in ('Draft', 'Initiated', 'Error') then 'draft'
        when n.blng__Status__c = 'Cancelled' then 'void'
        else n.blng__Status__c
    end as status,
    unsigned(n.blng__TotalAmount__c) as total,
    case when n.blng__Status__c = 'Posted' then unsigned(n.blng__Balance__c) end as stated
from blng__CreditNote__c n
