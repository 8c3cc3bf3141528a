-- Grain: one row per invoice, debit note or credit note, ordered by customer so that one history is one contiguous read.
-- A document lives from its issue date until it is voided; a draft, and a void without a date, never lived. `own_` columns hold what
-- the document itself says where the customer's word stands in for an empty one.
with keys as (
    select
        cast(row_number() over (order by c.customer_key, i.issue_date, i.invoice_id) as integer) as invoice_key,
        c.customer_key,
        i.file_id,
        i.file_row
    from accepted_invoices i
    join customer_list c on c.customer_id = i.customer_id
)
select
    k.invoice_key,
    k.customer_key,
    i.invoice_id,
    i.number,
    i.kind,
    i.status,
    i.issue_date,
    coalesce(
        i.due_date,
        cast(i.issue_date + coalesce(i.payment_terms_days, c.payment_terms_days, 0) as date)
    ) as due_date,
    case
        when i.due_date is not null then 'document'
        when coalesce(i.payment_terms_days, c.payment_terms_days) is not null then 'terms'
        else 'issue'
    end as due_date_source,
    i.voided_date,
    i.issue_date as alive_from,
    case
        when i.status = 'draft' then i.issue_date
        when i.voided_date is not null then greatest(i.voided_date, i.issue_date)
        when i.status = 'void' then i.issue_date
        else date '2200-01-01'
    end as alive_to,
    i.subtotal,
    i.tax,
    i.total,
    i.entity,
    i.currency,
    c.segment,
    coalesce(i.region, c.region) as region,
    c.country,
    coalesce(i.sales_rep, c.sales_rep) as sales_rep,
    c.collector,
    i.region as own_region,
    i.sales_rep as own_sales_rep,
    i.dispute_reason,
    i.payment_terms_days,
    i.order_id,
    i.contract_id,
    i.po_number,
    i.kind <> 'credit_note' and s.invoice_id is not null as has_installments,
    i.file_id,
    i.file_row
from accepted_invoices i
join keys k on k.file_id = i.file_id and k.file_row = i.file_row
join customer_list c on c.customer_key = k.customer_key
left join (select distinct invoice_id from installments) s on s.invoice_id = i.invoice_id
order by k.invoice_key
