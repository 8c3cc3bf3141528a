-- Grain: one row per currency of a file of earlier loads whose rows stay.
insert into file_sums
select t.* from books.file_sums t
join books.files f on f.file_id = t.file_id and f.table_name in (select s.table_name from staying s)
