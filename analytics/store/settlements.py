"""How long money took: applications of payments by the days from issue, and from due date, to their effective date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from analytics.scope import Scope
from analytics.store.population import parameters, relation
from analytics.store.store import Store

FILLED = (
    "least(greatest({applied} - n.filled_from, case when n.is_first then cast(-10000000000000 as decimal(18, 4)) else 0 end), "
    "case when n.is_last then cast(10000000000000 as decimal(18, 4)) else n.amount end)"
)
"""How much of an installment an applied amount fills: the first takes what is below zero, the last what is beyond the total."""

FILLED_TO = FILLED.format(applied="o.applied_to")
FILLED_BEFORE = FILLED.format(applied="(o.applied_to - o.amount)")


@dataclass(frozen=True)
class Settlements:
    """What was applied in one currency, exact: the amount, and the amount times the days it took."""

    amount: Decimal
    amount_days_to_pay: Decimal
    """Sum of amount x days from issue to application."""
    amount_days_late: Decimal
    """Sum of amount x days from due date to application; early is negative."""


def settlements(store: Store, scope: Scope, *, start: date) -> dict[str, Settlements]:
    """By currency: applications of payments effective after `start`, which count at the as-of day; un-applications weigh negative.

    With installments an application is parted among those it fills, in order of effective date. Sums are exact, converted
    where the scope names a currency.
    """
    scope = store.resolve(scope)
    applied = relation("applied", scope)
    sql = (
        "select shown_currency, sum(paid) as amount, sum(cast(paid as decimal(38, 14)) * days_to_pay) as amount_days_to_pay, "
        "sum(cast(paid as decimal(38, 14)) * days_late) as amount_days_late from ("
        "select shown_currency, cast(effective_date - issue_date as integer) as days_to_pay, "
        "cast(effective_date - due_date as integer) as days_late, value as paid "
        f"from {applied} where source = 'payment' and not has_installments and effective_date > $start and effective_date <= $day "
        "union all "
        "select o.shown_currency, cast(o.effective_date - o.issue_date as integer), cast(o.effective_date - n.due_date as integer), "
        f"cast({FILLED_TO} - {FILLED_BEFORE} as decimal(28, 4)) * o.rate "
        "from (select *, cast(sum(amount) over (partition by invoice_key order by effective_date, application_id "
        f"rows between unbounded preceding and current row) as decimal(18, 4)) as applied_to from {applied} where has_installments) o "
        "join installment_spans n on n.invoice_key = o.invoice_key "
        "where o.source = 'payment' and o.effective_date > $start and o.effective_date <= $day"
        ") parts group by shown_currency"
    )
    rows = store.rows(sql, parameters(scope, scope.day, start=start))
    return {row["shown_currency"]: Settlements(row["amount"], row["amount_days_to_pay"], row["amount_days_late"]) for row in rows}
