-- Grain: none; no application is held yet.
create temp view held_applications as select 0 as file_id, cast(0 as bigint) as file_row, '' as currency where false
