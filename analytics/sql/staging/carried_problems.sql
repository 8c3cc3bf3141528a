-- Grain: one row per problem of an earlier load that a row or file which stays has by itself.
insert into problems
select * from books.problems where not by_reference and table_name in (select s.table_name from staying s)
