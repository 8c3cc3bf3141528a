-- Grain: one row per new document or payment whose amount is the sum of all others of its file and currency: a row of totals?
insert into flaws (table_name, file, row, code, severity, column_name, message, by_reference)
with amounts as (
    select 'invoices' as table_name, 'total' as column_name, file_id, file_row, currency, total as amount from candidate_invoices
    union all
    select 'payments', 'amount', file_id, file_row, currency, amount from candidate_payments
)
select
    a.table_name,
    a.file_id,
    arg_max(a.file_row, a.amount),
    'sum_of_others',
    'warn',
    a.column_name,
    a.column_name || ' ' || shown_amount(max(a.amount)) || ' is the sum of the ' || count(*) - 1 || ' others in ' || a.currency
        || ': a row of totals?',
    false
from amounts a
join incoming_files f on f.file = a.file_id and f.table_name = a.table_name and f.is_new
group by a.table_name, a.column_name, a.file_id, a.currency
having count(*) >= 5 and 2 * max(a.amount) = sum(a.amount)
