-- Grain: one row per credit note. What has been allocated of it stands with the invoices it was allocated to (amount_credited),
-- so that only what remains of it is taken here.
select
    n.file,
    n.row,
    n.credit_note_id as invoice_id,
    n.credit_note_number as number,
    'credit_note' as kind,
    n.contact_id as customer_id,
    n.currency_code as currency,
    book_day(n.date) as issue_date,
    case n.status
        when 'AUTHORISED' then 'posted'
        when 'PAID' then 'posted'
        when 'DRAFT' then 'draft'
        when 'SUBMITTED' then 'draft'
        when 'VOIDED' then 'void'
        when 'DELETED' then 'void'
        else coalesce(n.status, 'posted')
    end as status,
    coalesce(n.remaining_credit, n.total) as total,
    case when n.type = 'ACCPAYCREDIT' then 'type ACCPAYCREDIT is a credit on a bill to be paid' end as left_out
from credit_note n
