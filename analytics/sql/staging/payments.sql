-- Grain: one row per payment that names an invoice it cannot be applied to; it stays unapplied.
insert into flaws (table_name, file, row, code, severity, column_name, message)
select
    'payments',
    p.file_id,
    p.file_row,
    case when i.invoice_id is null then 'unknown_invoice' when i.kind = 'credit_note' then 'applied_to_credit_note'
        else 'currency_mismatch' end,
    'warn',
    'invoice_id',
    'invoice ' || shown(p.invoice_id)
        || case
            when i.invoice_id is null and lost.id is not null then ' is quarantined (' || lost.message || ')'
            when i.invoice_id is null then ' is not known'
            when i.kind = 'credit_note' then ' is a credit note'
            else ' is in ' || i.currency || ', the payment in ' || p.currency
        end
        || '; the payment is loaded unapplied'
from candidate_payments p
anti join all_applications a on a.source = 'payment' and a.source_id = p.payment_id
left join candidate_invoices i on i.invoice_id = p.invoice_id
left join lost_documents lost on lost.table_name = 'invoices' and lost.id = p.invoice_id
where p.invoice_id is not null
    and (i.invoice_id is null or i.kind = 'credit_note' or i.currency <> p.currency)
