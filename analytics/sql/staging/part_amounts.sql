-- Grain: one row per amount of a line, installment or dispute that has more decimals than the currency of its invoice.
insert into flaws (table_name, file, row, code, severity, column_name, message)
select
    part.table_name,
    part.file_id,
    part.file_row,
    'too_many_decimals',
    'quarantine',
    part.name,
    part.name || ' ' || shown_amount(part.amount) || ' has more decimals than ' || i.currency || ' allows'
from (
    select 'invoice_lines' as table_name, file_id, file_row, invoice_id, 'subtotal' as name, subtotal as amount
    from candidate_invoice_lines
    union all
    select 'invoice_lines', file_id, file_row, invoice_id, 'tax', tax from candidate_invoice_lines
    union all
    select 'invoice_lines', file_id, file_row, invoice_id, 'total', total from candidate_invoice_lines
    union all
    select 'installments', file_id, file_row, invoice_id, 'amount', amount from candidate_installments
    union all
    select 'disputes', file_id, file_row, invoice_id, 'amount', amount from candidate_disputes
) part
join candidate_invoices i on i.invoice_id = part.invoice_id
join currencies c on c.code = i.currency
where not has_places(part.amount, c.places)
