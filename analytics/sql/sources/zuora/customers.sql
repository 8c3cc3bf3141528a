-- Grain: one row per account.
select
    a.file,
    a.row,
    a.id as customer_id,
    a.name,
    nullif(a.parent_id, a.id) as parent_id,
    a.currency,
    a.sales_rep_name as sales_rep,
    a.customer_service_rep_name as collector,
    regexp_extract(a.payment_term, '^Net ([0-9]+)$', 1) as payment_terms_days
from account a
