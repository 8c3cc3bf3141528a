/* Grain: one row per customer named in any table. */
WITH known AS (
  SELECT
    customer_id
  FROM customers
  UNION
  SELECT
    parent_id
  FROM customers
  WHERE
    NOT parent_id IS NULL
  UNION
  SELECT
    customer_id
  FROM accepted_invoices
  UNION
  SELECT
    customer_id
  FROM accepted_payments
  WHERE
    NOT customer_id IS NULL
)
SELECT
  CAST(ROW_NUMBER() OVER (ORDER BY known.customer_id NULLS LAST) AS INT) AS customer_key,
  known.customer_id,
  c.name,
  c.parent_id,
  c.segment,
  c.region,
  c.country,
  c.currency,
  c.sales_rep,
  c.collector,
  c.credit_limit,
  c.payment_terms_days,
  c.email
FROM known
LEFT JOIN customers AS c
  ON c.customer_id = known.customer_id
ORDER BY
  customer_key NULLS LAST
