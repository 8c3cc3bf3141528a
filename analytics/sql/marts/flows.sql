-- Grain: one row per combination of the cube's dimensions, kind of movement, and first and last day but one on which it counts.
select
    entity,
    currency,
    segment,
    region,
    kind,
    alive_from,
    alive_to,
    cast(sum(amount) as decimal(28, 4)) as flow_amount
from (
    select entity, currency, segment, region, kind, alive_from, alive_to, total as amount
    from documents where alive_from < alive_to
    union all
    select entity, currency, segment, region, kind, alive_from, alive_to, amount
    from receipts where alive_from < alive_to
    union all
    select entity, currency, segment, region, source, alive_from, alive_to, amount
    from applied where source in ('write_off', 'discount') and alive_from < alive_to
) movements
group by entity, currency, segment, region, kind, alive_from, alive_to
