-- Grain: one row per adjustment of a credit balance, none of which is taken: it moves credit that stands in the books already, as a
-- payment or a negative invoice; where it settles an invoice, the balance of that invoice says so.
select
    a.file,
    a.row,
    'adjustment:' || a.id as payment_id,
    a.account_id as customer_id,
    a.transaction_currency as currency,
    book_day(a.adjustment_date) as received_date,
    a.amount,
    'moves credit that the books have from ' || lower(a.source_transaction_type) || ' ' || coalesce(a.source_transaction_number, '?')
        as left_out
from credit_balance_adjustment a
