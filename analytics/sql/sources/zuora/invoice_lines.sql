-- Grain: one row per item of an invoice, numbered in the order of the file.
select
    t.file,
    t.row,
    t.invoice_id,
    cast(row_number() over (partition by t.invoice_id order by t.file, t.row) as varchar) as line_no,
    t.sku as product,
    t.charge_name as description,
    t.quantity,
    t.unit_price,
    t.charge_amount as subtotal,
    t.tax_amount as tax,
    coalesce(cast(amount(t.charge_amount) + coalesce(amount(t.tax_amount), 0) as varchar), t.charge_amount) as total,
    case when is_true(t._fivetran_deleted) then 'is deleted in Zuora' end as left_out
from invoice_item t
