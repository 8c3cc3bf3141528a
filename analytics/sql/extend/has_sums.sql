-- Grain: one row: whether the copy holds sums by day.
select count(*) > 0 as found from duckdb_tables() where database_name = 'next' and table_name = 'cube'
