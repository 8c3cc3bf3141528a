/* Grain: one row per customer and each of its ancestors, itself included. "union" drops repeats, so a circle of parents ends. */
WITH RECURSIVE tree AS (
  SELECT
    customer_key AS ancestor_key,
    customer_key
  FROM customer_list
  UNION
  SELECT
    tree.ancestor_key,
    child.customer_key
  FROM tree
  JOIN customer_list AS parent
    ON parent.customer_key = tree.customer_key
  JOIN customer_list AS child
    ON child.parent_id = parent.customer_id
)
SELECT
  ancestor_key,
  customer_key
FROM tree
