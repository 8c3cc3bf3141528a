/* Grain: one row per combination of the cube's dimensions, effective date and span of days on which payments applied count. */
/* `amount_days_to_pay`: amount x days from issue; `amount_days_late`: amount x days from due date, early negative. What an */
/* application to installments fills depends on those before it; where these come and go (`shifting`), it is left to the question. */
SELECT
  entity,
  currency,
  segment,
  region,
  effective_date,
  alive_from,
  alive_to,
  CAST(SUM(amount) AS DECIMAL(28, 4)) AS paid_amount,
  CAST(SUM(amount * days_to_pay) AS DECIMAL(28, 4)) AS amount_days_to_pay,
  CAST(SUM(amount * days_late) AS DECIMAL(28, 4)) AS amount_days_late
FROM (
  SELECT
    entity,
    currency,
    segment,
    region,
    effective_date,
    alive_from,
    alive_to,
    CAST(amount AS DECIMAL(28, 4)) AS amount,
    CAST(effective_date - issue_date AS INT) AS days_to_pay,
    CAST(effective_date - due_date AS INT) AS days_late
  FROM applied
  WHERE
    source = 'payment' AND NOT has_installments AND alive_from < alive_to
  UNION ALL
  SELECT
    entity,
    currency,
    segment,
    region,
    effective_date,
    alive_from,
    alive_to,
    CAST(part_amount AS DECIMAL(28, 4)),
    CAST(effective_date - issue_date AS INT),
    CAST(effective_date - part_due_date AS INT)
  FROM installment_parts
  WHERE
    source = 'payment'
) AS payments
GROUP BY
  entity,
  currency,
  segment,
  region,
  effective_date,
  alive_from,
  alive_to
