-- Grain: one row per customer whose name or id holds $search, whatever the case.
select customer_id, name
from customer_list
where contains(lower(coalesce(name, '')), lower($search)) or contains(lower(customer_id), lower($search))
order by name nulls last, customer_id
limit $size
