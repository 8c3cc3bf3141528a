/* Grain: one row per document and span of dispute. A document with a reason and no row of its own is disputed throughout. */
SELECT
  d.invoice_key,
  s.opened_date AS disputed_from,
  COALESCE(s.closed_date, CAST('2200-01-01' AS DATE)) AS disputed_to
FROM disputes AS s
JOIN documents AS d
  ON d.invoice_id = s.invoice_id
WHERE
  s.opened_date < COALESCE(s.closed_date, CAST('2200-01-01' AS DATE))
UNION ALL
SELECT
  d.invoice_key,
  CAST('1900-01-01' AS DATE),
  CAST('2200-01-01' AS DATE)
FROM documents AS d
WHERE
  d.dispute_reason <> ''
  AND NOT d.invoice_id IN (
    SELECT
      invoice_id
    FROM disputes
  )
