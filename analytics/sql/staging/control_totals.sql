-- Grain: one row per new file and currency: the sum of what it accepts and of what it sets aside. An application has its
-- invoice's currency, else its source's; a currency that cannot be read stands as it is; an unreadable amount counts 0.
with others as (
    select a.* from staged_applications a
    anti join held_applications h on h.file_id = a.file and h.file_row = a.row
),
currency_of_invoice as (
    select invoice_id, any_value(currency) as currency
    from all_invoices
    where invoice_id in (select invoice_id from others union all select source_id from others)
    group by invoice_id
),
currency_of_payment as (
    select payment_id, any_value(currency) as currency
    from all_payments
    where payment_id in (select source_id from others)
    group by payment_id
),
amounts as (
    select 'invoices' as table_name, file, row, total as amount, currency, remarks, faults from staged_invoices
    union all
    select 'payments', file, row, amount, currency, remarks, faults from staged_payments
    union all
    select 'applications', a.file, a.row, a.amount, h.currency, null, a.faults
    from staged_applications a
    join held_applications h on h.file_id = a.file and h.file_row = a.row
    union all
    select 'applications', a.file, a.row, a.amount, coalesce(i.currency, p.currency, n.currency), null, a.faults
    from others a
    left join currency_of_invoice i on i.invoice_id = a.invoice_id
    left join currency_of_payment p on a.source = 'payment' and p.payment_id = a.source_id
    left join currency_of_invoice n on a.source = 'credit_note' and n.invoice_id = a.source_id
),
keyed as (
    select
        m.file,
        coalesce(c.code, list_extract(list_transform(m.remarks, lambda r: r.cell), 1), m.currency, '') as currency,
        case
            when m.faults is null then coalesce(m.amount, 0)
            else coalesce(
                m.amount,
                list_extract([f.value for f in m.faults if f.name in ('total', 'amount') and f.value is not null], 1),
                0
            )
        end as amount,
        f.file is not null as is_aside
    from amounts m
    join incoming_files n on n.file = m.file and n.is_new
    left join currencies c on c.code = m.currency
    left join flawed f on f.table_name = m.table_name and f.file = m.file and f.row = m.row
)
select
    file,
    currency,
    coalesce(sum(amount) filter (where not is_aside), 0) as accepted,
    coalesce(sum(amount) filter (where is_aside), 0) as quarantined
from keyed
group by file, currency
