-- Grain: one number, exact; anything that is none is empty.
create or replace macro amount(cell) as
case when regexp_full_match(cell, '[+-]?[0-9]{0,20}(\.[0-9]*)?') then try_cast(cell as decimal(38, 10)) end
