/* Grain: one row per combination of the cube's dimensions and span of days on which its sums stay the same, latest spans last. */
/* The running sums of `cube_changes`; spans without any item are left out. */
WITH days AS (
  SELECT
    entity,
    currency,
    segment,
    region,
    day,
    SUM(into_0) AS change_0,
    SUM(into_1) AS change_1,
    SUM(into_2) AS change_2,
    SUM(into_3) AS change_3,
    SUM(into_4) AS change_4,
    SUM(into_unapplied) AS change_unapplied,
    SUM(more_items) AS change_items,
    SUM(more_credit_items) AS change_credit_items
  FROM cube_changes
  GROUP BY
    entity,
    currency,
    segment,
    region,
    day
), sums AS (
  SELECT
    entity,
    currency,
    segment,
    region,
    day AS valid_from,
    LEAD(day, 1, CAST('2200-01-01' AS DATE)) OVER (PARTITION BY entity, currency, segment, region ORDER BY day NULLS LAST) AS valid_to,
    CAST(SUM(change_0) OVER (PARTITION BY entity, currency, segment, region ORDER BY day NULLS LAST) AS DECIMAL(28, 4)) AS bucket_0,
    CAST(SUM(change_1) OVER (PARTITION BY entity, currency, segment, region ORDER BY day NULLS LAST) AS DECIMAL(28, 4)) AS bucket_1,
    CAST(SUM(change_2) OVER (PARTITION BY entity, currency, segment, region ORDER BY day NULLS LAST) AS DECIMAL(28, 4)) AS bucket_2,
    CAST(SUM(change_3) OVER (PARTITION BY entity, currency, segment, region ORDER BY day NULLS LAST) AS DECIMAL(28, 4)) AS bucket_3,
    CAST(SUM(change_4) OVER (PARTITION BY entity, currency, segment, region ORDER BY day NULLS LAST) AS DECIMAL(28, 4)) AS bucket_4,
    CAST(SUM(change_unapplied) OVER (PARTITION BY entity, currency, segment, region ORDER BY day NULLS LAST) AS DECIMAL(28, 4)) AS unapplied_amount,
    CAST(SUM(change_items) OVER (PARTITION BY entity, currency, segment, region ORDER BY day NULLS LAST) AS BIGINT) AS items,
    CAST(SUM(change_credit_items) OVER (PARTITION BY entity, currency, segment, region ORDER BY day NULLS LAST) AS BIGINT) AS credit_items
  FROM days
)
SELECT
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
  CAST(bucket_0 + bucket_1 + bucket_2 + bucket_3 + bucket_4 AS DECIMAL(28, 4)) AS open_amount,
  unapplied_amount,
  items,
  credit_items
FROM sums
WHERE
  items <> 0 OR credit_items <> 0
ORDER BY
  valid_to NULLS LAST,
  valid_from NULLS LAST
