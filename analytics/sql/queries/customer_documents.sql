-- Grain: one row per document of the customer with key $key, issued by $day. What was paid before it was issued never had a balance: it
-- is settled from its first day on.
select
    d.invoice_id,
    d.number,
    d.kind::varchar as kind,
    case when d.status = 'draft' or d.alive_from <= $day and $day < d.alive_to then d.status else 'void' end as status,
    d.entity::varchar as entity,
    d.currency::varchar as currency,
    d.issue_date,
    d.due_date,
    d.total,
    case when d.kind <> 'credit_note' then coalesce(s.open_amount, 0) end as open_amount,
    case when d.kind = 'credit_note' then coalesce(c.unapplied_amount, 0) end as unapplied_amount,
    case when s.open_amount is not null then cast($day - s.oldest_due_date as integer) end as days_late,
    case
        when s.open_amount is null and $day < d.alive_to and d.kind <> 'credit_note' and d.total <> 0
            then coalesce(s.settled_date, d.alive_from)
    end as settled_date,
    x.invoice_key is not null as disputed
from documents d
left join (
    select
        invoice_key,
        sum(open_amount) filter (where valid_from <= $day and $day < valid_to) as open_amount,
        min(due_date) filter (where valid_from <= $day and $day < valid_to) as oldest_due_date,
        max(valid_to) filter (where valid_to <= $day) as settled_date
    from segments
    where customer_key = $key
    group by invoice_key
) s on s.invoice_key = d.invoice_key
left join credits c on c.customer_key = $key and c.invoice_key = d.invoice_key and c.valid_from <= $day and $day < c.valid_to
left join (select distinct invoice_key from disputed where disputed_from <= $day and $day < disputed_to) x
    on x.invoice_key = d.invoice_key
where d.customer_key = $key and d.issue_date <= $day
order by d.issue_date desc, d.invoice_id
