-- Grain: one row per installment. Applications fill the earliest due first: this one takes what lies
-- between filled_from and filled_to of the invoice's applied amount.
select
    invoice_key,
    installment_no,
    due_date,
    amount,
    cast(filled_to - amount as decimal(18, 4)) as filled_from,
    filled_to,
    place = 1 as is_first,
    place = places as is_last
from (
    select
        d.invoice_key,
        n.installment_no,
        n.due_date,
        n.amount,
        cast(
            sum(n.amount) over (
                partition by d.invoice_key order by n.due_date, n.installment_no
                rows between unbounded preceding and current row
            ) as decimal(18, 4)
        ) as filled_to,
        row_number() over (partition by d.invoice_key order by n.due_date, n.installment_no) as place,
        count(*) over (partition by d.invoice_key) as places
    from installments n
    join documents d on d.invoice_id = n.invoice_id
    where d.has_installments
) spans
order by invoice_key, filled_to, due_date, installment_no
