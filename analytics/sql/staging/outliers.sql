-- Grain: one row per document whose total is out of all proportion to the others in its currency.
insert into flaws (table_name, file, row, code, severity, column_name, message)
with medians as (
    select currency, median(total) as middle
    from document_totals
    where total > 0
    group by currency
    having count(*) >= 20
)
select
    'invoices',
    i.file_id,
    i.file_row,
    'outlier',
    'warn',
    'total',
    'total ' || shown_amount(i.total) || format(' is {:,}× the median', cast(i.total / m.middle as bigint))
from candidate_invoices i
join medians m on m.currency = i.currency and i.total >= 100000 * m.middle
