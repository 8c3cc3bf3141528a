-- Grain: one row per application to or from what is touched.
create temp table touched_applications as
select file_id, file_row, invoice_key, source_payment_key, source_invoice_key
from next.main.applied
where invoice_key in (select key from touched_documents)
    or source_payment_key in (select key from touched_payments)
    or source_invoice_key in (select key from touched_notes)
