-- Grain: one row per customer.
select
    c.file,
    c.row,
    c.id as customer_id,
    coalesce(c.display_name, c.company_name) as name,
    c.parent_customer_id as parent_id,
    c.currency_id as currency,
    c.email
from customer c
