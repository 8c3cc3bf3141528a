-- Grain: one row per figure that the source has drawn up for a customer and a day, beside what the books make of it.
select
    n.customer_id,
    coalesce(c.name, n.customer_id) as name,
    n.day,
    n.figure,
    n.currency,
    n.amount as stated,
    case n.figure
        when 'unapplied' then (
            select coalesce(sum(k.unapplied_amount), 0)
            from credits k
            where k.customer_key = c.customer_key and k.currency::varchar = n.currency and k.valid_from <= n.day and n.day < k.valid_to
        )
        else (
            select coalesce(sum(s.open_amount), 0)
            from segments s
            where s.customer_key = c.customer_key
                and s.currency::varchar = n.currency
                and s.valid_from <= n.day
                and n.day < s.valid_to
                and (n.from_days is null or n.day - s.due_date >= n.from_days)
                and (n.to_days is null or n.day - s.due_date <= n.to_days)
        )
    end as amount
from snapshots n
left join customer_list c on c.customer_id = n.customer_id
