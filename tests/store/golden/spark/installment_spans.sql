/* Grain: one row per installment. Applications fill the earliest due first: this one takes what lies */
/* between filled_from and filled_to of the invoice's applied amount. */
SELECT
  invoice_key,
  installment_no,
  due_date,
  amount,
  CAST(filled_to - amount AS DECIMAL(18, 4)) AS filled_from,
  filled_to,
  place = 1 AS is_first,
  place = places AS is_last
FROM (
  SELECT
    d.invoice_key,
    n.installment_no,
    n.due_date,
    n.amount,
    CAST(SUM(n.amount) OVER (
      PARTITION BY d.invoice_key
      ORDER BY n.due_date NULLS LAST, n.installment_no NULLS LAST
      rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
    ) AS DECIMAL(18, 4)) AS filled_to,
    ROW_NUMBER() OVER (
      PARTITION BY d.invoice_key
      ORDER BY n.due_date NULLS LAST, n.installment_no NULLS LAST
    ) AS place,
    COUNT(*) OVER (PARTITION BY d.invoice_key) AS places
  FROM installments AS n
  JOIN documents AS d
    ON d.invoice_id = n.invoice_id
  WHERE
    d.has_installments
) AS spans
ORDER BY
  invoice_key NULLS LAST,
  filled_to NULLS LAST,
  due_date NULLS LAST,
  installment_no NULLS LAST
