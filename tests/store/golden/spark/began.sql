/* Grain: one row per combination of the cube's dimensions: the day from which there is any document or payment. */
SELECT
  entity,
  currency,
  segment,
  region,
  MIN(alive_from) AS first_day
FROM flows
WHERE
  NOT kind IN ('write_off', 'discount')
GROUP BY
  entity,
  currency,
  segment,
  region
