-- Grain: one row per receipt, refund or credit note and constant non-zero unapplied balance, in the order in which they close.
-- Unapplied = receipts - refunds + credit notes - applications from them, by the source's customer.
with sources as (
    select
        payment_key, cast(null as integer) as invoice_key, alive_from, alive_to,
        case when kind = 'refund' then -amount else amount end as amount
    from receipts
    where alive_from < alive_to
    union all
    select null, invoice_key, alive_from, alive_to, total
    from documents
    where kind = 'credit_note' and alive_from < alive_to
),
events as (
    select payment_key, invoice_key, alive_from as day, amount as change from sources
    union all
    select payment_key, invoice_key, alive_to, -amount from sources where alive_to < date '2200-01-01'
    union all
    select source_payment_key, source_invoice_key, alive_from, -amount
    from applied where source in ('payment', 'credit_note')
    union all
    select source_payment_key, source_invoice_key, alive_to, amount
    from applied where source in ('payment', 'credit_note') and alive_to < date '2200-01-01'
),
changes as (
    select payment_key, invoice_key, day, sum(change) as changed_by
    from events
    group by payment_key, invoice_key, day
    having sum(change) <> 0
),
states as (
    select
        payment_key,
        invoice_key,
        day as valid_from,
        lead(day, 1, date '2200-01-01') over (partition by payment_key, invoice_key order by day) as valid_to,
        sum(changed_by) over (partition by payment_key, invoice_key order by day) as balance
    from changes
)
select
    s.payment_key,
    s.invoice_key,
    coalesce(p.customer_key, n.customer_key) as customer_key,
    s.valid_from,
    s.valid_to,
    cast(s.balance as decimal(18, 4)) as unapplied_amount,
    coalesce(p.received_date, n.issue_date) as document_date,
    coalesce(p.entity, n.entity) as entity,
    coalesce(p.currency, n.currency) as currency,
    coalesce(p.segment, n.segment) as segment,
    coalesce(p.region, n.region) as region,
    coalesce(p.country, n.country) as country,
    coalesce(p.sales_rep, n.sales_rep) as sales_rep,
    coalesce(p.collector, n.collector) as collector
from states s
left join receipts p on p.payment_key = s.payment_key
left join documents n on n.invoice_key = s.invoice_key
where s.balance <> 0
order by s.valid_to, s.payment_key, s.invoice_key
