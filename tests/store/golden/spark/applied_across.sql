/* Grain: one row per customer and other customer whose payments or credit notes are applied to its invoices. */
SELECT
  a.customer_key,
  s.customer_key AS source_customer_key
FROM applied AS a
JOIN receipts AS s
  ON s.payment_key = a.source_payment_key
WHERE
  s.customer_key <> a.customer_key
UNION
SELECT
  a.customer_key,
  s.customer_key AS source_customer_key
FROM applied AS a
JOIN documents AS s
  ON s.invoice_key = a.source_invoice_key
WHERE
  s.customer_key <> a.customer_key
