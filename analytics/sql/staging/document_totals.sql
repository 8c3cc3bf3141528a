-- Grain: one row per document of the books after the load.
create or replace temp view document_totals as select currency, total from candidate_invoices
