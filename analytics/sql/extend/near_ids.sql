-- Grain: one row per document and payment near the new rows, and per other one of the books whose id is like one of theirs: a table,
-- since to look through all ids of the books takes long, and the check looks several times.
create or replace temp table near_ids as
select 'invoices' as table_name, invoice_id as id from candidate_invoices
union all
select 'payments', payment_id from candidate_payments
union all
select 'invoices', d.invoice_id
from books.documents d
where likeness(d.invoice_id) in (select likeness(s.invoice_id) from staged_invoices s where s.kept)
union all
select 'payments', r.payment_id
from books.receipts r
where likeness(r.payment_id) in (select likeness(s.payment_id) from staged_payments s where s.kept)
