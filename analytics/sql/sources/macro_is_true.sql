-- Grain: one cell: whether it says true, in any spelling of the exports.
create or replace macro is_true(cell) as coalesce(lower(cell) in ('true', '1', 'yes', 't'), false)
