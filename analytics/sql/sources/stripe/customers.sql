-- Grain: one row per customer.
select c.file, c.row, c.id as customer_id, c.name, c.email, c.address_country as country, upper(c.currency) as currency
from customer c
