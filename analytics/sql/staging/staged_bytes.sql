-- Grain: one row: the bytes that the staged rows take, in memory and on disk.
select cast(coalesce(sum(memory_usage_bytes + temporary_storage_bytes), 0) as bigint) from duckdb_memory()
