-- Grain: one row: how many documents, payments and applications the books hold, and how many are staged.
select
    (select count(*) from books.documents) + (select count(*) from books.receipts) + (select count(*) from books.applied) as held,
    (select count(*) from staged_invoices) + (select count(*) from staged_payments) + (select count(*) from staged_applications) as staged
