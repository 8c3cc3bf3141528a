-- Grain: one row per invoice; a negative one is a credit note.
select
    i.file,
    i.row,
    i.id as invoice_id,
    i.invoice_number as number,
    case when amount(i.amount) < 0 then 'credit_note' else 'invoice' end as kind,
    i.account_id as customer_id,
    i.transaction_currency as currency,
    book_day(i.invoice_date) as issue_date,
    book_day(i.due_date) as due_date,
    case i.status
        when 'Posted' then 'posted'
        when 'Draft' then 'draft'
        when 'Generating' then 'draft'
        when 'Error' then 'draft'
        when 'Canceled' then 'void'
        when 'Reversed' then 'void'
        else i.status
    end as status,
    unsigned(i.amount_without_tax) as subtotal,
    unsigned(i.tax_amount) as tax,
    unsigned(i.amount) as total,
    case when i.status = 'Posted' then unsigned(i.balance) end as stated,
    case when is_true(i._fivetran_deleted) then 'is deleted in Zuora' end as left_out
from invoice i
