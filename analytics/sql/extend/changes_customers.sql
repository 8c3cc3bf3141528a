-- Grain: one row: whether a staged customer is one that the books know, by its row or by name alone.
select exists (select 1 from staged_customers s where s.customer_id in (select c.customer_id from books.customer_list c)) as found
