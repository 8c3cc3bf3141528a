-- Grain: one row per line of a payment. Its invoices are paid first with its own money, then with its credit memos, in the order of
-- their lines: a payment of 60 with lines for an invoice of 100 and a credit memo of 40 applies 60 and 40 to it. There are never more
-- such pieces than lines: the first line of the payment stands for the first piece, and so on.
with lines as (
    select
        *,
        amount(amount) as held,
        row_number() over (
            partition by payment_id order by invoice_id is null, try_cast(index as bigint), file, row
        ) as place
    from payment_line
    where (invoice_id is not null or credit_memo_id is not null) and amount(amount) > 0
),
targets as (
    select
        payment_id,
        invoice_id,
        held,
        sum(held) over (partition by payment_id order by place rows unbounded preceding) as ends
    from lines
    where invoice_id is not null
),
sources as (
    select
        t.payment_id,
        'payment' as source,
        t.payment_id as source_id,
        cast(0 as bigint) as place,
        max(t.ends) - coalesce(max(c.held), 0) as held
    from targets t
    left join (select payment_id, sum(held) as held from lines where invoice_id is null group by payment_id) c
        on c.payment_id = t.payment_id
    group by t.payment_id
    having max(t.ends) > coalesce(max(c.held), 0)
    union all
    select payment_id, 'credit_note', credit_memo_id, place, held from lines where invoice_id is null
),
placed as (
    select *, sum(held) over (partition by payment_id order by place rows unbounded preceding) as ends from sources
),
pieces as (
    select
        t.payment_id,
        t.invoice_id,
        s.source,
        s.source_id,
        least(t.ends, s.ends) - greatest(t.ends - t.held, s.ends - s.held) as amount,
        row_number() over (partition by t.payment_id order by least(t.ends, s.ends)) as place
    from targets t
    join placed s on s.payment_id = t.payment_id and s.ends > t.ends - t.held and t.ends > s.ends - s.held
)
select
    l.file,
    l.row,
    l.payment_id || ':' || l.place as application_id,
    coalesce(c.source, 'payment') as source,
    coalesce(c.source_id, l.payment_id) as source_id,
    coalesce(c.invoice_id, l.invoice_id) as invoice_id,
    book_day(p.transaction_date) as applied_date,
    coalesce(cast(c.amount as varchar), l.amount) as amount,
    case when c.payment_id is null then 'is what the payment draws on, not what it pays' end as left_out
from lines l
left join pieces c on c.payment_id = l.payment_id and c.place = l.place
left join payment p on p.id = l.payment_id
union all
select
    l.file,
    l.row,
    l.payment_id || ':line ' || l.row,
    'payment',
    l.payment_id,
    l.invoice_id,
    null,
    l.amount,
    case when l.invoice_id is null then 'pays no invoice' end
from payment_line l
where (l.invoice_id is null and l.credit_memo_id is null) or amount(l.amount) is null or amount(l.amount) <= 0
