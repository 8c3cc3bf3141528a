-- Grain: one row per item and day on which it has two balances.
select d.invoice_id, x.valid_from as day
from (
    select invoice_key, valid_from
    from (
        select
            invoice_key,
            valid_from,
            valid_to,
            lag(valid_to, 1, date '0001-01-01') over (
                partition by invoice_key, coalesce(installment_no, -1) order by valid_from
            ) as previous_to
        from segments
    ) spans
    where valid_from < previous_to or valid_from >= valid_to
) x
join documents d on d.invoice_key = x.invoice_key
