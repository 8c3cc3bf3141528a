-- Grain: one number as text: what an application takes off its invoice. Its impact is the negative of it; unapplying gives back.
create or replace macro applied_amount(kind, amount_cell, impact_cell) as
case
    when amount(impact_cell) is not null then cast(-amount(impact_cell) as varchar)
    when kind in ('Unapplied', 'Unallocation') and amount(amount_cell) is not null then cast(-amount(amount_cell) as varchar)
    else amount_cell
end
