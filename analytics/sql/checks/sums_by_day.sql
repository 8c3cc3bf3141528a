-- Grain: one row per combination of dimensions and day on which the cube's sums change otherwise than the balances they sum.
-- Growing older moves an amount from one bucket to the next and changes no sum.
select entity, currency, segment, region, day, sum(change) as difference
from (
    select entity, currency, segment, region, valid_from as day, open_amount as change, 1 as items from segments
    union all
    select entity, currency, segment, region, valid_to, -open_amount, -1 from segments where valid_to < date '2200-01-01'
    union all
    select entity, currency, segment, region, valid_from, unapplied_amount, 0 from credits
    union all
    select entity, currency, segment, region, valid_to, -unapplied_amount, 0 from credits where valid_to < date '2200-01-01'
    union all
    select
        entity, currency, segment, region, day, -(into_0 + into_1 + into_2 + into_3 + into_4 + into_unapplied), -more_items
    from cube_changes
) changes
group by entity, currency, segment, region, day
having sum(change) <> 0 or sum(items) <> 0
