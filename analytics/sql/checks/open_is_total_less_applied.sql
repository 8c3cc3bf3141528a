-- Grain: one row per invoice and day on which its segments differ from its total less its applications.
-- What never ends is left out at its end: changes that add up to nothing on every day before add up to nothing on the last.
select d.invoice_id, x.day, x.difference
from (
    select invoice_key, day, sum(change) as difference
    from (
        select invoice_key, valid_from as day, open_amount as change from segments
        union all
        select invoice_key, valid_to, -open_amount from segments where valid_to < date '2200-01-01'
        union all
        select invoice_key, alive_from, -total from documents where kind <> 'credit_note' and alive_from < alive_to
        union all
        select invoice_key, alive_to, total from documents where kind <> 'credit_note' and alive_from < alive_to and alive_to < date '2200-01-01'
        union all
        select invoice_key, alive_from, amount from applied
        union all
        select invoice_key, alive_to, -amount from applied where alive_to < date '2200-01-01'
    ) changes
    group by invoice_key, day
    having sum(change) <> 0
) x
join documents d on d.invoice_key = x.invoice_key
