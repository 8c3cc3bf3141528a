-- Grain: one row per currency and day on which balances and flows differ.
-- Comparing the daily changes compares the balances of every day.
select currency, day, sum(change) as difference
from (
    select currency, valid_from as day, open_amount as change from segments
    union all
    select currency, valid_to, -open_amount from segments
    union all
    select currency, valid_from, -unapplied_amount from credits
    union all
    select currency, valid_to, unapplied_amount from credits
    union all
    select currency, alive_from, case when kind = 'credit_note' then total else -total end from documents where alive_from < alive_to
    union all
    select currency, alive_to, case when kind = 'credit_note' then -total else total end from documents where alive_from < alive_to
    union all
    select currency, alive_from, case when kind = 'refund' then -amount else amount end from receipts where alive_from < alive_to
    union all
    select currency, alive_to, case when kind = 'refund' then amount else -amount end from receipts where alive_from < alive_to
    union all
    select currency, alive_from, amount from applied where source in ('write_off', 'discount')
    union all
    select currency, alive_to, -amount from applied where source in ('write_off', 'discount')
) changes
group by currency, day
having sum(change) <> 0
