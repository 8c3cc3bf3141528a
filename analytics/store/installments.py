"""What an applied amount fills of installments: the earliest due first."""

from __future__ import annotations

FILLED = (
    "least(greatest({applied} - n.filled_from, case when n.is_first then cast(-10000000000000 as decimal(18, 4)) else 0 end), "
    "case when n.is_last then cast(10000000000000 as decimal(18, 4)) else n.amount end)"
)
"""How much of an installment an applied amount fills: the first takes what is below zero, the last what is beyond the total."""

FILLED_TO = FILLED.format(applied="o.applied_to")
FILLED_BEFORE = FILLED.format(applied="(o.applied_to - o.amount)")

PARTS = (
    f"select o.*, n.due_date as part_due_date, cast({FILLED_TO} - {FILLED_BEFORE} as decimal(28, 4)) as part_amount "
    "from (select *, cast(sum(amount) over (partition by invoice_key order by effective_date, application_id "
    "rows between unbounded preceding and current row) as decimal(18, 4)) as applied_to from installment_applications) o "
    "join installment_spans n on n.invoice_key = o.invoice_key"
)
"""The rows of `installment_applications`, in order of effective date, once for each installment that they fill a part of."""
