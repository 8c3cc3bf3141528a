/* Grain: one row per invoice (or installment) and constant non-zero balance, in the order in which they close, open ones last. */
/* Open = billed while alive, less what is applied; an installment is open for what the applied amount has not filled of it: */
/* the first takes what is applied below zero, the last what is applied beyond the total. */
WITH events AS (
  SELECT
    invoice_key,
    alive_from AS day,
    total AS billed,
    CAST(0 AS DECIMAL(18, 4)) AS applied
  FROM documents
  WHERE
    kind <> 'credit_note' AND alive_from < alive_to
  UNION ALL
  SELECT
    invoice_key,
    alive_to,
    -total,
    0
  FROM documents
  WHERE
    kind <> 'credit_note'
    AND alive_from < alive_to
    AND alive_to < CAST('2200-01-01' AS DATE)
  UNION ALL
  SELECT
    invoice_key,
    alive_from,
    0,
    amount
  FROM applied
  UNION ALL
  SELECT
    invoice_key,
    alive_to,
    0,
    -amount
  FROM applied
  WHERE
    alive_to < CAST('2200-01-01' AS DATE)
), changes AS (
  SELECT
    invoice_key,
    day,
    SUM(billed) AS billed_then,
    SUM(applied) AS applied_then
  FROM events
  GROUP BY
    invoice_key,
    day
  HAVING
    SUM(billed) <> 0 OR SUM(applied) <> 0
), states AS (
  SELECT
    invoice_key,
    day AS valid_from,
    LEAD(day, 1, CAST('2200-01-01' AS DATE)) OVER (PARTITION BY invoice_key ORDER BY day NULLS LAST) AS valid_to,
    SUM(billed_then) OVER (PARTITION BY invoice_key ORDER BY day NULLS LAST) AS billed_so_far,
    SUM(applied_then) OVER (PARTITION BY invoice_key ORDER BY day NULLS LAST) AS applied_so_far
  FROM changes
), balances AS (
  SELECT
    d.invoice_key,
    n.installment_no,
    d.customer_key,
    s.valid_from,
    s.valid_to,
    CASE
      WHEN n.invoice_key IS NULL
      THEN s.billed_so_far - s.applied_so_far
      ELSE CASE WHEN s.billed_so_far <> 0 THEN n.amount ELSE 0 END - CASE
        WHEN n.is_first AND n.is_last
        THEN s.applied_so_far
        WHEN n.is_first
        THEN LEAST(s.applied_so_far, n.amount)
        WHEN n.is_last
        THEN GREATEST(s.applied_so_far - n.filled_from, 0)
        ELSE LEAST(GREATEST(s.applied_so_far - n.filled_from, 0), n.amount)
      END
    END AS open_amount,
    d.issue_date,
    COALESCE(n.due_date, d.due_date) AS due_date,
    d.entity,
    d.currency,
    d.segment,
    d.region,
    d.country,
    d.sales_rep,
    d.collector
  FROM states AS s
  JOIN documents AS d
    ON d.invoice_key = s.invoice_key
  LEFT JOIN installment_spans AS n
    ON n.invoice_key = s.invoice_key
)
SELECT
  *
  REPLACE (CAST(open_amount AS DECIMAL(18, 4)) AS open_amount)
FROM balances
WHERE
  open_amount <> 0
ORDER BY
  valid_to NULLS LAST,
  invoice_key NULLS LAST,
  installment_no NULLS LAST
