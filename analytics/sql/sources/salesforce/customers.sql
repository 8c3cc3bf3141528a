-- Grain: one row per account.
select
    a.file,
    a.row,
    a."Id" as customer_id,
    a."Name" as name,
    a."ParentId" as parent_id,
    a."Industry" as segment,
    a."BillingCountry" as country,
    a."CurrencyIsoCode" as currency,
    a."OwnerId" as sales_rep
from "Account" a
