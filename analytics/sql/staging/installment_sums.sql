-- Grain: one row per invoice whose installments do not add up to its total. `is_small`: by at most one minor unit each.
create or replace temp table installment_sums as
select
    i.invoice_id,
    i.total,
    sum(n.amount) as given,
    i.total - sum(n.amount) as difference,
    abs(i.total - sum(n.amount)) <= count(*) * case c.places when 0 then 1 when 2 then 0.01 when 3 then 0.001 else 0.0001 end
        as is_small
from candidate_installments n
join candidate_invoices i on i.invoice_id = n.invoice_id
join currencies c on c.code = i.currency
group by i.invoice_id, i.total, c.places
having sum(n.amount) <> i.total
