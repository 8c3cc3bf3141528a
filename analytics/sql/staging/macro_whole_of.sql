-- Grain: one whole number. A cell of digits only; anything else is empty.
create or replace temp macro whole_of(cell) as
case when regexp_full_match(cell, '[+-]?[0-9]{1,18}(\.0+)?') then try_cast(split_part(cell, '.', 1) as bigint) end
