/* Grain: one row per combination of the cube's dimensions, kind of movement, and first and last day but one on which it counts. */
SELECT
  entity,
  currency,
  segment,
  region,
  kind,
  alive_from,
  alive_to,
  CAST(SUM(amount) AS DECIMAL(28, 4)) AS flow_amount
FROM (
  SELECT
    entity,
    currency,
    segment,
    region,
    kind,
    alive_from,
    alive_to,
    total AS amount
  FROM documents
  WHERE
    alive_from < alive_to
  UNION ALL
  SELECT
    entity,
    currency,
    segment,
    region,
    kind,
    alive_from,
    alive_to,
    amount
  FROM receipts
  WHERE
    alive_from < alive_to
  UNION ALL
  SELECT
    entity,
    currency,
    segment,
    region,
    source,
    alive_from,
    alive_to,
    amount
  FROM applied
  WHERE
    source IN ('write_off', 'discount') AND alive_from < alive_to
) AS movements
GROUP BY
  entity,
  currency,
  segment,
  region,
  kind,
  alive_from,
  alive_to
