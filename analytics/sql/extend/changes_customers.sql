-- Grain: one row: whether a staged customer is one that the books know, by its row or by name alone; or the first one of all, beside
-- which each document and payment of the books names a customer who is not among them.
select
    exists (select 1 from staged_customers s where s.customer_id in (select c.customer_id from books.customer_list c))
    or (exists (from staged_customers) and not exists (from books.customers)) as found
