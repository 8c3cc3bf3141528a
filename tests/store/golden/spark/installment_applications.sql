SELECT
  *
FROM applied
WHERE
  has_installments
  AND alive_from < alive_to
  AND NOT invoice_key IN (
    SELECT
      invoice_key
    FROM shifting
  )
