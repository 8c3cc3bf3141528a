-- Grain: one row per file of earlier loads whose rows stay.
insert into incoming_files
select file_id, table_name, path, word, false
from books.files
where table_name in (select s.table_name from staying s)
