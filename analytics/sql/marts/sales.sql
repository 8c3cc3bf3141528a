-- Grain: one row per combination of the cube's dimensions, day of issue, and day on which the documents of it stop to count.
select
    entity,
    currency,
    segment,
    region,
    alive_from,
    alive_to,
    cast(sum(case when kind = 'credit_note' then -flow_amount else flow_amount end) as decimal(28, 4)) as sales_amount
from flows
where kind in ('invoice', 'debit_note', 'credit_note')
group by entity, currency, segment, region, alive_from, alive_to
