/* Grain: one row per application to an invoice with installments of which some application comes late or goes again: what the */
/* others fill of the installments then depends on the day asked. */
SELECT
  a.*
FROM applied AS a
WHERE
  a.invoice_key IN (
    SELECT
      invoice_key
    FROM applied
    WHERE
      has_installments
      AND (
        alive_from <> effective_date OR alive_to < CAST('2200-01-01' AS DATE)
      )
  )
