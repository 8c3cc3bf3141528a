-- Grain: one row per invoice. Xero has no word for part of it paid: AUTHORISED stands until nothing is due.
select
    i.file,
    i.row,
    i.invoice_id,
    i.invoice_number as number,
    i.contact_id as customer_id,
    i.currency_code as currency,
    book_day(i.date) as issue_date,
    book_day(i.due_date) as due_date,
    case i.status
        when 'AUTHORISED' then 'posted'
        when 'PAID' then 'posted'
        when 'DRAFT' then 'draft'
        when 'SUBMITTED' then 'draft'
        when 'VOIDED' then 'void'
        when 'DELETED' then 'void'
        else i.status
    end as status,
    i.sub_total as subtotal,
    i.total_tax as tax,
    i.total,
    i.reference as po_number,
    case i.status when 'PAID' then 'paid' when 'AUTHORISED' then 'open' end as claim,
    case when i.status in ('AUTHORISED', 'PAID') then i.amount_due end as stated,
    case when i.type <> 'ACCREC' then 'type ' || i.type || ' is a bill to be paid, not a receivable' end as left_out,
    case when i.type = 'ACCREC' and i.status = 'VOIDED' then 'void_day_unknown' end as note_code,
    'is voided, and the export does not say when: it counts on no day' as note
from invoice i
