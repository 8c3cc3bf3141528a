-- Grain: the first source document and day on which its credits differ from its amount less its applications, with the count.
select coalesce(p.payment_id, d.invoice_id) as source_id, x.day, x.difference, x.exceptions
from (
    select payment_key, invoice_key, day, sum(change) as difference, count(*) over () as exceptions
    from (
        select payment_key, invoice_key, valid_from as day, unapplied_amount as change from credits
        union all
        select payment_key, invoice_key, valid_to, -unapplied_amount from credits
        union all
        select payment_key, null, alive_from, case when kind = 'refund' then amount else -amount end
        from receipts where alive_from < alive_to
        union all
        select payment_key, null, alive_to, case when kind = 'refund' then -amount else amount end
        from receipts where alive_from < alive_to
        union all
        select null, invoice_key, alive_from, -total from documents where kind = 'credit_note' and alive_from < alive_to
        union all
        select null, invoice_key, alive_to, total from documents where kind = 'credit_note' and alive_from < alive_to
        union all
        select source_payment_key, source_invoice_key, alive_from, amount from applied where source in ('payment', 'credit_note')
        union all
        select source_payment_key, source_invoice_key, alive_to, -amount from applied where source in ('payment', 'credit_note')
    ) changes
    group by payment_key, invoice_key, day
    having sum(change) <> 0
) x
left join receipts p on p.payment_key = x.payment_key
left join documents d on d.invoice_key = x.invoice_key
order by source_id, x.day
limit 1
