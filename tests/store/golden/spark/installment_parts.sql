SELECT
  o.*,
  n.due_date AS part_due_date,
  CAST(LEAST(
    GREATEST(
      o.applied_to - n.filled_from,
      CASE WHEN n.is_first THEN CAST(-10000000000000 AS DECIMAL(18, 4)) ELSE 0 END
    ),
    CASE WHEN n.is_last THEN CAST(10000000000000 AS DECIMAL(18, 4)) ELSE n.amount END
  ) - LEAST(
    GREATEST(
      (
        o.applied_to - o.amount
      ) - n.filled_from,
      CASE WHEN n.is_first THEN CAST(-10000000000000 AS DECIMAL(18, 4)) ELSE 0 END
    ),
    CASE WHEN n.is_last THEN CAST(10000000000000 AS DECIMAL(18, 4)) ELSE n.amount END
  ) AS DECIMAL(28, 4)) AS part_amount
FROM (
  SELECT
    *,
    CAST(SUM(amount) OVER (
      PARTITION BY invoice_key
      ORDER BY effective_date NULLS LAST, application_id NULLS LAST
      rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
    ) AS DECIMAL(18, 4)) AS applied_to
  FROM installment_applications
) AS o
JOIN installment_spans AS n
  ON n.invoice_key = o.invoice_key
