-- Grain: one row per application that ever counts: while its effective date has come and both its invoice and its source
-- document live. A write-off or discount has no source document.
select
    application_id,
    source,
    invoice_key,
    source_payment_key,
    source_invoice_key,
    customer_key,
    effective_date,
    recorded_at,
    alive_from,
    alive_to,
    amount,
    issue_date,
    due_date,
    has_installments,
    entity,
    currency,
    segment,
    region,
    country,
    sales_rep,
    collector
from (
    select
        a.application_id,
        a.source,
        d.invoice_key,
        p.payment_key as source_payment_key,
        n.invoice_key as source_invoice_key,
        d.customer_key,
        coalesce(a.applied_date, greatest(d.alive_from, coalesce(p.alive_from, n.alive_from, d.alive_from))) as effective_date,
        a.recorded_at,
        greatest(
            coalesce(a.applied_date, d.alive_from),
            d.alive_from,
            coalesce(p.alive_from, n.alive_from, d.alive_from)
        ) as alive_from,
        least(d.alive_to, coalesce(p.alive_to, n.alive_to, d.alive_to)) as alive_to,
        a.amount,
        d.issue_date,
        d.due_date,
        d.has_installments,
        d.entity,
        d.currency,
        d.segment,
        d.region,
        d.country,
        d.sales_rep,
        d.collector
    from applications a
    join documents d on d.invoice_id = a.invoice_id and d.kind <> 'credit_note'
    left join receipts p on p.payment_id = case when a.source = 'payment' then a.source_id end
    left join documents n
        on n.invoice_id = case when a.source = 'credit_note' then a.source_id end and n.kind = 'credit_note'
    where a.source in ('write_off', 'discount') or p.payment_key is not null or n.invoice_key is not null
) lives
where alive_from < alive_to
