/* Grain: one row per combination of the cube's dimensions and day: by how much each bucket, the open items and the unapplied */
/* credits change then. A balance enters a bucket when it begins, or when it grows that old; it leaves when it ends or grows older. */
WITH stays AS (
  SELECT
    s.entity,
    s.currency,
    s.segment,
    s.region,
    b.place,
    GREATEST(s.valid_from, CAST(s.due_date + b.from_age AS DATE)) AS entered,
    LEAST(s.valid_to, CAST(s.due_date + b.to_age AS DATE)) AS left_on,
    s.open_amount
  FROM segments AS s
  JOIN cube_buckets AS b
    ON s.valid_from < CAST(s.due_date + b.to_age AS DATE)
    AND s.valid_to > CAST(s.due_date + b.from_age AS DATE)
), steps AS (
  SELECT
    entity,
    currency,
    segment,
    region,
    place,
    entered AS day,
    open_amount AS change,
    1 AS items,
    0 AS credit_items
  FROM stays
  UNION ALL
  SELECT
    entity,
    currency,
    segment,
    region,
    place,
    left_on,
    -open_amount,
    -1,
    0
  FROM stays
  WHERE
    left_on < CAST('2200-01-01' AS DATE)
  UNION ALL
  SELECT
    entity,
    currency,
    segment,
    region,
    -1,
    valid_from,
    unapplied_amount,
    0,
    1
  FROM credits
  UNION ALL
  SELECT
    entity,
    currency,
    segment,
    region,
    -1,
    valid_to,
    -unapplied_amount,
    0,
    -1
  FROM credits
  WHERE
    valid_to < CAST('2200-01-01' AS DATE)
)
SELECT
  entity,
  currency,
  segment,
  region,
  day,
  CAST(COALESCE(SUM(CASE WHEN place = 0 THEN change END), 0) AS DECIMAL(28, 4)) AS into_0,
  CAST(COALESCE(SUM(CASE WHEN place = 1 THEN change END), 0) AS DECIMAL(28, 4)) AS into_1,
  CAST(COALESCE(SUM(CASE WHEN place = 2 THEN change END), 0) AS DECIMAL(28, 4)) AS into_2,
  CAST(COALESCE(SUM(CASE WHEN place = 3 THEN change END), 0) AS DECIMAL(28, 4)) AS into_3,
  CAST(COALESCE(SUM(CASE WHEN place = 4 THEN change END), 0) AS DECIMAL(28, 4)) AS into_4,
  CAST(COALESCE(SUM(CASE WHEN place = -1 THEN change END), 0) AS DECIMAL(28, 4)) AS into_unapplied,
  CAST(SUM(items) AS BIGINT) AS more_items,
  CAST(SUM(credit_items) AS BIGINT) AS more_credit_items
FROM steps
GROUP BY
  entity,
  currency,
  segment,
  region,
  day
