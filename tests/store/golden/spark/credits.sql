/* Grain: one row per receipt, refund or credit note and constant non-zero unapplied balance, in the order in which they close. */
/* Unapplied = receipts - refunds + credit notes - applications from them, by the source's customer. */
WITH sources AS (
  SELECT
    payment_key,
    CAST(NULL AS INT) AS invoice_key,
    alive_from,
    alive_to,
    CASE WHEN kind = 'refund' THEN -amount ELSE amount END AS amount
  FROM receipts
  WHERE
    alive_from < alive_to
  UNION ALL
  SELECT
    NULL,
    invoice_key,
    alive_from,
    alive_to,
    total
  FROM documents
  WHERE
    kind = 'credit_note' AND alive_from < alive_to
), events AS (
  SELECT
    payment_key,
    invoice_key,
    alive_from AS day,
    amount AS change
  FROM sources
  UNION ALL
  SELECT
    payment_key,
    invoice_key,
    alive_to,
    -amount
  FROM sources
  WHERE
    alive_to < CAST('2200-01-01' AS DATE)
  UNION ALL
  SELECT
    source_payment_key,
    source_invoice_key,
    alive_from,
    -amount
  FROM applied
  WHERE
    source IN ('payment', 'credit_note')
  UNION ALL
  SELECT
    source_payment_key,
    source_invoice_key,
    alive_to,
    amount
  FROM applied
  WHERE
    source IN ('payment', 'credit_note') AND alive_to < CAST('2200-01-01' AS DATE)
), changes AS (
  SELECT
    payment_key,
    invoice_key,
    day,
    SUM(change) AS changed_by
  FROM events
  GROUP BY
    payment_key,
    invoice_key,
    day
  HAVING
    SUM(change) <> 0
), states AS (
  SELECT
    payment_key,
    invoice_key,
    day AS valid_from,
    LEAD(day, 1, CAST('2200-01-01' AS DATE)) OVER (PARTITION BY payment_key, invoice_key ORDER BY day NULLS LAST) AS valid_to,
    SUM(changed_by) OVER (PARTITION BY payment_key, invoice_key ORDER BY day NULLS LAST) AS balance
  FROM changes
)
SELECT
  s.payment_key,
  s.invoice_key,
  COALESCE(p.customer_key, n.customer_key) AS customer_key,
  s.valid_from,
  s.valid_to,
  CAST(s.balance AS DECIMAL(18, 4)) AS unapplied_amount,
  COALESCE(p.received_date, n.issue_date) AS document_date,
  COALESCE(p.entity, n.entity) AS entity,
  COALESCE(p.currency, n.currency) AS currency,
  COALESCE(p.segment, n.segment) AS segment,
  COALESCE(p.region, n.region) AS region,
  COALESCE(p.country, n.country) AS country,
  COALESCE(p.sales_rep, n.sales_rep) AS sales_rep,
  COALESCE(p.collector, n.collector) AS collector
FROM states AS s
LEFT JOIN receipts AS p
  ON p.payment_key = s.payment_key
LEFT JOIN documents AS n
  ON n.invoice_key = s.invoice_key
WHERE
  s.balance <> 0
ORDER BY
  s.valid_to NULLS LAST,
  s.payment_key NULLS LAST,
  s.invoice_key NULLS LAST
