"""How long money took: applications of payments by the days from issue, and from due date, to their effective date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from analytics.scope import Scope
from analytics.store.grouping import GROUPS
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
    rows = settled(store, scope, start=start)
    return {row["shown_currency"]: Settlements(row["amount"], row["amount_days_to_pay"], row["amount_days_late"]) for row in rows}


def settled(store: Store, scope: Scope, *, start: date, by: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The same as rows by `shown_currency` and the words of `by` (keys of `GROUPS`; a customer by its key)."""
    scope = store.resolve(scope)
    keys = "".join(f", {GROUPS[word]}" for word in by)
    named = "".join(f", {GROUPS[word]} as {word}" for word in by)
    whole, parted = _applied_by_day(scope, keys) if is_summed(store, scope, by) else _applied_one_by_one(scope, keys)
    sql = (
        f"with installment_applications as (select * from {parted} where has_installments) "
        f"select shown_currency{named}, sum(amount) as amount, sum(amount_days_to_pay) as amount_days_to_pay, "
        f"sum(amount_days_late) as amount_days_late from ({whole} union all "
        f"select shown_currency{keys}, paid, paid * cast(effective_date - issue_date as integer), "
        "paid * cast(effective_date - part_due_date as integer) "
        f"from (select *, cast(part_amount * rate as decimal(38, 14)) as paid from ({PARTS})) "
        f"where source = 'payment' and {EFFECTIVE}) parts group by shown_currency{keys}"
    )
    return store.rows(sql, parameters(scope, scope.day, start=start) | {"day": scope.day})


def _applied_by_day(scope: Scope, keys: str) -> tuple[str, str]:
    """From the sums by day, and the applications to installments that these leave out."""
    whole = (
        f"select shown_currency{keys}, value as amount, amount_days_to_pay * rate as amount_days_to_pay, "
        "amount_days_late * rate as amount_days_late "
        f"from {relation('paid', scope)} where {EFFECTIVE}"
    )
    return whole, relation("shifting", scope)


def _applied_one_by_one(scope: Scope, keys: str) -> tuple[str, str]:
    """From the applications; those to installments are parted first."""
    whole = (
        f"select shown_currency{keys}, paid as amount, paid * cast(effective_date - issue_date as integer) as amount_days_to_pay, "
        "paid * cast(effective_date - due_date as integer) as amount_days_late "
        f"from (select *, cast(value as decimal(38, 14)) as paid from {relation('applied', scope)}) "
        f"where source = 'payment' and not has_installments and {EFFECTIVE}"
    )
    return whole, relation("applied", scope)
