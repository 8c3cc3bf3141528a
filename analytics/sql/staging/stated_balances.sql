-- Grain: one row per invoice, credit note or payment of which the source says that another amount is left than its own rows make.
insert into flaws (table_name, file, row, code, severity, column_name, message)
with every_application as (
    select invoice_id, source, source_id, amount from candidate_applications
    union all
    select invoice_id, source, source_id, amount from derived
),
to_invoices as (
    select invoice_id as id, sum(amount) as amount from every_application group by invoice_id
),
from_sources as (
    select source, source_id as id, sum(amount) as amount
    from every_application
    where source in ('payment', 'credit_note')
    group by source, source_id
),
stated as (
    select 'invoices' as table_name, s.file, s.row, s.others[2] as stated, i.total - coalesce(t.amount, 0) as made
    from staged_invoices s
    join extracted e on e.file = s.file
    join candidate_invoices i on i.file_id = s.file and i.file_row = s.row and i.kind <> 'credit_note'
    left join to_invoices t on t.id = i.invoice_id
    where s.others[2] is not null and i.status = 'posted'
    union all
    select 'invoices', s.file, s.row, s.others[2], n.total - coalesce(f.amount, 0)
    from staged_invoices s
    join extracted e on e.file = s.file
    join candidate_invoices n on n.file_id = s.file and n.file_row = s.row and n.kind = 'credit_note'
    left join from_sources f on f.source = 'credit_note' and f.id = n.invoice_id
    where s.others[2] is not null and n.status = 'posted'
    union all
    select 'payments', s.file, s.row, s.others[2], p.amount - coalesce(f.amount, 0)
    from staged_payments s
    join extracted e on e.file = s.file
    join candidate_payments p on p.file_id = s.file and p.file_row = s.row and p.kind = 'receipt'
    left join from_sources f on f.source = 'payment' and f.id = p.payment_id
    where s.others[2] is not null and p.reversed_date is null
)
select
    table_name,
    file,
    row,
    'balance_differs',
    'warn',
    case table_name when 'payments' then 'amount' else 'total' end,
    'the source says ' || coalesce(shown_amount(try_cast(stated as decimal(38, 10))), shown(stated)) || ' is left, its rows make '
        || shown_amount(made)
from stated
where try_cast(stated as decimal(38, 10)) is distinct from cast(made as decimal(38, 10))
