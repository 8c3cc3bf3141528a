-- Grain: one row per line of a refund on a payment; a line that was unapplied is left out with the line that it takes back.
select
    r.file,
    r.row,
    r."Id" as payment_id,
    'refund' as kind,
    p."AccountId" as customer_id,
    p."LegalEntityId" as entity,
    coalesce(p."CurrencyIsoCode", own_currency()) as currency,
    applied_day(r."Type", r."EffectiveDate", r."AppliedDate", r."UnappliedDate", r."Date") as received_date,
    r."Amount" as amount,
    r."RefundId" as reference,
    case
        when p."Id" is null then 'its payment ' || r."PaymentId" || ' is not in the export'
        when r."Type" = 'Unapplied' then 'takes a refund back'
        when exists (
            select 1 from "RefundLinePayment" u
            where u."Type" = 'Unapplied' and u."RefundId" = r."RefundId" and u."PaymentId" = r."PaymentId" and u."Amount" = r."Amount"
        ) then 'was taken back'
    end as left_out
from "RefundLinePayment" r
left join "Payment" p on p."Id" = r."PaymentId"
