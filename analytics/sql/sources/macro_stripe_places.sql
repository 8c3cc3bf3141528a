-- Grain: one currency: the decimals of Stripe's smallest unit of it, which for a few is not the one of ISO 4217.
create or replace macro stripe_places(currency) as
case upper(currency)
    when 'MGA' then 0
    when 'ISK' then 2
    when 'UGX' then 2
    else (select places from units where code = upper(currency))
end
