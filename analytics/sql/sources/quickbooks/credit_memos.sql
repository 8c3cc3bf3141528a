-- Grain: one row per credit memo.
select
    m.file,
    m.row,
    m.id as invoice_id,
    m.doc_number as number,
    'credit_note' as kind,
    m.customer_id,
    m.currency_id as currency,
    book_day(m.transaction_date) as issue_date,
    cast(amount(m.total_amount) - amount(m.total_tax) as varchar) as subtotal,
    m.total_tax as tax,
    m.total_amount as total,
    coalesce(m.remaining_credit, m.balance) as stated,
    case when is_true(m._fivetran_deleted) then 'is deleted in QuickBooks' end as left_out
from credit_memo m
