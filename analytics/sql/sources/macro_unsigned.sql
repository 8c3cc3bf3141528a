-- Grain: one number as text, without its minus sign.
create or replace macro unsigned(cell) as ltrim(cell, '-')
