-- Grain: one code: the currency of an export that names none, where the user did.
create or replace macro own_currency() as (select code from own)
