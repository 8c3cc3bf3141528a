-- Grain: one row per invoice of which less is open than its charges and credit notes say: the rest, as the invoice states it.
with charged as (
    select c.invoice_id, sum(amount(c.amount)) as amount
    from charge c
    where c.status = 'succeeded' and is_true(c.captured)
    group by c.invoice_id
),
credited as (
    select n.invoice_id, sum(amount(n.total)) as amount
    from credit_note n
    where n.type = 'pre_payment' and n.status = 'issued'
    group by n.invoice_id
),
rest as (
    select
        i.*,
        amount(i.total) - amount(i.amount_remaining) - coalesce(c.amount, 0) - coalesce(n.amount, 0) as amount
    from invoice i
    left join charged c on c.invoice_id = i.id
    left join credited n on n.invoice_id = i.id
    where i.status in ('open', 'paid', 'uncollectible') and amount(i.total) > 0
)
select
    r.file,
    r.row,
    'stated:' || r.id as payment_id,
    r.customer_id,
    upper(r.currency) as currency,
    book_day(coalesce(r.status_transitions_paid_at, r.status_transitions_finalized_at, r.created, r.period_end)) as received_date,
    in_units(cast(r.amount as varchar), stripe_places(r.currency)) as amount,
    r.id as invoice_id,
    'stated_by_source' as note_code,
    'paid as invoice ' || r.id || ' says, dated '
        || case when r.status_transitions_paid_at is null then 'like the invoice: the export does not say when' else 'when it was paid' end
        || '; the export has no charge for it' as note
from rest r
where r.amount > 0
