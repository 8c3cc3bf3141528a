-- Grain: one number. A cell that matches `pattern`; anything else is empty.
create or replace temp macro number_of(cell, pattern, thousands, mark) as
case
    when regexp_full_match(cell, pattern)
    then try_cast(replace(replace(cell, thousands, ''), mark, '.') as decimal(38, 10))
end
