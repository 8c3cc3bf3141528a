-- Grain: one row per document that is new, or to which a new application is made, or whose disputes change.
create temp table touched_documents as
select invoice_key as key from added_documents
union
select invoice_key from added_applied
union
select invoice_key from next.main.documents
where invoice_key in (select key from near_keys where what = 'document') and invoice_id in (select s.invoice_id from staged_disputes s)
