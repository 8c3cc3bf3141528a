"""How long money took: applications of payments by the days from issue, and from due date, to their effective date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from analytics.scope import Scope
from analytics.store.installments import PARTS
from analytics.store.planner import is_summed
from analytics.store.population import parameters, relation
from analytics.store.store import Store

EFFECTIVE = "effective_date > $start and effective_date <= $day"


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
    whole, parted = _applied_by_day(scope) if is_summed(store, scope) else _applied_one_by_one(scope)
    sql = (
        f"with installment_applications as (select * from {parted} where has_installments) "
        "select shown_currency, sum(amount) as amount, sum(amount_days_to_pay) as amount_days_to_pay, "
        f"sum(amount_days_late) as amount_days_late from ({whole} union all "
        "select shown_currency, paid, paid * cast(effective_date - issue_date as integer), "
        "paid * cast(effective_date - part_due_date as integer) "
        f"from (select *, cast(part_amount * rate as decimal(38, 14)) as paid from ({PARTS})) "
        f"where source = 'payment' and {EFFECTIVE}) parts group by shown_currency"
    )
    rows = store.rows(sql, parameters(scope, scope.day, start=start) | {"day": scope.day})
    return {row["shown_currency"]: Settlements(row["amount"], row["amount_days_to_pay"], row["amount_days_late"]) for row in rows}


def _applied_by_day(scope: Scope) -> tuple[str, str]:
    """From the sums by day, and the applications to installments that these leave out."""
    whole = (
        "select shown_currency, value as amount, amount_days_to_pay * rate as amount_days_to_pay, "
        "amount_days_late * rate as amount_days_late "
        f"from {relation('paid', scope)} where {EFFECTIVE}"
    )
    return whole, relation("shifting", scope)


def _applied_one_by_one(scope: Scope) -> tuple[str, str]:
    """From the applications; those to installments are parted first."""
    whole = (
        "select shown_currency, paid as amount, paid * cast(effective_date - issue_date as integer) as amount_days_to_pay, "
        "paid * cast(effective_date - due_date as integer) as amount_days_late "
        f"from (select *, cast(value as decimal(38, 14)) as paid from {relation('applied', scope)}) "
        f"where source = 'payment' and not has_installments and {EFFECTIVE}"
    )
    return whole, relation("applied", scope)
