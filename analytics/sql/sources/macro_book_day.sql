-- Grain: one date. The day of a cell like 2026-06-30, with or without a time of the day after it; anything else stays as it is.
create or replace macro book_day(cell) as
case when regexp_full_match(cell, '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].*') then left(cell, 10) else cell end
