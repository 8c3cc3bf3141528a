"""The figures of receivables at a day: AR, DSO by every method, CEI, turnover, days to pay. Definitions: `docs/metrics.md`.

The period is (D - days, D]: the day after the opening up to and including the as-of day D; the opening balance is the close of
D - days. Sums come exact from the store; a ratio is made of them here and rounded once, half up, to 4 decimals.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd

from analytics import dates, dso
from analytics.errors import UsageError
from analytics.frames import Kind, frame_of
from analytics.money import exactly, rounded, rounded_to
from analytics.scope import Scope
from analytics.store import Store, planner
from analytics.store.currencies import currencies
from analytics.store.population import parameters
from analytics.store.settlements import Settlements, settlements

COLUMNS: dict[str, Kind] = {
    "currency": "text",
    "open": "amount",
    "overdue": "amount",
    "overdue_share": "ratio",
    "unapplied": "amount",
    "net": "amount",
    "sales": "amount",
    "dso": "ratio",
    "dso_average": "ratio",
    "dso_countback_monthly": "ratio",
    "dso_countback_daily": "ratio",
    "dso_countback_exhausted": "flag",
    "dso_best_possible": "ratio",
    "add": "ratio",
    "cei": "ratio",
    "turnover": "ratio",
    "days_to_pay": "ratio",
    "days_late": "ratio",
}
ZERO = Decimal(0)
NOTHING_PAID = Settlements(ZERO, ZERO, ZERO)


@dataclass
class Inputs:
    """The exact sums that the figures of one currency are made of."""

    open: Decimal = ZERO
    overdue: Decimal = ZERO
    unapplied: Decimal = ZERO
    opening: Decimal = ZERO
    sales_by_day: dict[date, Decimal] = field(default_factory=dict)
    """Sales of every day of history on which there were any, alive at the as-of day."""
    paid: Settlements = NOTHING_PAID


def summary(store: Store, scope: Scope, *, days: int = 90) -> pd.DataFrame:
    """Every figure at the close of the as-of day: a row per currency of any document or payment in scope.

    Columns: `COLUMNS`; `dso_countback_exhausted` is true where the history is too short ("at least so many days").
    Amounts are exact decimals in the row's currency, ratios have 4 decimals (`overdue_share` is a fraction, `cei` a
    percentage), undefined ones are null.
    """
    scope = store.resolve(scope)
    found = inputs(store, scope, days=days)
    with exactly():
        rows = [_figures(currency, found[currency], scope.day, days) for currency in sorted(found)]
    return frame_of(rows, COLUMNS)


def inputs(store: Store, scope: Scope, *, days: int = 90) -> dict[str, Inputs]:
    """What the figures are made of, by currency: the numbers behind "how is this computed"."""
    if days < 1:
        raise UsageError(f"days is {days}: a period has at least one day")
    scope = store.resolve(scope)
    opening_day = scope.day - timedelta(days=days)
    shown, opened, opening, unapplied, sales, settled = store.together(
        lambda: currencies(store, scope),
        lambda: _opened(store, scope, scope.day),
        lambda: _opened(store, scope, opening_day),
        lambda: _summed(store, scope, planner.unapplied(store, scope), ("shown_currency",), scope.day),
        lambda: _summed(store, scope, planner.documents(store, scope), ("shown_currency", "alive_from"), scope.day),
        lambda: settlements(store, scope, start=opening_day),
    )
    found: dict[str, Inputs] = {currency: Inputs() for currency in shown}
    for row in opened:
        found[row["shown_currency"]].open, found[row["shown_currency"]].overdue = row["total"], row["total"] - row["bucket_0"]
    for row in opening:
        found[row["shown_currency"]].opening = row["total"]
    for row in unapplied:
        found[row["shown_currency"]].unapplied = row["amount"]
    for row in sales:
        found[row["shown_currency"]].sales_by_day[row["alive_from"]] = row["amount"]
    for currency, paid in settled.items():
        found[currency].paid = paid
    return found


def _opened(store: Store, scope: Scope, day: date) -> list[dict[str, Any]]:
    """Open amounts by currency at the close of `day`; `bucket_0` is what is not due."""
    return _summed(store, scope, planner.balances(store, scope), ("shown_currency",), day)


def _summed(store: Store, scope: Scope, plan: planner.Plan, keys: Sequence[str], day: date) -> list[dict[str, Any]]:
    """The sums of `plan` at the close of `day`, by the columns `keys`."""
    sums = ", ".join(f"{text} as {name}" for name, text in plan.sums.items())
    return store.rows(f"select {', '.join(keys)}, {sums} from {plan.rows} group by {', '.join(keys)}", parameters(scope, day))


def _figures(currency: str, found: Inputs, day: date, days: int) -> dict[str, Any]:
    """One currency's row: amounts rounded to the currency, ratios to 4 decimals, each once, from the exact sums."""
    start = day - timedelta(days=days)
    sales = sum((amount for issued, amount in found.sales_by_day.items() if issued > start), ZERO)
    not_due = found.open - found.overdue
    monthly = dso.countback_monthly(found.open, monthly_sales(found.sales_by_day, day))
    daily = dso.countback_daily(found.open, daily_sales(found.sales_by_day, day))
    amounts = {
        "open": found.open,
        "overdue": found.overdue,
        "unapplied": found.unapplied,
        "net": found.open - found.unapplied,
        "sales": sales,
    }
    ratios = {
        "overdue_share": dso.weighted(found.overdue, found.open),
        "dso": dso.simple(found.open, sales, days),
        "dso_average": dso.average(found.opening, found.open, sales, days),
        "dso_countback_monthly": monthly.days,
        "dso_countback_daily": daily.days,
        "dso_best_possible": dso.simple(not_due, sales, days),
        "add": dso.average_days_delinquent(found.open, not_due, sales, days),
        "cei": dso.cei(found.opening, sales, found.open, not_due),
        "turnover": dso.turnover(found.opening, found.open, sales),
        "days_to_pay": dso.weighted(found.paid.amount_days_to_pay, found.paid.amount),
        "days_late": dso.weighted(found.paid.amount_days_late, found.paid.amount),
    }
    return (
        {"currency": currency, "dso_countback_exhausted": monthly.exhausted or daily.exhausted}
        | {name: rounded(amount, currency) for name, amount in amounts.items()}
        | {name: None if ratio is None else rounded_to(ratio, 4) for name, ratio in ratios.items()}
    )


def monthly_sales(sales_by_day: Mapping[date, Decimal], day: date) -> Iterator[tuple[Decimal, int]]:
    """(sales, days) of each month from that of `day`, to date, back to that of the first document; whole calendar months."""
    if not sales_by_day:
        return
    by_month: dict[date, Decimal] = defaultdict(Decimal)
    for issued, amount in sales_by_day.items():
        by_month[dates.month_start(issued)] += amount
    first, end = min(by_month), day
    while end >= first:
        start = dates.month_start(end)
        yield by_month.get(start, ZERO), (end - start).days + 1
        end = start - timedelta(days=1)


def daily_sales(sales_by_day: Mapping[date, Decimal], day: date) -> Iterator[Decimal]:
    """The sales of each day from `day` back to that of the first document."""
    if sales_by_day:
        for back in range((day - min(sales_by_day)).days + 1):
            yield sales_by_day.get(day - timedelta(days=back), ZERO)
