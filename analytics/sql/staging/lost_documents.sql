-- Grain: one row per invoice, credit note or payment that was read but set aside, in this load or earlier, with the reason.
create or replace temp table lost_documents as
select table_name, id, min(message) as message
from (
    select 'invoices' as table_name, s.invoice_id as id, f.message
    from staged_invoices s
    join flaws f on f.table_name = 'invoices' and f.severity = 'quarantine' and f.code <> 'copy' and f.file = s.file and f.row = s.row
    union all
    select 'payments', s.payment_id, f.message
    from staged_payments s
    join flaws f on f.table_name = 'payments' and f.severity = 'quarantine' and f.code <> 'copy' and f.file = s.file and f.row = s.row
    union all
    select table_name, id, message from earlier_losses
) losses
where id is not null
group by table_name, id
