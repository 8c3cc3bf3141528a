-- Grain: one row per source document and day on which its credits differ from its amount less its applications.
-- What never ends is left out at its end: changes that add up to nothing on every day before add up to nothing on the last.
select coalesce(p.payment_id, d.invoice_id) as source_id, x.day, x.difference
from (
    select payment_key, invoice_key, day, sum(change) as difference
    from (
        select payment_key, invoice_key, valid_from as day, unapplied_amount as change from credits
        union all
        select payment_key, invoice_key, valid_to, -unapplied_amount from credits where valid_to < date '2200-01-01'
        union all
        select payment_key, null, alive_from, case when kind = 'refund' then amount else -amount end
        from receipts where alive_from < alive_to
        union all
        select payment_key, null, alive_to, case when kind = 'refund' then -amount else amount end
        from receipts where alive_from < alive_to and alive_to < date '2200-01-01'
        union all
        select null, invoice_key, alive_from, -total from documents where kind = 'credit_note' and alive_from < alive_to
        union all
        select null, invoice_key, alive_to, total
        from documents where kind = 'credit_note' and alive_from < alive_to and alive_to < date '2200-01-01'
        union all
        select source_payment_key, source_invoice_key, alive_from, amount from applied where source in ('payment', 'credit_note')
        union all
        select source_payment_key, source_invoice_key, alive_to, -amount
        from applied where source in ('payment', 'credit_note') and alive_to < date '2200-01-01'
    ) changes
    group by payment_key, invoice_key, day
    having sum(change) <> 0
) x
left join receipts p on p.payment_key = x.payment_key
left join documents d on d.invoice_key = x.invoice_key
