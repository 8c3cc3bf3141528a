-- Grain: one amount: whether `places` decimals hold it exactly.
create or replace temp macro has_places(amount, places) as
case places
    when 0 then cast(cast(amount as decimal(18, 0)) as decimal(18, 4))
    when 2 then cast(cast(amount as decimal(18, 2)) as decimal(18, 4))
    when 3 then cast(cast(amount as decimal(18, 3)) as decimal(18, 4))
    else amount
end = amount
