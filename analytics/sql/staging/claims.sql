-- Grain: one row per invoice of which the source says paid, or unpaid, and the applications say otherwise.
insert into flaws (table_name, file, row, code, severity, column_name, message)
with applied as (
    select invoice_id, sum(amount) as amount
    from (select invoice_id, amount from candidate_applications union all select invoice_id, amount from derived) every_application
    group by invoice_id
)
select
    'invoices',
    s.file,
    s.row,
    'status_contradicted',
    'warn',
    'status',
    'the source says ' || shown(s.claim) || ', but ' || shown_amount(coalesce(a.amount, 0)) || ' of '
        || shown_amount(i.total) || ' is applied'
from staged_invoices s
join candidate_invoices i on i.file_id = s.file and i.file_row = s.row and i.kind <> 'credit_note'
left join applied a on a.invoice_id = i.invoice_id
where (lower(s.claim) in ('paid', 'closed', 'settled') and coalesce(a.amount, 0) < i.total)
    or (lower(s.claim) in ('unpaid', 'open', 'overdue', 'sent', 'outstanding') and coalesce(a.amount, 0) >= i.total)
