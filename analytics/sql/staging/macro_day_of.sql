-- Grain: one date. A cell that matches `pattern` read by `format`; anything else is empty.
create or replace temp macro day_of(cell, pattern, format) as
case when regexp_full_match(cell, pattern) then cast(try_strptime(cell, format) as date) end
