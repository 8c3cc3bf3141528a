-- Grain: one amount, as a message shows it: every digit that counts, and two decimals at least.
create or replace temp macro shown_amount(amount) as
regexp_replace(cast(cast(amount as decimal(38, 10)) as varchar), '(\.[0-9]{2}[0-9]*?)0+$', '\1')
