-- Grain: one row per line, numbered in the order of the file.
select
    l.file,
    l.row,
    l.blng__Invoice__c as invoice_id,
    cast(row_number() over (partition by l.blng__Invoice__c order by l.file, l.row) as varchar) as line_no,
    l.blng__Product__c as product,
    l."Name" as description,
    l.blng__Quantity__c as quantity,
    l.blng__Subtotal__c as subtotal,
    l.blng__TaxAmount__c as tax,
    coalesce(
        l.blng__TotalAmount__c,
        cast(amount(l.blng__Subtotal__c) + coalesce(amount(l.blng__TaxAmount__c), 0) as varchar),
        l.blng__Subtotal__c
    ) as total
from blng__InvoiceLine__c l
