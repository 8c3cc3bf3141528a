-- Grain: one row per combination of the cube's dimensions, effective date and span of days on which payments applied count.
-- `amount_days_to_pay`: amount x days from issue; `amount_days_late`: amount x days from due date, early negative. What an
-- application to installments fills depends on those before it; where these come and go (`shifting`), it is left to the question.
select
    entity,
    currency,
    segment,
    region,
    effective_date,
    alive_from,
    alive_to,
    cast(sum(amount) as decimal(28, 4)) as paid_amount,
    cast(sum(amount * days_to_pay) as decimal(28, 4)) as amount_days_to_pay,
    cast(sum(amount * days_late) as decimal(28, 4)) as amount_days_late
from (
    select
        entity, currency, segment, region, effective_date, alive_from, alive_to,
        cast(amount as decimal(28, 4)) as amount,
        cast(effective_date - issue_date as integer) as days_to_pay,
        cast(effective_date - due_date as integer) as days_late
    from applied
    where source = 'payment' and not has_installments and alive_from < alive_to
    union all
    select
        entity, currency, segment, region, effective_date, alive_from, alive_to,
        cast(part_amount as decimal(28, 4)),
        cast(effective_date - issue_date as integer),
        cast(effective_date - part_due_date as integer)
    from installment_parts
    where source = 'payment'
) payments
group by entity, currency, segment, region, effective_date, alive_from, alive_to
