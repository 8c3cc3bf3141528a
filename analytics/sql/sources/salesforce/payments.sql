-- Grain: one row per payment. `Date` is when the record was made: the effective day comes first. A cancelled payment is open history
-- until the day on which it was cancelled.
select
    p.file,
    p.row,
    p."Id" as payment_id,
    p."AccountId" as customer_id,
    p."LegalEntityId" as entity,
    coalesce(p."CurrencyIsoCode", own_currency()) as currency,
    book_day(coalesce(p."EffectiveDate", p."Date")) as received_date,
    p."Amount" as amount,
    case when p."Status" = 'Canceled' then book_day(coalesce(p."CancellationEffectiveDate", p."CancellationDate")) end as reversed_date,
    p."Type" as method,
    p."PaymentNumber" as reference,
    case when p."Status" = 'Processed' then cast(amount(p."Balance") + coalesce(amount(p."NetRefundApplied"), 0) as varchar) end as stated,
    case
        when p."Status" = 'Canceled' and coalesce(p."CancellationEffectiveDate", p."CancellationDate") is null
            then 'is cancelled, and the export does not say when'
        when p."Status" not in ('Processed', 'Canceled') then 'status ' || p."Status" || ': no money arrived'
    end as left_out
from "Payment" p
