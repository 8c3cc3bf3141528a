-- Grain: one row per currency, base and day on which a rate can be used: the last known one, at most 31 days old.
select
    currency,
    base,
    cast(unnest(generate_series(rate_date, least(next_date, rate_date + 32) - 1, interval 1 day)) as date) as day,
    rate
from (
    select
        rate_date, currency, base, rate,
        lead(rate_date, 1, date '2200-01-01') over (partition by currency, base order by rate_date) as next_date
    from fx_rates
) spans
order by base, currency, day
