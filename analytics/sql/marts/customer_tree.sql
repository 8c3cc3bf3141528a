-- Grain: one row per customer and each of its ancestors, itself included. "union" drops repeats, so a circle of parents ends.
with recursive tree as (
    select customer_key as ancestor_key, customer_key from customer_list
    union
    select tree.ancestor_key, child.customer_key
    from tree
    join customer_list parent on parent.customer_key = tree.customer_key
    join customer_list child on child.parent_id = parent.customer_id
)
select ancestor_key, customer_key from tree
