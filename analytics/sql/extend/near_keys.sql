-- Grain: one row per document, payment or application of the books that the new rows name, or that belongs to one they name.
create or replace temp table near_keys as
with named_documents as (
    select invoice_id as id from staged_invoices
    union
    select invoice_id from staged_applications
    union
    select source_id from staged_applications where source = 'credit_note'
    union
    select invoice_id from staged_payments where invoice_id is not null
    union
    select invoice_id from staged_invoice_lines
    union
    select invoice_id from staged_installments
    union
    select invoice_id from staged_disputes
),
named_payments as (
    select payment_id as id from staged_payments
    union
    select source_id from staged_applications where source = 'payment'
),
documents_named as (
    select d.invoice_key as key from books.documents d where d.invoice_id in (select id from named_documents)
),
payments_named as (
    select r.payment_key as key from books.receipts r where r.payment_id in (select id from named_payments)
),
applications as (
    select a.file_id, a.file_row, a.invoice_key, a.source_payment_key, a.source_invoice_key
    from books.applied a
    where a.invoice_key in (select key from documents_named)
        or a.source_payment_key in (select key from payments_named)
        or a.source_invoice_key in (select key from documents_named)
        or a.application_id in (select s.application_id from staged_applications s)
)
select 'application' as what, cast(file_id as bigint) as key, file_row from applications
union
select 'document', key, null
from (
    select key from documents_named
    union
    select invoice_key from applications
    union
    select source_invoice_key from applications where source_invoice_key is not null
) documents
union
select 'payment', key, null
from (
    select key from payments_named
    union
    select source_payment_key from applications where source_payment_key is not null
) payments
