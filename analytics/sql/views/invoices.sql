-- Grain: one row per invoice, debit note or credit note, as it was loaded.
select
    d.invoice_id,
    d.number,
    cast(d.kind as varchar) as kind,
    c.customer_id,
    cast(d.entity as varchar) as entity,
    cast(d.currency as varchar) as currency,
    d.issue_date,
    case when d.due_date_source = 'document' then d.due_date end as due_date,
    cast(d.status as varchar) as status,
    d.voided_date,
    d.subtotal,
    d.tax,
    d.total,
    d.payment_terms_days,
    d.order_id,
    d.contract_id,
    d.po_number,
    cast(d.own_sales_rep as varchar) as sales_rep,
    cast(d.own_region as varchar) as region,
    d.dispute_reason,
    d.file_id,
    d.file_row
from documents d
join customer_list c on c.customer_key = d.customer_key
