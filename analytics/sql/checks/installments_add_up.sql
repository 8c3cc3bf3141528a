-- Grain: the first invoice whose installments do not add up to its total, with the count of them.
select d.invoice_id, d.total, sum(n.amount) as installments, count(*) over () as exceptions
from installment_spans n
join documents d on d.invoice_key = n.invoice_key
group by d.invoice_id, d.total
having sum(n.amount) <> d.total
order by d.invoice_id
limit 1
