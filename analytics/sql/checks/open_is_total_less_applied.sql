-- Grain: the first invoice and day on which its segments differ from its total less its applications, with the count of them.
select d.invoice_id, x.day, x.difference, x.exceptions
from (
    select invoice_key, day, sum(change) as difference, count(*) over () as exceptions
    from (
        select invoice_key, valid_from as day, open_amount as change from segments
        union all
        select invoice_key, valid_to, -open_amount from segments
        union all
        select invoice_key, alive_from, -total from documents where kind <> 'credit_note' and alive_from < alive_to
        union all
        select invoice_key, alive_to, total from documents where kind <> 'credit_note' and alive_from < alive_to
        union all
        select invoice_key, alive_from, amount from applied
        union all
        select invoice_key, alive_to, -amount from applied
    ) changes
    group by invoice_key, day
    having sum(change) <> 0
) x
join documents d on d.invoice_key = x.invoice_key
order by d.invoice_id, x.day
limit 1
