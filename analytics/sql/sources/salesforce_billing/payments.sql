-- Grain: one row per payment. One that was cancelled has no day of its own for that: it counts until it was last changed.
select
    p.file,
    p.row,
    p."Id" as payment_id,
    p.blng__Account__c as customer_id,
    p.blng__LegalEntity__c as entity,
    coalesce(p."CurrencyIsoCode", p.blng__BaseCurrency__c, own_currency()) as currency,
    book_day(p.blng__PaymentDate__c) as received_date,
    p.blng__Amount__c as amount,
    case when p.blng__Status__c = 'Cancelled' then book_day(p."LastModifiedDate") end as reversed_date,
    coalesce(p.blng__PaymentType__c, p.blng__PaymentMode__c) as method,
    p."Name" as reference,
    case when p.blng__Status__c = 'Processed' then p.blng__Balance__c end as stated,
    case
        when p.blng__Status__c = 'Cancelled' and p."LastModifiedDate" is null then 'is cancelled, and the export does not say when'
        when p.blng__Status__c not in ('Processed', 'Cancelled') then 'status ' || p.blng__Status__c || ': no money arrived'
    end as left_out
from blng__Payment__c p
