-- Grain: one row per contact.
select
    c.file,
    c.row,
    c.contact_id as customer_id,
    c.name,
    c.email_address as email
from contact c
