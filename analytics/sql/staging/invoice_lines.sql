-- Grain: one row per invoice whose lines do not add up to its total, on its last line.
insert into flaws (table_name, file, row, code, severity, column_name, message)
select
    'invoice_lines',
    max(l.file_id),
    arg_max(l.file_row, l.line_no),
    'lines_differ',
    'warn',
    'total',
    'lines of ' || shown(i.invoice_id) || ' add up to ' || shown_amount(sum(l.total)) || ', not to its total '
        || shown_amount(i.total)
from candidate_invoice_lines l
join candidate_invoices i on i.invoice_id = l.invoice_id
group by i.invoice_id, i.total
having sum(l.total) <> i.total
