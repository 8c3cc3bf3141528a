-- Grain: one row per combination of the cube's dimensions: the day from which there is any document or payment.
select entity, currency, segment, region, min(alive_from) as first_day
from flows
where kind not in ('write_off', 'discount')
group by entity, currency, segment, region
