/* Grain: one row per document with a balance that has no end: what a search for it looks in, in lower case. */
SELECT
  d.invoice_key,
  LOWER(COALESCE(d.number, '') || CHR(  10) || d.invoice_id) AS search_text
FROM documents AS d
WHERE
  d.invoice_key IN (
    SELECT
      s.invoice_key
    FROM segments AS s
    WHERE
      s.valid_to = CAST('2200-01-01' AS DATE)
  )
