-- Grain: one row where the books hold balances that a source has drawn up; those of an earlier version do not.
select 1 from duckdb_tables() where database_name = 'books' and table_name = 'snapshots'
