-- Grain: one row per combination of the cube's dimensions and day: by how much each bucket, the open items and the unapplied
-- credits change then. A balance enters a bucket when it begins, or when it grows that old; it leaves when it ends or grows older.
with stays as (
    select
        s.entity,
        s.currency,
        s.segment,
        s.region,
        b.place,
        greatest(s.valid_from, cast(s.due_date + b.from_age as date)) as entered,
        least(s.valid_to, cast(s.due_date + b.to_age as date)) as left_on,
        s.open_amount
    from segments s
    join cube_buckets b
        on s.valid_from < cast(s.due_date + b.to_age as date) and s.valid_to > cast(s.due_date + b.from_age as date)
),
steps as (
    select entity, currency, segment, region, place, entered as day, open_amount as change, 1 as items, 0 as credit_items
    from stays
    union all
    select entity, currency, segment, region, place, left_on, -open_amount, -1, 0
    from stays where left_on < date '2200-01-01'
    union all
    select entity, currency, segment, region, -1, valid_from, unapplied_amount, 0, 1
    from credits
    union all
    select entity, currency, segment, region, -1, valid_to, -unapplied_amount, 0, -1
    from credits where valid_to < date '2200-01-01'
)
select
    entity,
    currency,
    segment,
    region,
    day,
    cast(coalesce(sum(case when place = 0 then change end), 0) as decimal(28, 4)) as into_0,
    cast(coalesce(sum(case when place = 1 then change end), 0) as decimal(28, 4)) as into_1,
    cast(coalesce(sum(case when place = 2 then change end), 0) as decimal(28, 4)) as into_2,
    cast(coalesce(sum(case when place = 3 then change end), 0) as decimal(28, 4)) as into_3,
    cast(coalesce(sum(case when place = 4 then change end), 0) as decimal(28, 4)) as into_4,
    cast(coalesce(sum(case when place = -1 then change end), 0) as decimal(28, 4)) as into_unapplied,
    cast(sum(items) as bigint) as more_items,
    cast(sum(credit_items) as bigint) as more_credit_items
from steps
group by entity, currency, segment, region, day
