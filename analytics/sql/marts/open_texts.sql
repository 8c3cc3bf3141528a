-- Grain: one row per document with a balance that has no end: what a search for it looks in, in lower case.
select d.invoice_key, lower(coalesce(d.number, '') || chr(10) || d.invoice_id) as search_text
from documents d
where d.invoice_key in (select s.invoice_key from segments s where s.valid_to = date '2200-01-01')
