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
from analytics.store.behind import Rows, paged, shown
from analytics.store.population import parameters, relation

EDGES = (0, 30, 45, 60, 90, 120, 180)
MONTHS = 12
IN_MONTHS = "issue_date >= $first and issue_date <= $last"


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


def documents(store: Store, scope: Scope, month: date, *, edges: Sequence[int] = EDGES, page: int = 1, size: int | None = 50) -> Rows:
    """What the month with the day `month` billed, the largest first, each with what payments had paid of it within so many days.

    Rows have `customer_id`, `name`, `kind`, `document` (number, else id), `document_id`, `date` (of issue), `due_date`, `currency`,
    `amount`, and one amount per number of days of `edges` called `paid_<n>`. They add up to what `shares` divides: a `paid_<n>` is null
    while the month is too young. Without a `size` all rows are on the page, for a file.
    """
    scope, limits = store.resolve(scope), checked_edges(edges)
    end = dates.month_end(month)
    bound = parameters(scope, scope.day, first=dates.month_start(month), last=end)
    behind = f"select * from {relation('documents', scope)} where kind <> 'credit_note' and {IN_MONTHS}"
    order = "r.shown_currency, r.value desc, r.issue_date, r.invoice_key"
    paid = ", ".join(
        f"{shown(f'coalesce(p.{_within(edge)}, 0)', scope) if end + timedelta(days=edge) <= scope.day else 'null'} as paid_{edge}"
        for edge in limits
    )
    sql = (
        "select c.customer_id, c.name, d.kind::varchar as kind, coalesce(d.number, d.invoice_id) as document, d.invoice_id as document_id, "
        f"r.issue_date as date, d.due_date, r.shown_currency::varchar as currency, {shown('r.value', scope)} as amount, {paid} "
        f"from (select r.* from ({behind}) r order by {order} limit $size offset $offset) r "
        f"left join ({_paid_by('invoice_key', scope, limits)}) p using (invoice_key, shown_currency) "
        "left join customer_list c on c.customer_key = r.customer_key left join documents d on d.invoice_key = r.invoice_key "
        f"order by {order}"
    )
    return paged(store, behind, "count(*)", sql, bound, page, size)


def _kinds(edges: Sequence[int]) -> dict[str, Kind]:
    kinds: dict[str, Kind] = {"currency": "text", "month": "date", "billed": "amount"}
    return kinds | dict.fromkeys((f"paid_{edge}" for edge in edges), "ratio")


def _billed(store: Store, scope: Scope, first: date, last: date) -> dict[tuple[str, date], Decimal]:
    rows = store.rows(
        "select shown_currency, date_trunc('month', issue_date)::date as month, sum(value) as amount "
        f"from {relation('documents', scope)} where kind <> 'credit_note' and {IN_MONTHS} group by all",
        parameters(scope, scope.day, first=first, last=last),
    )
    return {(row["shown_currency"], dates.month_end(row["month"])): row["amount"] for row in rows}


def _paid(store: Store, scope: Scope, first: date, last: date, edges: Sequence[int]) -> dict[tuple[str, date], list[Decimal]]:
    """What was paid by currency and month of issue: within each number of days of `edges`."""
    by = _paid_by("date_trunc('month', issue_date)::date as month", scope, edges)
    rows = store.rows(by, parameters(scope, scope.day, first=first, last=last))
    found: dict[tuple[str, date], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * len(edges))
    for row in rows:
        found[row["shown_currency"], row["month"]] = [row[_within(edge)] for edge in edges]
    return found


def _paid_by(what: str, scope: Scope, edges: Sequence[int]) -> str:
    """A statement of what payments paid, by currency and `what`, a column within each number of days of `edges`."""
    sums = ", ".join(
        f"coalesce(sum(value) filter (where effective_date - issue_date <= {int(edge)}), 0) as {_within(edge)}" for edge in edges
    )
    rows = f"{relation('applied', scope)} where source = 'payment' and {IN_MONTHS}"
    return f"select shown_currency, {what}, {sums} from {rows} group by all"


def _within(edge: int) -> str:
    return f"within_{int(edge)}"


def _row(currency: str, end: date, billed: Decimal, paid: Sequence[Decimal], edges: Sequence[int], day: date) -> dict[str, Any]:
    known = {
        f"paid_{edge}": rounded_to(Fraction(amount) / Fraction(billed), 4)
        for edge, amount in zip(edges, paid, strict=True)
        if billed and end + timedelta(days=edge) <= day
    }
    return {"currency": currency, "month": end, "billed": rounded(billed, currency), **known}
