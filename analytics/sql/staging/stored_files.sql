-- Grain: one row per file whose rows are in the books; `loaded_in` is the generation that its load made.
create table files (
    file_id integer,
    table_name varchar,
    path varchar,
    sha256 varchar,
    size bigint,
    word varchar,
    verdict varchar,
    rows bigint,
    accepted bigint,
    quarantined bigint,
    loaded_in integer
)
