-- Grain: one row per line, numbered in the order of the file.
select
    l.file,
    l.row,
    l.invoice_id,
    cast(row_number() over (partition by l.invoice_id order by l.file, l.row) as varchar) as line_no,
    l.item_code as product,
    l.description,
    l.quantity,
    l.unit_amount as unit_price,
    l.tax_amount as tax,
    case
        when i.line_amount_types = 'Inclusive' or amount(l.tax_amount) is null then l.line_amount
        else cast(amount(l.line_amount) + amount(l.tax_amount) as varchar)
    end as total,
    case when i.type <> 'ACCREC' then 'belongs to a bill to be paid' end as left_out
from invoice_line_item l
left join invoice i on i.invoice_id = l.invoice_id
