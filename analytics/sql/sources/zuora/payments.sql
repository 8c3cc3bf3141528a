-- Grain: one row per payment; one that was cancelled is open history until then.
select
    p.file,
    p.row,
    p.id as payment_id,
    p.account_id as customer_id,
    p.transaction_currency as currency,
    book_day(p.effective_date) as received_date,
    p.amount,
    case when p.status in ('Canceled', 'Voided') then book_day(p.cancelled_on) end as reversed_date,
    p.type as method,
    coalesce(p.reference_id, p.payment_number) as reference,
    case
        when is_true(p._fivetran_deleted) then 'is deleted in Zuora'
        when p.status in ('Canceled', 'Voided') and p.cancelled_on is null then 'is cancelled, and the export does not say when'
        when p.status not in ('Processed', 'Canceled', 'Voided') then 'status ' || p.status || ': no money arrived'
    end as left_out
from payment p
