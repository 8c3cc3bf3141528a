-- Grain: one row per row set aside, with its content. `by_reference`: only because of other rows; tried again with every load.
create table quarantine (
    file_id integer,
    table_name varchar,
    file_row bigint,
    code varchar,
    message varchar,
    by_reference boolean,
    content json
)
