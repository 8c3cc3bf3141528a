-- Grain: one moment: a cell like 2026-06-30T12:00:00.000+0000 or 2026-06-30 12:00:00, without a zone it does not need.
create or replace macro moment(cell) as regexp_replace(cell, '(\+0000|\.000Z|Z| UTC)$', 'Z')
