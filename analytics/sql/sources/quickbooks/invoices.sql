-- Grain: one row per invoice. QuickBooks empties an invoice when it is voided: its total is 0 from then on.
select
    i.file,
    i.row,
    i.id as invoice_id,
    i.doc_number as number,
    i.customer_id,
    i.currency_id as currency,
    book_day(i.transaction_date) as issue_date,
    book_day(i.due_date) as due_date,
    cast(amount(i.total_amount) - amount(i.total_tax) as varchar) as subtotal,
    i.total_tax as tax,
    i.total_amount as total,
    i.custom_p_o_number as po_number,
    i.custom_sales_rep as sales_rep,
    i.balance as stated,
    case when is_true(i._fivetran_deleted) then 'is deleted in QuickBooks' end as left_out
from invoice i
