-- Grain: one row per customer and other customer whose payments or credit notes are applied to its invoices.
select a.customer_key, s.customer_key as source_customer_key
from applied a
join receipts s on s.payment_key = a.source_payment_key
where s.customer_key <> a.customer_key
union
select a.customer_key, s.customer_key as source_customer_key
from applied a
join documents s on s.invoice_key = a.source_invoice_key
where s.customer_key <> a.customer_key
