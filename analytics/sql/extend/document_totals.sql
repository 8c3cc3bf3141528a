-- Grain: one row per document of the books after the load.
create or replace temp view document_totals as
select cast(currency as varchar) as currency, total from books.documents
union all
select currency, total
from candidate_invoices i
anti join near_invoices n on n.file_id = i.file_id and n.file_row = i.file_row
