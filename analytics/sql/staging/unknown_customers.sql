-- Grain: one row per invoice, payment or customer that names a customer (or parent) that is not among the customers, where there are
-- any; with the one that is meant, if an id among them differs only in case, in marks, or in zeros before a number.
insert into flaws (table_name, file, row, code, severity, column_name, message)
with naming as (
    select 'invoices' as table_name, file_id, file_row, 'customer_id' as column_name, customer_id from candidate_invoices
    union all
    select 'payments', file_id, file_row, 'customer_id', customer_id from candidate_payments
    union all
    select 'customers', file_id, file_row, 'parent_id', parent_id from candidate_customers
),
unknown as (
    select n.*
    from naming n
    anti join candidate_customers c on c.customer_id = n.customer_id
    where n.customer_id is not null and (select count(*) from candidate_customers) > 0
),
alike as (
    select u.customer_id, min(c.customer_id) as near_id
    from (select distinct customer_id from unknown) u
    join candidate_customers c on likeness(c.customer_id) = likeness(u.customer_id)
    group by u.customer_id
)
select
    u.table_name,
    u.file_id,
    u.file_row,
    'unknown_customer',
    'warn',
    u.column_name,
    u.column_name || ' ' || shown(u.customer_id) || ' is not among the customers' || coalesce(', nearly ' || shown(a.near_id) || ' is', '')
from unknown u
left join alike a on a.customer_id = u.customer_id
