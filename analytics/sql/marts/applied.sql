-- Grain: one row per application, with what it is applied to and from, in the order of the invoices. It counts from `alive_from` to
-- the day before `alive_to`: while its effective date has come and both its invoice and its source document live (never, where the
-- two are the same). A write-off or discount has no source document; `named_source_id` is what it says of one all the same.
select
    application_id,
    source,
    invoice_key,
    source_payment_key,
    source_invoice_key,
    named_source_id,
    customer_key,
    coalesce(applied_date, documents_alive_from) as effective_date,
    applied_date is not null as is_dated,
    recorded_at,
    greatest(coalesce(applied_date, documents_alive_from), documents_alive_from) as alive_from,
    greatest(coalesce(applied_date, documents_alive_from), documents_alive_from, documents_alive_to) as alive_to,
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
    collector,
    file_id,
    file_row
from (
    select
        a.application_id,
        a.source,
        d.invoice_key,
        p.payment_key as source_payment_key,
        n.invoice_key as source_invoice_key,
        case when p.payment_key is null and n.invoice_key is null then a.source_id end as named_source_id,
        d.customer_key,
        a.applied_date,
        a.recorded_at,
        greatest(d.alive_from, coalesce(p.alive_from, n.alive_from, d.alive_from)) as documents_alive_from,
        least(d.alive_to, coalesce(p.alive_to, n.alive_to, d.alive_to)) as documents_alive_to,
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
        d.collector,
        a.file_id,
        a.file_row
    from accepted_applications a
    join documents d on d.invoice_id = a.invoice_id
    left join receipts p on p.payment_id = case when a.source = 'payment' then a.source_id end
    left join documents n
        on n.invoice_id = case when a.source = 'credit_note' then a.source_id end and n.kind = 'credit_note'
) lives
order by invoice_key
