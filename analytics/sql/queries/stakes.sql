-- Grain: one row per kind of problem and currency of the rows that have it, with their sum; an application has its invoice's currency.
with billed as (
    select invoice_id, currency from invoices
    union all
    select content ->> '$.invoice_id', content ->> '$.currency' from quarantine where table_name = 'invoices'
),
currencies as (
    select invoice_id, any_value(currency) as currency from billed group by invoice_id
),
rows as (
    select 'invoices' as table_name, file_id, file_row, currency, cast(total as decimal(38, 4)) as amount from invoices
    union all
    select 'payments', file_id, file_row, currency, amount from payments
    union all
    select 'applications', a.file_id, a.file_row, i.currency, a.amount
    from applications a
    left join currencies i on i.invoice_id = a.invoice_id
    union all
    select
        q.table_name,
        q.file_id,
        q.file_row,
        coalesce(q.content ->> '$.currency', i.currency),
        try_cast(coalesce(q.content ->> '$.total', q.content ->> '$.amount') as decimal(38, 4))
    from quarantine q
    left join currencies i on i.invoice_id = q.content ->> '$.invoice_id'
    where q.table_name in ('invoices', 'payments', 'applications')
),
kinds as (
    select distinct code, severity, table_name, file_id, file_row from problems where file_row is not null
)
select k.code, k.severity, k.table_name as "table", r.currency, count(*) as problems, sum(r.amount) as amount
from kinds k
join rows r on r.table_name = k.table_name and r.file_id = k.file_id and r.file_row = k.file_row
where r.amount is not null and r.currency in (select unnest($currencies))
group by all
order by k.severity, k.code, r.currency
