-- Grain: none; there are no books yet.
create temp table earlier_quarantine (
    file_id integer, table_name varchar, file_row bigint, code varchar, message varchar, by_reference boolean, content json
)
