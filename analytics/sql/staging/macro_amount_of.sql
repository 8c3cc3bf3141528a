-- Grain: one amount. A cell that matches `pattern` (not too long to be held exactly), in hundredths if `cents`; else empty.
create or replace temp macro amount_of(cell, pattern, thousands, mark, cents) as
case
    when not regexp_full_match(cell, pattern) then null
    when cents then cast(try_cast(replace(replace(cell, thousands, ''), mark, '.') as decimal(18, 2)) * 0.01 as decimal(18, 4))
    else try_cast(replace(replace(cell, thousands, ''), mark, '.') as decimal(18, 4))
end
