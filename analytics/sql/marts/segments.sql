-- Grain: one row per invoice (or installment) and constant non-zero balance, in the order in which they close, open ones last.
-- Open = billed while alive, less what is applied; an installment is open for what the applied amount has not filled of it:
-- the first takes what is applied below zero, the last what is applied beyond the total.
with events as (
    select invoice_key, alive_from as day, total as billed, cast(0 as decimal(18, 4)) as applied
    from documents where kind <> 'credit_note' and alive_from < alive_to
    union all
    select invoice_key, alive_to, -total, 0
    from documents where kind <> 'credit_note' and alive_from < alive_to and alive_to < date '2200-01-01'
    union all
    select invoice_key, alive_from, 0, amount from applied
    union all
    select invoice_key, alive_to, 0, -amount from applied where alive_to < date '2200-01-01'
),
changes as (
    select invoice_key, day, sum(billed) as billed_then, sum(applied) as applied_then
    from events
    group by invoice_key, day
    having sum(billed) <> 0 or sum(applied) <> 0
),
states as (
    select
        invoice_key,
        day as valid_from,
        lead(day, 1, date '2200-01-01') over (partition by invoice_key order by day) as valid_to,
        sum(billed_then) over (partition by invoice_key order by day) as billed_so_far,
        sum(applied_then) over (partition by invoice_key order by day) as applied_so_far
    from changes
),
balances as (
    select
        d.invoice_key,
        n.installment_no,
        d.customer_key,
        s.valid_from,
        s.valid_to,
        case
            when n.invoice_key is null then s.billed_so_far - s.applied_so_far
            else case when s.billed_so_far <> 0 then n.amount else 0 end
                - case
                    when n.is_first and n.is_last then s.applied_so_far
                    when n.is_first then least(s.applied_so_far, n.amount)
                    when n.is_last then greatest(s.applied_so_far - n.filled_from, 0)
                    else least(greatest(s.applied_so_far - n.filled_from, 0), n.amount)
                end
        end as open_amount,
        d.issue_date,
        coalesce(n.due_date, d.due_date) as due_date,
        d.entity,
        d.currency,
        d.segment,
        d.region,
        d.country,
        d.sales_rep,
        d.collector
    from states s
    join documents d on d.invoice_key = s.invoice_key
    left join installment_spans n on n.invoice_key = s.invoice_key
)
select * replace (cast(open_amount as decimal(18, 4)) as open_amount)
from balances
where open_amount <> 0
order by valid_to, invoice_key, installment_no
