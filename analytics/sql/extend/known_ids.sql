-- Grain: one row per document and payment beside which the new rows are checked.
create or replace temp view known_ids as
from near_ids
