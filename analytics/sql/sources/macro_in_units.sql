-- Grain: one number in the smallest unit of its currency, as text in units; what is no number stays as it is.
create or replace macro in_units(cell, places) as
case
    when amount(cell) is null or places is null then cell
    else cast(
        amount(cell) * case places when 0 then 1 when 3 then 0.001 when 4 then 0.0001 else 0.01 end as decimal(38, 10)
    )::varchar
end
