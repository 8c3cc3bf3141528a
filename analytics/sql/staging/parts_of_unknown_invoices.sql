-- Grain: one row per line, installment or dispute whose invoice is not in the books.
insert into flaws (table_name, file, row, code, severity, column_name, message)
select
    part.table_name,
    part.file_id,
    part.file_row,
    case when lost.id is null then 'unknown_invoice' else 'invoice_quarantined' end,
    'quarantine',
    'invoice_id',
    'invoice ' || shown(part.invoice_id)
        || case when lost.id is null then ' is not known' else ' is quarantined (' || lost.message || ')' end
from (
    select 'invoice_lines' as table_name, file_id, file_row, invoice_id from candidate_invoice_lines
    union all
    select 'installments', file_id, file_row, invoice_id from candidate_installments
    union all
    select 'disputes', file_id, file_row, invoice_id from candidate_disputes
) part
anti join candidate_invoices i on i.invoice_id = part.invoice_id
left join lost_documents lost on lost.table_name = 'invoices' and lost.id = part.invoice_id
