/* Grain: one row per combination of the cube's dimensions, day of issue, and day on which the documents of it stop to count. */
SELECT
  entity,
  currency,
  segment,
  region,
  alive_from,
  alive_to,
  CAST(SUM(CASE WHEN kind = 'credit_note' THEN -flow_amount ELSE flow_amount END) AS DECIMAL(28, 4)) AS sales_amount
FROM flows
WHERE
  kind IN ('invoice', 'debit_note', 'credit_note')
GROUP BY
  entity,
  currency,
  segment,
  region,
  alive_from,
  alive_to
