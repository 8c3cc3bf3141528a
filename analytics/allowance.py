"""Allowance for doubtful debts, by a provision matrix (IFRS 9, CECL): what is open in each bucket x what such amounts lost.

What was billed long enough ago to be settled teaches the rates: of what reached a bucket, the share that was written off later. A document
reaches a bucket on the first day on which it is that old, with what is open of it at the close; the first bucket with all of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

from analytics import buckets, dates
from analytics.buckets import DEFAULT_EDGES
from analytics.errors import UsageError
from analytics.frames import Kind, frame_of
from analytics.money import exactly, rounded, rounded_to
from analytics.scope import Scope
from analytics.store import Store
from analytics.store.ages import age_at, bucket_tests
from analytics.store.population import parameters, relation

MONTHS, SETTLED = 12, 12
"""Rates are learned from so many months of billing, the last of which ended so many months ago."""

BUCKET: dict[str, Kind] = {
    "currency": "text",
    "bucket": "text",
    "reached": "amount",
    "lost": "amount",
    "rate": "ratio",
    "exposure": "amount",
    "allowance": "amount",
}
TOTAL: dict[str, Kind] = {"currency": "text", "exposure": "amount", "allowance": "amount"}
Sums = dict[str, list[Decimal]]
BILLED = "issue_date between $first and $last"


@dataclass(frozen=True)
class Allowance:
    """A provision matrix."""

    rows: pd.DataFrame
    """A row per currency and bucket: `reached` and `lost` (of what was billed from `first` to `last`), `rate` (a percentage with 4
    decimals, null where nothing reached the bucket), `exposure` (open in the bucket now) and `allowance`, null where something is open
    and there is no rate."""
    totals: pd.DataFrame
    """A row per currency: `exposure` and `allowance`, each the rounding of its own exact sum; null where one of its buckets has none."""
    first: date
    last: date


def matrix(store: Store, scope: Scope, *, edges: Sequence[int] = DEFAULT_EDGES, factor: Decimal = Decimal(1)) -> Allowance:
    """The allowance at the as-of day, with rates times `factor` (what is to come, beside what was). Raises `UsageError` below 0."""
    if factor < 0:
        raise UsageError(f"the factor is {factor}: losses are not below nought")
    scope, limits = store.resolve(scope), buckets.checked_edges(edges)
    ends = list(dates.period_ends(scope.day - timedelta(days=31 * (MONTHS + SETTLED + 1)), scope.day, "month"))
    first, last = dates.month_start(ends[-MONTHS - SETTLED]), ends[-1 - SETTLED]
    bound = parameters(scope, scope.day, first=first, last=last)
    with exactly():
        known = {name: _by_currency(store, sql, bound) for name, sql in _statements(scope, limits).items()}
        currencies = sorted({currency for sums in known.values() for currency in sums})
        found = {currency: list(_buckets(known, currency, limits, factor)) for currency in currencies}
        totals = [_total(currency, rows) for currency, rows in found.items()]
        rows = [_shown(row) for mine in found.values() for row in mine]
    return Allowance(frame_of(rows, BUCKET), frame_of(totals, TOTAL), first, last)


def _statements(scope: Scope, edges: tuple[int, ...]) -> dict[str, str]:
    """What reached each bucket, what was lost of that, and what is open in it: a row per currency, a column `b<n>` per bucket."""

    def sums(tests: Sequence[str], rows: str) -> str:
        columns = ", ".join(f"coalesce(sum(value) filter (where {test}), 0) as b{place}" for place, test in enumerate(tests))
        return f"select shown_currency::varchar as currency, {columns} from {rows} group by shown_currency"

    entered = [f"due_date + {edge + 1}" for edge in edges]
    still_open = [f"valid_from <= {day} and {day} < valid_to and {day} <= $day and value > 0" for day in entered]
    documents = f"{relation('documents', scope)} where kind <> 'credit_note' and {BILLED}"
    balances = (
        f"(select s.* replace (d.due_date as due_date) from {relation('segments', scope, 'any')} s "
        f"join documents d on d.invoice_key = s.invoice_key and d.alive_from <= $day and $day < d.alive_to where s.{BILLED})"
    )
    losses = f"{relation('applied', scope)} where source = 'write_off' and {BILLED}"
    return {
        "billed": sums(["true"], documents),
        "reached": sums(still_open, balances),
        "lost": sums(["true", *(f"effective_date > {day}" for day in entered)], losses),
        "exposure": sums(bucket_tests(edges, age_at("$day")), relation("segments", scope)),
    }


def _by_currency(store: Store, sql: str, bound: dict[str, Any]) -> Sums:
    used = {name: value for name, value in bound.items() if f"${name}" in sql}
    return {row.pop("currency"): [Decimal(value) for value in row.values()] for row in store.rows(sql, used)}


def _buckets(known: dict[str, Sums], currency: str, edges: tuple[int, ...], factor: Decimal) -> Iterator[dict[str, Any]]:
    """The buckets of a currency, exactly."""

    def of(name: str, count: int) -> list[Decimal]:
        return known[name].get(currency, [Decimal(0)] * count)

    labels = buckets.labels(edges)
    reached = of("billed", 1) + of("reached", len(edges))
    for label, came, lost, exposure in zip(labels, reached, of("lost", len(labels)), of("exposure", len(labels)), strict=True):
        rate = Fraction(lost) / Fraction(came) if came else None
        allowance = Fraction(0) if not exposure else None if rate is None else Fraction(exposure) * rate * Fraction(factor)
        yield dict(zip(BUCKET, (currency, label, came, lost, rate, exposure, allowance), strict=True))


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    currency, rate = row["currency"], row["rate"]
    shown = {name: _coins(row[name], currency) for name in ("reached", "lost", "exposure", "allowance")}
    return row | shown | {"rate": None if rate is None else rounded_to(rate * 100, 4)}


def _total(currency: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    parts = [row["allowance"] for row in rows]
    whole = None if None in parts else sum(parts, Fraction(0))
    exposure = sum((row["exposure"] for row in rows), Decimal(0))
    return {"currency": currency, "exposure": _coins(exposure, currency), "allowance": _coins(whole, currency)}


def _coins(amount: Decimal | Fraction | None, currency: str) -> Decimal | None:
    return None if amount is None else rounded(amount, currency)
