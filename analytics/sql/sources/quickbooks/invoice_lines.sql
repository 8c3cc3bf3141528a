-- Grain: one row per line, numbered as QuickBooks numbers it. Subtotals repeat the lines above them; tax stands on the invoice.
select
    l.file,
    l.row,
    l.invoice_id,
    l.index as line_no,
    l.sales_item_item_id as product,
    l.description,
    l.sales_item_quantity as quantity,
    l.sales_item_unit_price as unit_price,
    case when l.detail_type = 'DiscountLineDetail' then cast(-amount(l.amount) as varchar) else l.amount end as total,
    case
        when l.detail_type = 'SubTotalLineDetail' then 'is a subtotal of the lines above it'
        when l.amount is null then 'is a description without an amount'
    end as left_out
from invoice_line l
