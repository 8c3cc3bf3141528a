-- Grain: one row per invoice whose installments do not add up to its total.
select d.invoice_id, d.total, sum(n.amount) as installments
from installment_spans n
join documents d on d.invoice_key = n.invoice_key
group by d.invoice_id, d.total
having sum(n.amount) <> d.total
