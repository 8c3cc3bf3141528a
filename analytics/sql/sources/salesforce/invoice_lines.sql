-- Grain: one row per line, numbered in the order of the file. Where tax has lines of its own, the others go without theirs.
select
    l.file,
    l.row,
    l."InvoiceId" as invoice_id,
    cast(row_number() over (partition by l."InvoiceId" order by l.file, l.row) as varchar) as line_no,
    l."Product2Id" as product,
    l."Name" as description,
    l."Quantity" as quantity,
    l."UnitPrice" as unit_price,
    l."LineAmount" as subtotal,
    case when t.has_tax_lines then null else l."TaxAmount" end as tax,
    case
        when t.has_tax_lines or amount(l."TaxAmount") is null then l."LineAmount"
        else cast(amount(l."LineAmount") + amount(l."TaxAmount") as varchar)
    end as total
from "InvoiceLine" l
left join (
    select "InvoiceId" as id, bool_or("Type" = 'Tax') as has_tax_lines from "InvoiceLine" group by "InvoiceId"
) t on t.id = l."InvoiceId"
