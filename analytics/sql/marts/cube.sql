-- Grain: one row per combination of the cube's dimensions and span of days on which its sums stay the same, latest spans last.
-- The running sums of `cube_changes`; spans without any item are left out.
with days as (
    select
        entity, currency, segment, region, day,
        sum(into_0) as change_0,
        sum(into_1) as change_1,
        sum(into_2) as change_2,
        sum(into_3) as change_3,
        sum(into_4) as change_4,
        sum(into_unapplied) as change_unapplied,
        sum(more_items) as change_items,
        sum(more_credit_items) as change_credit_items
    from cube_changes
    group by entity, currency, segment, region, day
),
sums as (
    select
        entity,
        currency,
        segment,
        region,
        day as valid_from,
        lead(day, 1, date '2200-01-01') over (partition by entity, currency, segment, region order by day) as valid_to,
        cast(sum(change_0) over (partition by entity, currency, segment, region order by day) as decimal(28, 4)) as bucket_0,
        cast(sum(change_1) over (partition by entity, currency, segment, region order by day) as decimal(28, 4)) as bucket_1,
        cast(sum(change_2) over (partition by entity, currency, segment, region order by day) as decimal(28, 4)) as bucket_2,
        cast(sum(change_3) over (partition by entity, currency, segment, region order by day) as decimal(28, 4)) as bucket_3,
        cast(sum(change_4) over (partition by entity, currency, segment, region order by day) as decimal(28, 4)) as bucket_4,
        cast(sum(change_unapplied) over (partition by entity, currency, segment, region order by day) as decimal(28, 4))
            as unapplied_amount,
        cast(sum(change_items) over (partition by entity, currency, segment, region order by day) as bigint) as items,
        cast(sum(change_credit_items) over (partition by entity, currency, segment, region order by day) as bigint) as credit_items
    from days
)
select
    entity,
    currency,
    segment,
    region,
    valid_from,
    valid_to,
    bucket_0,
    bucket_1,
    bucket_2,
    bucket_3,
    bucket_4,
    cast(bucket_0 + bucket_1 + bucket_2 + bucket_3 + bucket_4 as decimal(28, 4)) as open_amount,
    unapplied_amount,
    items,
    credit_items
from sums
where items <> 0 or credit_items <> 0
order by valid_to, valid_from
