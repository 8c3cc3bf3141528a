-- Grain: one row per stored installment that takes the small difference of its invoice.
update installments
set amount = cast(installments.amount + last.difference as decimal(18, 4))
from (
    select n.file_id, n.file_row, s.difference
    from installments n
    join installment_sums s on s.invoice_id = n.invoice_id
    qualify row_number() over (partition by n.invoice_id order by n.due_date desc, n.installment_no desc) = 1
) last
where installments.file_id = last.file_id and installments.file_row = last.file_row
