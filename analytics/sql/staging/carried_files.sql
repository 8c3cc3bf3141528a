-- Grain: one row per file of earlier loads whose rows stay.
insert into files select * from books.files where table_name in (select s.table_name from staying s)
