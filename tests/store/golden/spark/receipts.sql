/* Grain: one row per receipt or refund, ordered by customer; it lives from the day received until it is reversed. */
WITH keys AS (
  SELECT
    CAST(ROW_NUMBER() OVER (
      ORDER BY c.customer_key NULLS LAST, p.received_date NULLS LAST, p.payment_id NULLS LAST
    ) AS INT) AS payment_key,
    c.customer_key,
    p.file_id,
    p.file_row
  FROM accepted_payments AS p
  LEFT JOIN customer_list AS c
    ON c.customer_id = p.customer_id
)
SELECT
  k.payment_key,
  k.customer_key,
  p.payment_id,
  p.kind,
  p.received_date,
  p.reversed_date,
  p.received_date AS alive_from,
  CASE
    WHEN NOT p.reversed_date IS NULL
    THEN GREATEST(p.reversed_date, p.received_date)
    ELSE CAST('2200-01-01' AS DATE)
  END AS alive_to,
  p.amount,
  p.entity,
  p.currency,
  c.segment,
  c.region,
  c.country,
  c.sales_rep,
  c.collector,
  p.method,
  p.reference,
  p.invoice_id AS named_invoice_id,
  p.file_id,
  p.file_row
FROM accepted_payments AS p
JOIN keys AS k
  ON k.file_id = p.file_id AND k.file_row = p.file_row
LEFT JOIN customer_list AS c
  ON c.customer_key = k.customer_key
ORDER BY
  k.payment_key NULLS LAST
