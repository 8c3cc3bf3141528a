"""Roll rates: of what lay in a bucket at a month's end, the share that a month later is still open and lies in an older one.

Item by item (installments apart), of positive open amounts: what rolls is what is still open of the item a month later, at most what
was open of it then, where it lies in a later bucket. Both amounts are valued at the rates of the earlier day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pandas as pd

from analytics import buckets, dates
from analytics.buckets import DEFAULT_EDGES
from analytics.errors import UsageError
from analytics.frames import frame_of
from analytics.money import exactly, rounded, rounded_to
from analytics.scope import Scope
from analytics.store import Store
from analytics.store.ages import age_at, bucket_tests
from analytics.store.population import parameters, relation

MONTHS = 12


def rates(store: Store, scope: Scope, *, edges: Sequence[int] = DEFAULT_EDGES, months: int = MONTHS) -> pd.DataFrame:
    """A row per currency, month and bucket but the last, oldest month first.

    Columns: `currency`, `start` and `end` (two ends of months), `bucket`, `amount` (in it at `start`), `rolled` (of it in a later bucket
    at `end`) and `rate`, a fraction with 4 decimals, null where nothing was in the bucket.
    """
    if months < 1:
        raise UsageError(f"months is {months}: there is at least one")
    scope, limits = store.resolve(scope), buckets.checked_edges(edges)
    ends = list(dates.period_ends(scope.day - timedelta(days=31 * (months + 2)), scope.day, "month"))[-months - 1 :]
    with exactly():
        rows = [row for start, end in pairwise(ends) for row in _month(store, scope, start, end, limits)]
    kinds = {"currency": "text", "start": "date", "end": "date", "bucket": "text", "amount": "amount", "rolled": "amount", "rate": "ratio"}
    return frame_of(rows, kinds)  # type: ignore[arg-type]


def _month(store: Store, scope: Scope, start: date, end: date, edges: tuple[int, ...]) -> Iterator[dict[str, Any]]:
    scope = scope.at(start)
    found = store.rows(_statement(scope, edges), parameters(scope, start, life="any", rate_day=start, start=start, end=end))
    labels = buckets.labels(edges)
    for row in sorted(found, key=lambda row: (row["shown_currency"], row["place"])):
        amount, rolled = Decimal(row["amount"]), Decimal(row["rolled"])
        yield {
            "currency": row["shown_currency"],
            "start": start,
            "end": end,
            "bucket": labels[row["place"]],
            "amount": rounded(amount, row["shown_currency"]),
            "rolled": rounded(rolled, row["shown_currency"]),
            "rate": rounded_to(Fraction(rolled) / Fraction(amount), 4) if amount else None,
        }


def _statement(scope: Scope, edges: tuple[int, ...]) -> str:
    open_items = relation("segments", scope, "any")

    def place(day: str) -> str:
        tests = bucket_tests(edges, age_at(day))
        return "case " + " ".join(f"when {test} then {number}" for number, test in enumerate(tests)) + " end"

    def at(day: str) -> str:
        return (
            f"(select invoice_key, installment_no, shown_currency, value, {place(day)} as place from {open_items} "
            f"where valid_from <= {day} and {day} < valid_to and value > 0)"
        )

    return (
        "select a.shown_currency, a.place, sum(a.value) as amount, "
        "coalesce(sum(least(a.value, b.value)) filter (where b.place > a.place), 0) as rolled "
        f"from {at('$start')} a left join {at('$end')} b "
        "on b.invoice_key = a.invoice_key and b.installment_no is not distinct from a.installment_no "
        f"where a.place < {len(edges)} group by a.shown_currency, a.place"
    )
