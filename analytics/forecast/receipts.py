"""Expected receipts of the open invoices: when they will be paid, how sure that is, and why.

Each open invoice is placed by how late its customer paid so far, drawn towards the customer's segment where that history is thin,
given the age it has reached (`delays`). What is expected of a period is the open amount times the chance to be paid in it. The
intervals come from replaying the same method at past cut-offs (`replays`). Nothing after the as-of day, and nothing recorded after
it, has a part in this. What is not billed yet has none either: this is not the whole of a cash forecast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd

from analytics.errors import UsageError
from analytics.forecast import cells, notes
from analytics.forecast.arrays import Floats, Ints, date_of
from analytics.forecast.book import read, read_owed
from analytics.forecast.groups import Groups, by_currency, by_words
from analytics.forecast.periods import CUMULATIVE_DAYS, Span, cumulative_spans, spans
from analytics.forecast.placed import placed
from analytics.forecast.replays import Replays, View, inside
from analytics.money import rounded_to
from analytics.scope import Scope
from analytics.store import Store
from analytics.store.grouping import checked_words

MODEL = "open invoices by customer delay"
SOURCES = ("open", "contracted", "new")
AMOUNTS = ("mean", "p50", "lo80", "hi80", "lo90", "hi90")
WITHOUT_A_PAST = {"invoice", "installment"}
"""Groups by these are of one invoice: there is nothing of them to replay."""


@dataclass(frozen=True)
class Coverage:
    """Which part of the replayed amounts lay inside the interval that the other cut-offs give; None where none was replayed."""

    inside_80: Decimal | None
    inside_90: Decimal | None
    cutoffs: int
    """How many past cut-offs were replayed."""


@dataclass(frozen=True)
class Forecast:
    """Expected receipts after the close of `as_of`. Amounts are exact decimals in the row's currency, chances have 4 decimals."""

    as_of: date
    model: str
    """What was done, in plain words."""
    periods: pd.DataFrame
    """A row per period, currency and values of `by`: `start`, `end` (both included), `currency`, the words of `by`, `source`,
    `mean`, `p50`, `lo80`, `hi80`, `lo90`, `hi90`. Dense. The means of groups add up to the mean of all; the other amounts do not."""
    cumulative: pd.DataFrame
    """A row per currency and 30, 60 and 90 days: `days`, `currency`, and the same amounts, from the day after `as_of`."""
    invoices: pd.DataFrame
    """A row per open item (installments apart): `invoice_id`, `installment_no`, `customer_id`, `currency`, `due_date`,
    `open_amount`, `days_past_due`, `expected_pay_date` (the first day by which it is paid with even odds; null beyond the horizon),
    `pay_date_lo80`, `pay_date_hi80`, `p_paid_7`, `p_paid_30`, `p_paid_60`, `p_paid_90`, `p_late_0` (not paid by its due date),
    `p_late_30`, `p_never` (nor in the 270 days after it), `n_history` (paid invoices of its customer), `reason`."""
    coverage: Coverage
    notes: tuple[str, ...]
    """Sentences that belong beside the figures."""

    def explain(self, invoice_id: str) -> str:
        """Why the invoice is expected when it is: a sentence, or one per open installment."""
        rows = self.invoices[self.invoices["invoice_id"] == invoice_id]
        if rows.empty:
            return f"invoice '{invoice_id}' is not among the open invoices of {self.as_of}"
        if len(rows) == 1:
            return str(rows["reason"].iloc[0])
        return "; ".join(f"installment {row.installment_no}: {row.reason}" for row in rows.itertuples())


def receipts(
    store: Store,
    scope: Scope,
    horizon_days: int = 91,
    every: str = "week",
    by: Sequence[str] = (),
    only: str | None = None,
) -> Forecast:
    """Expected receipts in the `horizon_days` after the as-of day, per `every` (week, day or month), currency and `by`.

    Weeks have seven days from the day after; months are calendar months, cut by the horizon. `only` asks for one source: `open` is
    the only one there is, `contracted` and `new` have no rows. Over-applied items are left out, so nothing is below zero.
    Raises `UsageError` for an unknown word or a horizon that is not of 1 to 366 days.
    """
    words, scope = checked_words(by), store.resolve(scope)
    layout = spans(scope.day, horizon_days, every)
    if only not in (None, *SOURCES):
        raise UsageError(f"'{only}' is not one of {', '.join(SOURCES)}")
    book = read(store, scope, words)
    owed = read_owed(store, scope, book, words)
    if only in ("contracted", "new"):
        book, owed = book.out_of_scope(), owed.none()
    groups, totals = by_words(book, owed, words), by_currency(book)
    shown, whole, until = _view(layout, groups), _view(layout, totals), _view(cumulative_spans(), totals)
    replays = Replays(book, (whole, until) if not words or WITHOUT_A_PAST & set(words) else (whole, until, shown))
    misses = replays.misses(book.day, horizon_days)
    missed = misses[0] if not words else misses[2] if len(misses) > 2 else _nothing(shown)
    now = placed(book, owed, replays.edges)
    return Forecast(
        as_of=scope.day,
        model=MODEL,
        periods=_periods(book.day, layout, groups, words, now.amounts(shown, groups, missed)),
        cumulative=_cumulative(totals, now.amounts(until, totals, misses[1])),
        invoices=now.invoices(book.day + horizon_days),
        coverage=_coverage(misses[0], layout),
        notes=(
            *notes.of_source(only),
            *notes.of_population(store, scope, owed),
            *notes.of_method(now.outlook.seen, words, groups, missed),
        ),
    )


def _view(layout: tuple[Span, ...], groups: Groups) -> View:
    return View(layout, groups.of_item, len(groups.names))


def _nothing(view: View) -> Floats:
    """The misses of a view that was not replayed."""
    return np.full((1, view.groups, len(view.spans)), np.nan)


def _periods(day: int, layout: tuple[Span, ...], groups: Groups, by: Sequence[str], coins: dict[str, Ints]) -> pd.DataFrame:
    """Periods in their order, and in each the groups in theirs."""
    count = len(groups.names)
    names = [*zip(*groups.names, strict=True)] or [()] * (1 + len(by))
    keys: dict[str, cells.Column] = {
        "start": ("date", [date_of(day + after + 1) for after, _ in layout for _ in range(count)]),
        "end": ("date", [date_of(day + to) for _, to in layout for _ in range(count)]),
        "currency": ("text", [*names[0]] * len(layout)),
    }
    for word, values in zip(by, names[1:], strict=True):
        keys[word] = ("count" if word == "installment" else "text", [*values] * len(layout))
    keys["source"] = ("text", ["open"] * (count * len(layout)))
    return cells.frame(keys | _amounts(coins, groups))


def _cumulative(groups: Groups, coins: dict[str, Ints]) -> pd.DataFrame:
    count = len(groups.names)
    keys: dict[str, cells.Column] = {
        "days": ("count", [days for days in CUMULATIVE_DAYS for _ in range(count)]),
        "currency": ("text", groups.currencies * len(CUMULATIVE_DAYS)),
    }
    return cells.frame(keys | _amounts(coins, groups))


def _amounts(coins: dict[str, Ints], groups: Groups) -> dict[str, cells.Column]:
    """The columns of amounts, span by span, in each the groups."""
    places = np.tile(cells.places_of(groups.currencies), next(iter(coins.values())).shape[1])
    return {name: ("amount", cells.amounts(coins[name].T.ravel(), places)) for name in AMOUNTS}


def _coverage(misses: Floats, layout: Sequence[Span]) -> Coverage:
    counts = inside(misses, layout)
    shares = {name: rounded_to(Fraction(within, tried), 4) if tried else None for name, (within, tried) in counts.items()}
    return Coverage(shares["80"], shares["90"], int((~np.isnan(misses)).any(axis=(1, 2)).sum()))
