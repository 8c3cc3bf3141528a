-- Grain: one row per refund receipt, none of which is taken: it credits and pays back at once, and leaves no receivable.
select
    r.file,
    r.row,
    'refund:' || r.id as payment_id,
    r.total_amount as amount,
    'a refund receipt credits and pays back at once; nothing is receivable' as left_out
from refund_receipt r
