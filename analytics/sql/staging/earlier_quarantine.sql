-- Grain: one row per row that the books have set aside.
create or replace temp view earlier_quarantine as select * from books.quarantine
