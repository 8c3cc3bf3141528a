"""Cohorts: of what a month billed, the share that payments had paid within n days of issue.

Billed: totals of the invoices and debit notes issued in the month, alive at the as-of day. Paid within n days: applications of
payments that count at the as-of day, effective at most n days after the issue of what they pay; what is credited or written off is
never paid. A share is given once every document of the month is n days old.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

from analytics import dates
from analytics.buckets import checked_edges
from analytics.errors import UsageError
from analytics.frames import Kind, frame_of
from analytics.money import exactly, rounded, rounded_to
from analytics.scope import Scope
from analytics.store import Store
from analytics.store.population import parameters, relation

EDGES = (0, 30, 45, 60, 90, 120, 180)
MONTHS = 12


def shares(store: Store, scope: Scope, *, edges: Sequence[int] = EDGES, months: int = MONTHS) -> pd.DataFrame:
    """A row per currency and month of issue, the last `months` that are complete by the as-of day and billed something.

    Columns: `currency`, `month` (its last day), `billed`, and one per number of days of `edges` called `paid_<n>`: a fraction with 4
    decimals, null while the month is too young or where it billed nothing.
    """
    if months < 1:
        raise UsageError(f"months is {months}: there is at least one")
    scope, limits = store.resolve(scope), checked_edges(edges)
    ends = list(dates.period_ends(scope.day - timedelta(days=31 * (months + 1)), scope.day, "month"))[-months:]
    first = dates.month_start(ends[0])
    with exactly():
        billed = _billed(store, scope, first, ends[-1])
        paid = _paid(store, scope, first, ends[-1], limits)
        rows = [
            _row(currency, end, amount, paid[currency, dates.month_start(end)], limits, scope.day)
            for (currency, end), amount in sorted(billed.items())
        ]
    return frame_of(rows, _kinds(limits))


def _kinds(edges: Sequence[int]) -> dict[str, Kind]:
    kinds: dict[str, Kind] = {"currency": "text", "month": "date", "billed": "amount"}
    return kinds | dict.fromkeys((f"paid_{edge}" for edge in edges), "ratio")


def _billed(store: Store, scope: Scope, first: date, last: date) -> dict[tuple[str, date], Decimal]:
    rows = store.rows(
        "select shown_currency, date_trunc('month', issue_date)::date as month, sum(value) as amount "
        f"from {relation('documents', scope)} where kind <> 'credit_note' and issue_date >= $first and issue_date <= $last group by all",
        parameters(scope, scope.day, first=first, last=last),
    )
    return {(row["shown_currency"], dates.month_end(row["month"])): row["amount"] for row in rows}


def _paid(store: Store, scope: Scope, first: date, last: date, edges: Sequence[int]) -> dict[tuple[str, date], list[Decimal]]:
    """What was paid by currency and month of issue: within each number of days of `edges`."""
    sums = ", ".join(
        f"coalesce(sum(value) filter (where effective_date - issue_date <= {int(edge)}), 0) as within_{place}"
        for place, edge in enumerate(edges)
    )
    rows = store.rows(
        f"select shown_currency, date_trunc('month', issue_date)::date as month, {sums} from {relation('applied', scope)} "
        "where source = 'payment' and issue_date >= $first and issue_date <= $last group by all",
        parameters(scope, scope.day, first=first, last=last),
    )
    found: dict[tuple[str, date], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * len(edges))
    for row in rows:
        found[row["shown_currency"], row["month"]] = [row[f"within_{place}"] for place in range(len(edges))]
    return found


def _row(currency: str, end: date, billed: Decimal, paid: Sequence[Decimal], edges: Sequence[int], day: date) -> dict[str, Any]:
    known = {
        f"paid_{edge}": rounded_to(Fraction(amount) / Fraction(billed), 4)
        for edge, amount in zip(edges, paid, strict=True)
        if billed and end + timedelta(days=edge) <= day
    }
    return {"currency": currency, "month": end, "billed": rounded(billed, currency), **known}
