-- Grain: one row per event that moves net receivables: a document or payment, its void or reversal, a write-off or discount, or its end.
select
    entity, currency, alive_from as day, invoice_id as document_id, cast(kind as varchar) as what,
    case when kind = 'credit_note' then -total else total end as amount
from documents where alive_from < alive_to
union all
select
    entity, currency, alive_to, invoice_id, 'void of ' || cast(kind as varchar),
    case when kind = 'credit_note' then total else -total end
from documents where alive_from < alive_to and alive_to < date '2200-01-01'
union all
select
    entity, currency, alive_from, payment_id, cast(kind as varchar),
    case when kind = 'refund' then amount else -amount end
from receipts where alive_from < alive_to
union all
select
    entity, currency, alive_to, payment_id, 'reversal of ' || cast(kind as varchar),
    case when kind = 'refund' then -amount else amount end
from receipts where alive_from < alive_to and alive_to < date '2200-01-01'
union all
select entity, currency, alive_from, application_id, cast(source as varchar), -amount
from applied where source in ('write_off', 'discount') and alive_from < alive_to
union all
select entity, currency, alive_to, application_id, 'end of ' || cast(source as varchar), amount
from applied where source in ('write_off', 'discount') and alive_from < alive_to and alive_to < date '2200-01-01'
