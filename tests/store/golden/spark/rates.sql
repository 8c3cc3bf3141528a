/* Grain: one row per currency, base and day on which a rate can be used: the last known one, at most 31 days old. */
SELECT
  currency,
  base,
  CAST(EXPLODE(SEQUENCE(rate_date, LEAST(next_date, rate_date + 32) - 1, INTERVAL '1' DAY)) AS DATE) AS day,
  rate
FROM (
  SELECT
    rate_date,
    currency,
    base,
    rate,
    LEAD(rate_date, 1, CAST('2200-01-01' AS DATE)) OVER (PARTITION BY currency, base ORDER BY rate_date NULLS LAST) AS next_date
  FROM fx_rates
) AS spans
ORDER BY
  base NULLS LAST,
  currency NULLS LAST,
  day NULLS LAST
