-- Grain: one row per piece of a payment's line that one source pays: first the payment's own money, then its credit memos, in the
-- order of their lines. A payment of 60 with lines for an invoice of 100 and a credit memo of 40 applies 60 and 40 to it.
with targets as (
    select
        l.file,
        l.row,
        l.payment_id,
        l.invoice_id,
        amount(l.amount) as amount,
        sum(amount(l.amount)) over lines as ends
    from payment_line l
    where l.invoice_id is not null
    window lines as (partition by l.payment_id order by try_cast(l.index as bigint), l.row rows unbounded preceding)
),
credits as (
    select l.payment_id, l.credit_memo_id, try_cast(l.index as bigint) as place, l.row, amount(l.amount) as amount
    from payment_line l
    where l.credit_memo_id is not null
),
money as (
    select t.payment_id, max(t.ends) - coalesce((select sum(c.amount) from credits c where c.payment_id = t.payment_id), 0) as amount
    from targets t
    group by t.payment_id
),
sources as (
    select payment_id, 'payment' as source, payment_id as source_id, cast(-1 as bigint) as place, cast(0 as bigint) as row, amount
    from money
    where amount > 0
    union all
    select payment_id, 'credit_note', credit_memo_id, place, row, amount from credits
),
placed as (
    select *, sum(amount) over (partition by payment_id order by place, row rows unbounded preceding) as ends from sources
),
pieces as (
    select
        t.file,
        t.row,
        t.payment_id || ':' || t.row || ':' || s.source_id as application_id,
        s.source,
        s.source_id,
        t.invoice_id,
        t.payment_id,
        least(t.ends, s.ends) - greatest(t.ends - t.amount, s.ends - s.amount) as amount
    from targets t
    join placed s on s.payment_id = t.payment_id and s.ends > t.ends - t.amount and t.ends > s.ends - s.amount
)
select
    c.file,
    c.row,
    c.application_id,
    c.source,
    c.source_id,
    c.invoice_id,
    book_day(p.transaction_date) as applied_date,
    cast(c.amount as varchar) as amount,
    cast(null as varchar) as left_out
from pieces c
left join payment p on p.id = c.payment_id
union all
select
    l.file,
    l.row,
    l.payment_id || ':' || l.row,
    'payment',
    l.payment_id,
    l.invoice_id,
    null,
    l.amount,
    case
        when l.credit_memo_id is not null then 'is what the payment draws on, not what it pays'
        when l.invoice_id is null then 'pays no invoice'
    end
from payment_line l
where l.invoice_id is null or amount(l.amount) is null or amount(l.amount) <= 0
