"""Aging: open amounts by how late they are. Buckets partition the open amount, so they always add up to gross open AR.

Age is the as-of day less the due date (or the issue date, for `basis="issue"`); due today is 0 and not overdue. Unapplied
credit is never netted into a bucket: `unapplied` and `net` show it on its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Literal

import pandas as pd

from analytics import buckets, dates, dso
from analytics.buckets import DEFAULT_EDGES, Basis
from analytics.errors import UsageError
from analytics.frames import amounts, frame_of
from analytics.money import exactly, rounded, rounded_to
from analytics.scope import Scope
from analytics.store import Store, planner
from analytics.store.grouping import PAYMENT_WORDS, checked_words, grouped
from analytics.store.population import Mart, parameters
from analytics.store.population import unconverted as without_rate
from analytics.store.rates import rates_to

Every = Literal["month", "week", "day"]
ZERO = Decimal(0)


def summary(
    store: Store,
    scope: Scope,
    *,
    by: Sequence[str] = (),
    edges: Sequence[int] = DEFAULT_EDGES,
    basis: Basis = "due",
) -> pd.DataFrame:
    """Open amounts at the close of the as-of day: a row per currency and `by`.

    Columns: `currency`, those of `by` (ids; empty is null), one per bucket named by `buckets.labels`, `total`, and `items`
    (open items; installments apart). Amounts are exact decimals in the row's currency.
    """
    words, limits, scope = checked_words(by), buckets.checked_edges(edges), store.resolve(scope)
    plan = planner.balances(store, scope, by=words, edges=limits, basis=basis)
    frame = store.frame(grouped(plan.rows, words, plan.sums, scope), parameters(scope, scope.day))
    frame.columns = pd.Index(["currency", *words, *buckets.labels(limits, basis), "total", "items"])
    return frame


def unapplied(store: Store, scope: Scope, *, by: Sequence[str] = ()) -> pd.DataFrame:
    """Receipts less refunds plus credit notes, less what of them is applied: a row per currency and `by`, in `amount`.

    Words of `by` that a payment does not know (invoice, installment) are left out.
    """
    words, scope = [word for word in checked_words(by) if word in PAYMENT_WORDS], store.resolve(scope)
    plan = planner.unapplied(store, scope, by=words)
    return store.frame(grouped(plan.rows, words, plan.sums, scope), parameters(scope, scope.day))


def net(store: Store, scope: Scope) -> pd.DataFrame:
    """Net AR, gross open less unapplied: a row per `currency`, in `amount`."""
    scope = store.resolve(scope)
    both = " union all ".join(
        f"select shown_currency, {sign}{plan.sums[name]} as value from {plan.rows} group by shown_currency"
        for sign, name, plan in (("", "total", planner.balances(store, scope)), ("-", "amount", planner.unapplied(store, scope)))
    )
    return store.frame(grouped(f"({both})", (), {"amount": "sum(value)"}, scope), parameters(scope, scope.day))


def unconverted(store: Store, scope: Scope) -> pd.DataFrame:
    """The open items that a converted answer leaves out for want of a rate: `currency`, `items`, `amount` in that currency."""
    return _without_rate(store, scope, "segments")


def unconverted_credits(store: Store, scope: Scope) -> pd.DataFrame:
    """The unapplied amounts that a converted answer leaves out for want of a rate: `currency`, `items`, `amount`."""
    return _without_rate(store, scope, "credits")


POINTS: dict[Every, int] = {"month": 13, "week": 53, "day": 91}
"""How many period ends a trend shows when nobody says from when: a year, or a quarter of days."""


def trend(
    store: Store,
    scope: Scope,
    *,
    every: Every = "month",
    start: date | None = None,
    edges: Sequence[int] = DEFAULT_EDGES,
    basis: Basis = "due",
    days: int = 90,
) -> pd.DataFrame:
    """Aging, sales and simple DSO at each period end from `start` to the as-of day: a row per date and currency.

    Each point asks at its own date: `sales` are those of the `days` up to it, of documents alive at it; `dso` has 4 decimals, null
    where there were no sales. Columns: `date`, `currency`, the buckets by their labels, `total`, `sales`, `dso`. Dense: every
    currency has a row at every date.
    """
    scope, limits = store.resolve(scope), buckets.checked_edges(edges)
    ends = _period_ends(scope.day, every, start)
    names = (*buckets.labels(limits, basis), "total", "sales")
    sums = _Sums(store, scope)
    with exactly():
        for asked, points in _asked_together(scope, ends):
            opened, sold = store.together(
                partial(_open_at, store, asked, points, limits, basis), partial(_sales_at, store, asked, points, days)
            )
            for row in opened:
                aged = {name: row[f"bucket_{place}"] for place, name in enumerate(names[:-2])}
                sums.add(row["day"], row["shown_currency"], aged | {"total": row["total"]})
            for row in sold:
                sums.add(row["day"], row["shown_currency"], {"sales": row["sales"]})
        rows = [_point(sums.at(end, currency), end, currency, names, days) for end in ends for currency in sums.currencies]
    return frame_of(rows, {"date": "date", "currency": "text", **amounts(names), "dso": "ratio"})


def _asked_together(scope: Scope, ends: list[date]) -> list[tuple[Scope, list[date]]]:
    """All points in one question; but whether a document is in dispute depends on the day, so that filter asks at each."""
    if any(column == "disputed" for column, _ in scope.filters):
        return [(scope.at(end), [end]) for end in ends]
    return [(scope, ends)]


def _point(exact: Mapping[str, Decimal], day: date, currency: str, names: Sequence[str], days: int) -> dict[str, Any]:
    outstanding = dso.simple(exact.get("total", ZERO), exact.get("sales", ZERO), days)
    return {"date": day, "currency": currency, "dso": None if outstanding is None else rounded_to(outstanding, 4)} | {
        name: rounded(exact.get(name, ZERO), currency) for name in names
    }


def _period_ends(day: date, every: Every, start: date | None) -> list[date]:
    if every not in POINTS:
        raise UsageError(f"'{every}' is not one of {', '.join(POINTS)}")
    if start is None:
        ends = list(dates.period_ends(day - timedelta(days=400), day, every))
        return ends[-POINTS[every] :]
    ends = list(dates.period_ends(start, day, every))
    if not ends:
        raise UsageError(f"no {every} ends from {start} to {day}")
    return ends


def _open_at(store: Store, scope: Scope, ends: list[date], edges: Sequence[int], basis: Basis) -> list[dict[str, Any]]:
    """Bucket sums at every day of `ends`, in the currencies of `_unpriced`."""
    plan = planner.balances(store, _unpriced(scope), "any", edges=edges, basis=basis, day="g.day")
    sums = ", ".join(f"{text} as {name}" for name, text in plan.sums.items())
    return store.rows(
        f"select g.day, s.shown_currency, {sums} from (select unnest($ends) as day) g "
        f"join {plan.rows} s on s.valid_from <= g.day and g.day < s.valid_to group by g.day, s.shown_currency",
        parameters(_unpriced(scope), scope.day, life="any", ends=ends),
    )


def _sales_at(store: Store, scope: Scope, ends: list[date], days: int) -> list[dict[str, Any]]:
    """Sales of the `days` up to every day of `ends`, of documents alive at it, in the currencies of `_unpriced`."""
    plan = planner.documents(store, _unpriced(scope), "any")
    return store.rows(
        "select g.day, s.shown_currency, sum(s.amount) as sales from (select unnest($ends) as day) g "
        f"join (select shown_currency, alive_from, alive_to, {plan.sums['amount']} as amount from {plan.rows} "
        "where alive_from < alive_to group by shown_currency, alive_from, alive_to) s "
        "on s.alive_from <= g.day and s.alive_from > g.day - $days and g.day < s.alive_to group by g.day, s.shown_currency",
        parameters(_unpriced(scope), scope.day, life="any", ends=ends, days=days),
    )


def _unpriced(scope: Scope) -> Scope:
    """`scope` in the documents' own currencies where the rate depends on the day asked: `_Sums` converts what comes back."""
    return scope if scope.fx == "document" else replace(scope, currency=None)


class _Sums:
    """Exact sums by day and currency, converted at the rate of each day where the scope asks for it."""

    def __init__(self, store: Store, scope: Scope) -> None:
        self._sums: dict[tuple[date, str], dict[str, Decimal]] = {}
        self._rates = rates_to(store, scope.currency) if scope.currency and scope.fx != "document" else None
        self._scope = scope
        self._seen: set[str] = set()

    @property
    def currencies(self) -> list[str]:
        """The currencies that rows are shown in, sorted."""
        return sorted(self._seen)

    def add(self, day: date, currency: str, sums: dict[str, Decimal]) -> None:
        """Adds `sums` at `day`; what has no rate stays out."""
        rate = Decimal(1)
        if self._rates is not None and currency != self._scope.currency:
            found = self._rates.get((currency, self._scope.fx if isinstance(self._scope.fx, date) else day))
            if found is None:
                return
            rate = found
        shown = self._scope.currency or currency
        self._seen.add(shown)
        here = self._sums.setdefault((day, shown), {})
        for name, amount in sums.items():
            here[name] = here.get(name, ZERO) + amount * rate

    def at(self, day: date, currency: str) -> dict[str, Decimal]:
        """The exact sums at `day`; what is missing is 0."""
        return self._sums.get((day, currency), {})


def _without_rate(store: Store, scope: Scope, mart: Mart) -> pd.DataFrame:
    scope = store.resolve(scope)
    if scope.currency is None:
        return pd.DataFrame({"currency": [], "items": [], "amount": []})
    return store.frame(
        "select shown_currency::varchar as currency, count(*) as items, sum(value) as amount "
        f"from {without_rate(mart, scope)} group by shown_currency order by shown_currency",
        parameters(scope, scope.day),
    )
