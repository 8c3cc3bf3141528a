-- Grain: one row per document and payment of the books as they will be.
create or replace temp view known_ids as
select 'invoices' as table_name, invoice_id as id from candidate_invoices
union all
select 'payments', payment_id from candidate_payments
