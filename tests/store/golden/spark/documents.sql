/* Grain: one row per invoice, debit note or credit note, ordered by customer so that one history is one contiguous read. */
/* A document lives from its issue date until it is voided; a draft, and a void without a date, never lived. `own_` columns hold what */
/* the document itself says where the customer's word stands in for an empty one. */
WITH keys AS (
  SELECT
    CAST(ROW_NUMBER() OVER (
      ORDER BY c.customer_key NULLS LAST, i.issue_date NULLS LAST, i.invoice_id NULLS LAST
    ) AS INT) AS invoice_key,
    c.customer_key,
    i.file_id,
    i.file_row
  FROM accepted_invoices AS i
  JOIN customer_list AS c
    ON c.customer_id = i.customer_id
)
SELECT
  k.invoice_key,
  k.customer_key,
  i.invoice_id,
  i.number,
  i.kind,
  i.status,
  i.issue_date,
  COALESCE(
    i.due_date,
    CAST(i.issue_date + COALESCE(i.payment_terms_days, c.payment_terms_days, 0) AS DATE)
  ) AS due_date,
  CASE
    WHEN NOT i.due_date IS NULL
    THEN 'document'
    WHEN NOT COALESCE(i.payment_terms_days, c.payment_terms_days) IS NULL
    THEN 'terms'
    ELSE 'issue'
  END AS due_date_source,
  i.voided_date,
  i.issue_date AS alive_from,
  CASE
    WHEN i.status = 'draft'
    THEN i.issue_date
    WHEN NOT i.voided_date IS NULL
    THEN GREATEST(i.voided_date, i.issue_date)
    WHEN i.status = 'void'
    THEN i.issue_date
    ELSE CAST('2200-01-01' AS DATE)
  END AS alive_to,
  i.subtotal,
  i.tax,
  i.total,
  i.entity,
  i.currency,
  c.segment,
  COALESCE(i.region, c.region) AS region,
  c.country,
  COALESCE(i.sales_rep, c.sales_rep) AS sales_rep,
  c.collector,
  i.region AS own_region,
  i.sales_rep AS own_sales_rep,
  i.dispute_reason,
  i.payment_terms_days,
  i.order_id,
  i.contract_id,
  i.po_number,
  i.kind <> 'credit_note' AND NOT s.invoice_id IS NULL AS has_installments,
  i.file_id,
  i.file_row
FROM accepted_invoices AS i
JOIN keys AS k
  ON k.file_id = i.file_id AND k.file_row = i.file_row
JOIN customer_list AS c
  ON c.customer_key = k.customer_key
LEFT JOIN (
  SELECT DISTINCT
    invoice_id
  FROM installments
) AS s
  ON s.invoice_id = i.invoice_id
ORDER BY
  k.invoice_key NULLS LAST
