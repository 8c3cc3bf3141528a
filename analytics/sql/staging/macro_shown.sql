-- Grain: one text, as a message shows it: in quotes, not too long, without characters that act on the screen.
create or replace temp macro shown(cell) as
'''' || regexp_replace(left(cell, 60), '[\x00-\x1F\x7F-\x{9F}\x{202A}-\x{202E}\x{2066}-\x{2069}]', '�', 'g')
|| case when length(cell) > 60 then '…' else '' end || ''''
