-- Grain: one row per invoice or debit note without a due date, and what stands in for it. A credit note falls due to nobody.
insert into flaws (table_name, file, row, code, severity, column_name, message)
select
    'invoices',
    i.file_id,
    i.file_row,
    'due_date_missing',
    'warn',
    'due_date',
    'due_date is empty; issue date'
        || coalesce(' + ' || coalesce(i.payment_terms_days, c.payment_terms_days) || ' days (terms)', '') || ' used'
from candidate_invoices i
left join candidate_customers c on c.customer_id = i.customer_id
where i.due_date is null and i.kind <> 'credit_note'
