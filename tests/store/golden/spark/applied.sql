/* Grain: one row per application, with what it is applied to and from, in the order of the invoices. It counts from `alive_from` to */
/* the day before `alive_to`: while its effective date has come and both its invoice and its source document live (never, where the */
/* two are the same). A write-off or discount has no source document; `named_source_id` is what it says of one all the same. */
SELECT
  application_id,
  source,
  invoice_key,
  source_payment_key,
  source_invoice_key,
  named_source_id,
  customer_key,
  COALESCE(applied_date, documents_alive_from) AS effective_date,
  NOT applied_date IS NULL AS is_dated,
  recorded_at,
  GREATEST(COALESCE(applied_date, documents_alive_from), documents_alive_from) AS alive_from,
  GREATEST(
    COALESCE(applied_date, documents_alive_from),
    documents_alive_from,
    documents_alive_to
  ) AS alive_to,
  amount,
  issue_date,
  due_date,
  has_installments,
  entity,
  currency,
  segment,
  region,
  country,
  sales_rep,
  collector,
  file_id,
  file_row
FROM (
  SELECT
    a.application_id,
    a.source,
    d.invoice_key,
    p.payment_key AS source_payment_key,
    n.invoice_key AS source_invoice_key,
    CASE WHEN p.payment_key IS NULL AND n.invoice_key IS NULL THEN a.source_id END AS named_source_id,
    d.customer_key,
    a.applied_date,
    a.recorded_at,
    GREATEST(d.alive_from, COALESCE(p.alive_from, n.alive_from, d.alive_from)) AS documents_alive_from,
    LEAST(d.alive_to, COALESCE(p.alive_to, n.alive_to, d.alive_to)) AS documents_alive_to,
    a.amount,
    d.issue_date,
    d.due_date,
    d.has_installments,
    d.entity,
    d.currency,
    d.segment,
    d.region,
    d.country,
    d.sales_rep,
    d.collector,
    a.file_id,
    a.file_row
  FROM accepted_applications AS a
  JOIN documents AS d
    ON d.invoice_id = a.invoice_id
  LEFT JOIN receipts AS p
    ON p.payment_id = CASE WHEN a.source = 'payment' THEN a.source_id END
  LEFT JOIN documents AS n
    ON n.invoice_id = CASE WHEN a.source = 'credit_note' THEN a.source_id END
    AND n.kind = 'credit_note'
) AS lives
ORDER BY
  invoice_key NULLS LAST
