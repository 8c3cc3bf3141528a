-- Grain: one row per document and span of dispute. A document with a reason and no row of its own is disputed throughout.
select d.invoice_key, s.opened_date as disputed_from, coalesce(s.closed_date, date '2200-01-01') as disputed_to
from disputes s
join documents d on d.invoice_id = s.invoice_id
where s.opened_date < coalesce(s.closed_date, date '2200-01-01')
union all
select d.invoice_key, date '1900-01-01', date '2200-01-01'
from documents d
where d.dispute_reason <> '' and d.invoice_id not in (select invoice_id from disputes)
