-- Grain: one row per credit note that is touched, or from which a new application is made.
create temp table touched_notes as
select invoice_key as key from added_documents where kind = 'credit_note'
union
select invoice_key from next.main.documents where kind = 'credit_note' and invoice_key in (select key from touched_documents)
union
select source_invoice_key from added_applied where source_invoice_key is not null
