"""What came in: receipts less refunds by week, the past that a cash forecast continues."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pandas as pd

from analytics.frames import frame_of
from analytics.money import rounded
from analytics.scope import Scope
from analytics.store import Store, planner
from analytics.store.population import parameters

WEEK = timedelta(days=7)


def weekly(store: Store, scope: Scope, *, weeks: int = 13) -> pd.DataFrame:
    """Receipts less refunds, reversed ones left out, of the last `weeks` weeks that end on the as-of day's weekday.

    Columns: `currency`, `start`, `end` (both included), `amount`. Dense: every currency has a row in every week.
    """
    scope = store.resolve(scope)
    plan, first = planner.receipts(store, scope), scope.day - weeks * WEEK
    sums: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for row in store.rows(
        f"select shown_currency, alive_from, {plan.sums['amount']} as amount from {plan.rows} "
        "where alive_from > $first and alive_from <= $day group by shown_currency, alive_from",
        parameters(scope, scope.day, first=first) | {"day": scope.day},
    ):
        sums[row["shown_currency"], _week(row["alive_from"], first)] += row["amount"]
    rows = [
        {
            "currency": currency,
            "start": first + place * WEEK + timedelta(days=1),
            "end": first + (place + 1) * WEEK,
            "amount": rounded(sums[currency, place], currency),
        }
        for currency in sorted({currency for currency, _ in sums})
        for place in range(weeks)
    ]
    return frame_of(rows, {"currency": "text", "start": "date", "end": "date", "amount": "amount"})


def total(store: Store, scope: Scope, *, days: int) -> dict[str, Decimal]:
    """Receipts less refunds of the last `days` days, by currency."""
    scope = store.resolve(scope)
    plan = planner.receipts(store, scope)
    rows = store.rows(
        f"select shown_currency, {plan.sums['amount']} as amount from {plan.rows} "
        "where alive_from > $first and alive_from <= $day group by shown_currency",
        parameters(scope, scope.day, first=scope.day - timedelta(days=days)) | {"day": scope.day},
    )
    return {row["shown_currency"]: rounded(row["amount"], row["shown_currency"]) for row in rows}


def _week(day: date, first: date) -> int:
    return ((day - first).days - 1) // 7
