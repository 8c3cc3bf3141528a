-- Grain: one row: whether a staged row changes what a document of the books is made of, or what a payment of the books is applied to:
-- an installment of one, or a document that a payment has named before it came.
select
    exists (
        select 1 from books.documents d where d.invoice_id in (select s.invoice_id from staged_installments s)
    )
    or exists (
        select 1 from books.receipts r where r.named_invoice_id in (select s.invoice_id from staged_invoices s)
    ) as found
