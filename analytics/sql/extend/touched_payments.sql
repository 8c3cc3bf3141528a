-- Grain: one row per receipt or refund that is new, or from which a new application is made.
create temp table touched_payments as
select payment_key as key from added_receipts
union
select source_payment_key from added_applied where source_payment_key is not null
