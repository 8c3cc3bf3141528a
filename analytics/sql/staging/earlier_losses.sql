-- Grain: one row per document of a table that stays, set aside by an earlier load for what it is.
create or replace temp view earlier_losses as
select
    table_name,
    case table_name when 'payments' then content ->> '$.payment_id' else content ->> '$.invoice_id' end as id,
    message
from earlier_quarantine
where table_name in ('invoices', 'payments')
    and not by_reference
    and code <> 'copy'
    and table_name in (select s.table_name from staying s)
