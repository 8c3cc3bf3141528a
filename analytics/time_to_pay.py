"""How long billing waits for its payment: the survival curve of invoices with its quartiles, and the share of a month at risk.

The curve is that of Kaplan and Meier, by number of invoices: an invoice is watched from its issue until a payment settles it. One that is
still open, or that something else than a payment settled (a credit note, a write-off, a discount), is counted for as long as it was
watched, not dropped: leaving out what is open makes payers look faster than they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pandas as pd

from analytics import dates
from analytics.errors import UsageError
from analytics.frames import Kind, frame_of
from analytics.money import exactly, rounded, rounded_to
from analytics.scope import Scope
from analytics.store import Store
from analytics.store.population import parameters, relation

MONTHS = 12
RISK_MONTHS = 18
"""A month is known some four months after its end: a year of known ones."""

DAYS = 90
"""Days after its due date from which on what is unpaid is at risk."""

CURVE: dict[str, Kind] = {"currency": "text", "days": "count", "watched": "count", "paid": "count", "left": "count", "unpaid": "ratio"}
QUARTILES = {"quarter": Fraction(1, 4), "median": Fraction(1, 2), "three_quarters": Fraction(3, 4)}
SUMMARY: dict[str, Kind] = {
    "currency": "text",
    "invoices": "count",
    "paid": "count",
    "settled_otherwise": "count",
    "open": "count",
    **dict.fromkeys(QUARTILES, "count"),
}
AT_RISK: dict[str, Kind] = {"currency": "text", "month": "date", "billed": "amount", "unpaid": "amount", "rate": "ratio"}
_IN_MONTHS = "issue_date between $first and $last"


@dataclass(frozen=True)
class TimeToPay:
    """A survival curve."""

    curve: pd.DataFrame
    """A row per currency and number of days after issue on which an invoice was paid or left: how many were `watched` until then, how many
    were `paid` or `left` on it, and the share still `unpaid` after it (4 decimals)."""
    summary: pd.DataFrame
    """A row per currency: how many invoices, what became of them, and the days within which a `quarter`, half (`median`) and
    `three_quarters` of them are paid; null where the curve does not get there."""
    first: date
    last: date


def curve(store: Store, scope: Scope, *, months: int = MONTHS) -> TimeToPay:
    """The curve of the invoices and debit notes issued in the last `months`, alive at the as-of day, of more than nothing."""
    if months < 1:
        raise UsageError(f"months is {months}: there is at least one")
    scope = store.resolve(scope)
    first = dates.month_start(scope.day - timedelta(days=31 * (months - 1)))
    bound = parameters(scope, scope.day, first=first, last=scope.day)
    ends: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in store.rows(_watched(scope), bound):
        ends[row["currency"]].append(row)
    steps = {currency: list(_steps(rows)) for currency, rows in sorted(ends.items())}
    shown = [step | {"currency": currency, "unpaid": rounded_to(step["unpaid"], 4)} for currency, mine in steps.items() for step in mine]
    summary = [_summary(currency, ends[currency], mine) for currency, mine in steps.items()]
    return TimeToPay(frame_of(shown, CURVE), frame_of(summary, SUMMARY), first, scope.day)


def at_risk(store: Store, scope: Scope, *, days: int = DAYS, months: int = RISK_MONTHS) -> pd.DataFrame:
    """A row per currency and month of issue, the last `months` that are complete and billed something.

    `billed`: totals of the invoices and debit notes issued in it, alive at the as-of day. `unpaid`: what is left of them after what was
    applied by `days` after their due dates, write-offs apart. `rate`: unpaid / billed, 4 decimals; both null until every document of the
    month is `days` past due, the rate also where nothing was billed.
    """
    if months < 1 or days < 0:
        raise UsageError(f"months is {months}, days is {days}: there is at least one month, and no day before the due date")
    scope = store.resolve(scope)
    ends = list(dates.period_ends(scope.day - timedelta(days=31 * (months + 1)), scope.day, "month"))[-months:]
    bound = parameters(scope, scope.day, first=dates.month_start(ends[0]), last=ends[-1])
    month = "date_trunc('month', issue_date)::date as month"
    billed = f"{relation('documents', scope)} where kind <> 'credit_note' and {_IN_MONTHS}"
    settled = f"{relation('applied', scope)} where source <> 'write_off' and effective_date <= due_date + {int(days)} and {_IN_MONTHS}"
    with exactly():
        sums = f"select shown_currency::varchar as currency, {month}, sum(value) as amount"
        paid = {(row["currency"], row["month"]): row["amount"] for row in store.rows(f"{sums} from {settled} group by all", bound)}
        found = store.rows(f"{sums}, max(due_date) as latest from {billed} group by all order by all", bound)
        rows = [_risk(row, row["amount"] - paid.get((row["currency"], row["month"]), 0), scope.day, days) for row in found]
    return frame_of(rows, AT_RISK)


def _watched(scope: Scope) -> str:
    """A statement of how many invoices were paid, settled otherwise, or are open, by currency and days for which they were watched."""
    documents = f"{relation('documents', scope)} where kind <> 'credit_note' and total > 0 and {_IN_MONTHS}"
    payments = f"{relation('applied', scope)} where source = 'payment' and amount > 0"
    return (
        "with documents_of as (select shown_currency::varchar as currency, invoice_key, issue_date "
        f"from {documents}), "
        "owed as (select invoice_key, max(valid_to) as valid_to from segments "
        "where open_amount > 0 and valid_from <= $day group by invoice_key), "
        "ended as (select d.currency, d.invoice_key, d.issue_date, coalesce(o.valid_to, d.issue_date) as day "
        "from documents_of d left join owed o using (invoice_key)), "
        f"paying as (select distinct invoice_key, alive_from as day from {payments}) "
        "select currency, (least(day, $day) - issue_date)::integer as days, "
        "count(p.day) as paid, "
        "count(*) filter (where e.day <= $day and p.day is null) as settled_otherwise, count(*) filter (where e.day > $day) as open "
        "from ended e left join paying p using (invoice_key, day) group by all order by all"
    )


def _steps(ends: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The curve, exactly; `ends` in the order of days."""
    watched = sum(_number(row) for row in ends)
    unpaid = Fraction(1)
    for row in ends:
        unpaid *= 1 - Fraction(row["paid"], watched)
        yield {"days": row["days"], "watched": watched, "paid": row["paid"], "left": _number(row) - row["paid"], "unpaid": unpaid}
        watched -= _number(row)


def _number(row: dict[str, Any]) -> int:
    return int(row["paid"] + row["settled_otherwise"] + row["open"])


def _summary(currency: str, ends: Sequence[dict[str, Any]], steps: Sequence[dict[str, Any]]) -> dict[str, Any]:
    counts = {name: sum(row[name] for row in ends) for name in ("paid", "settled_otherwise", "open")}
    quartiles = {name: next((step["days"] for step in steps if step["unpaid"] <= 1 - share), None) for name, share in QUARTILES.items()}
    return {"currency": currency, "invoices": sum(counts.values())} | counts | quartiles


def _risk(row: dict[str, Any], unpaid: Any, day: date, days: int) -> dict[str, Any]:
    known = row["latest"] + timedelta(days=days) <= day
    return {
        "currency": row["currency"],
        "month": dates.month_end(row["month"]),
        "billed": rounded(row["amount"], row["currency"]),
        "unpaid": rounded(unpaid, row["currency"]) if known else None,
        "rate": rounded_to(Fraction(unpaid) / Fraction(row["amount"]), 4) if known and row["amount"] else None,
    }
