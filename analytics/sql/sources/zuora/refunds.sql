-- Grain: one row per refund, in the currency and to the account of its payment, where the export names it.
select
    r.file,
    r.row,
    r.id as payment_id,
    'refund' as kind,
    p.account_id as customer_id,
    p.transaction_currency as currency,
    book_day(coalesce(r.refund_date, r.created_date)) as received_date,
    r.amount,
    r.refund_number as reference,
    case
        when is_true(r._fivetran_deleted) then 'is deleted in Zuora'
        when r.status <> 'Processed' then 'status ' || r.status || ': no money left'
        when p.id is null then 'the export does not say which payment it refunds, nor its currency'
    end as left_out
from refund r
left join payment p on p.id = r.payment_id
