-- Grain: one row per problem that a row of the books has beside others, where the new rows do not touch it. Whether more is applied
-- than there is was looked at on the applications of what is touched alone, everything else on all that is near.
insert into problems
select p.*
from books.problems p
where p.by_reference
    and p.file_row is not null
    and case when p.code = 'over_applied' then not exists (
        select 1 from touched_applications a where a.file_id = p.file_id and a.file_row = p.file_row
    ) else not exists (
        select 1
        from (
            select 'customers' as table_name, file_id, file_row from near_customers
            union all
            select 'invoices', file_id, file_row from near_invoices
            union all
            select 'invoice_lines', file_id, file_row from near_invoice_lines
            union all
            select 'installments', file_id, file_row from near_installments
            union all
            select 'payments', file_id, file_row from near_payments
            union all
            select 'applications', file_id, file_row from near_applications
            union all
            select 'disputes', file_id, file_row from near_disputes
            union all
            select table_name, file_id, file_row from books.quarantine where by_reference
        ) near
        where near.table_name = p.table_name and near.file_id = p.file_id and near.file_row = p.file_row
    ) end
