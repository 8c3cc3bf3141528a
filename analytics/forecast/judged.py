"""What was said at past cut-offs, judged by what happened: errors, coverage, reliability of chances, days between dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd

from analytics.forecast import cells
from analytics.forecast.arrays import Flags, Floats, Ints
from analytics.forecast.book import KEYS
from analytics.forecast.past import past
from analytics.forecast.periods import Span
from analytics.forecast.placed import CHANCES, facts_of
from analytics.forecast.replays import Bounds, Replays
from analytics.money import rounded_to

ERRORS = ("wape", "error_30", "error_60", "error_90")
FIGURES = ("bias", *(f"{name}{end}" for name in ERRORS for end in ("", "_lo", "_hi")), "coverage80", "coverage90")
DRAWS = 500
HISTORIES = {"none": (0, 0), "1-5": (1, 5), "6-20": (6, 20), "21-50": (21, 50), "over 50": (51, 10**9)}
"""Name -> the fewest and the most paid invoices of a customer."""
JUDGED = ("p_paid_30", "p_late_0")
TENTHS = 10
FAR_OFF = 10**6


@dataclass(frozen=True)
class Trial:
    """One model at one cut-off: tables of currencies and weeks, and of currencies and 30, 60 and 90 days.

    Amounts are whole coins, so that every figure can be worked out again from the rows that are shown.
    """

    cutoff: int
    model: str
    expected: Floats
    actual: Floats
    bounds: Bounds | None
    """Of the weeks."""
    expected_until: Floats
    actual_until: Floats


def figures(trials: Sequence[Trial], place: int, until: Sequence[Span]) -> dict[str, float]:
    """`FIGURES` of one model and currency; not a number where there is none."""
    found = dict.fromkeys(FIGURES, np.nan)
    if not trials:
        return found
    missed = np.stack([trial.expected[place] - trial.actual[place] for trial in trials])
    came = np.stack([trial.actual[place] for trial in trials])
    found["bias"] = _share(missed.sum(), came.sum())
    found |= _error("wape", np.abs(missed).sum(axis=1), came.sum(axis=1))
    for column, (_, days) in enumerate(until):
        sooner = np.array([trial.expected_until[place, column] - trial.actual_until[place, column] for trial in trials])
        found |= _error(f"error_{days}", np.abs(sooner), np.array([trial.actual_until[place, column] for trial in trials]))
    if trials[0].bounds is not None:
        inside = held(trials, slice(None), place)
        found["coverage80"], found["coverage90"] = inside["80"], inside["90"]
    return found


def _error(name: str, missed: Floats, came: Floats) -> dict[str, float]:
    """The share of `came` that was `missed`, a cut-off each, and its 90 % interval when cut-offs are drawn anew."""
    drawn = np.random.default_rng(0).integers(0, len(came), (DRAWS, len(came)))
    wholes = came[drawn].sum(axis=1)
    shares = np.divide(missed[drawn].sum(axis=1), wholes, out=np.full(DRAWS, np.nan), where=wholes > 0)
    low, high = np.nanquantile(shares, (0.05, 0.95)) if np.isfinite(shares).any() else (np.nan, np.nan)
    return {name: _share(missed.sum(), came.sum()), f"{name}_lo": float(low), f"{name}_hi": float(high)}


def held(trials: Sequence[Trial], weeks: slice, place: int | slice = slice(None)) -> dict[str, float]:
    """The share of amounts inside the 80 and 90 % intervals, and how many were `tried`."""
    found = {"80": np.nan, "90": np.nan, "tried": 0.0}
    if not trials:
        return found
    actual = np.stack([trial.actual[place, weeks] for trial in trials])
    for level in ("80", "90"):
        low, high = (np.stack([(trial.bounds or {})[f"{end}{level}"][place, weeks] for trial in trials]) for end in ("lo", "hi"))
        found[level] = float(np.mean((low <= actual) & (actual <= high)))
    return found | {"tried": float(actual.size)}


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else np.nan


@dataclass(frozen=True)
class Facts:
    """Every item that was open at a cut-off: what was said of it, and what became of it.

    Those that were paid within the horizon come first, the most days off before the others, then the larger. Days are
    numbers since 1970-01-01.
    """

    chances: Floats
    """A column for each of `CHANCES`."""
    happened: Floats
    """A column for each of `JUDGED`: 1, 0, or not a number where it is not known."""
    history: Ints
    """Paid invoices of its customer."""
    error: Floats
    """Days between the expected day and that of payment; not a number where it was not paid within the horizon."""
    error_median: Floats
    cutoff: Ints
    invoice: Ints
    """The key of its invoice."""
    place: Ints
    """Which installment of it, the earliest due first, from 0."""
    due: Ints
    open_amount: Floats
    """At the cut-off, in its own currency."""
    expected: Ints
    """The day by which it was expected with even odds; 0 beyond the horizon."""
    paid: Ints
    """The day on which it was settled, its last part by a payment; 0 where it was not."""


NO_DAYS, NO_NUMBERS = np.zeros(0, np.int64), np.zeros(0)
NOTHING = Facts(
    chances=np.zeros((0, len(CHANCES))),
    happened=np.zeros((0, len(JUDGED))),
    history=NO_DAYS,
    error=NO_NUMBERS,
    error_median=NO_NUMBERS,
    cutoff=NO_DAYS,
    invoice=NO_DAYS,
    place=NO_DAYS,
    due=NO_DAYS,
    open_amount=NO_NUMBERS,
    expected=NO_DAYS,
    paid=NO_DAYS,
)


def facts(replays: Replays, cutoffs: Sequence[int], horizon: int) -> Facts:
    """The facts of the items in scope at `cutoffs`, as known at the as-of day."""
    parts = [NOTHING, *(_facts(replays, cutoff, horizon) for cutoff in cutoffs)]
    found = {field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Facts)}
    order = np.lexsort((-found["open_amount"], -np.nan_to_num(found["error"], nan=-1.0)))
    return Facts(**{name: each[order] for name, each in found.items()})


def _facts(replays: Replays, cutoff: int, horizon: int) -> Facts:
    book, found = replays.book, replays.kept_outlook(cutoff)
    known, items = found.known, found.items[book.in_scope[found.items]]
    chances, dates = facts_of(known, items, replays.blend(cutoff), horizon)
    expected = np.where(dates[:, 0] > 0, dates[:, 0], horizon)
    paid = _paid_on(replays, items)
    after = paid - cutoff
    within = after <= horizon
    median = np.clip(book.due[items] + np.rint(known.habits.median[book.customer[items]]) - cutoff, 1, None)
    ahead = book.due[items] > cutoff
    known_late = ahead & (book.due[items] < book.day)
    happened = np.column_stack(
        [
            np.where(cutoff + 30 <= book.day, after <= 30, np.nan),
            np.where(known_late, after > book.due[items] - cutoff, np.nan),
        ]
    )
    return Facts(
        chances,
        happened,
        history=known.habits.settled[book.customer[items]].astype(np.int64),
        error=np.where(within, np.abs(expected - after), np.nan),
        error_median=np.where(within, np.abs(median - after), np.nan),
        cutoff=np.full(len(items), cutoff),
        invoice=book.invoice[items] % KEYS,
        place=items - np.searchsorted(book.invoice, book.invoice[items]),
        due=book.due[items],
        open_amount=book.amount[items] * known.seen.open_share[items],
        expected=np.where(dates[:, 0] > 0, cutoff + dates[:, 0], 0),
        paid=np.where(paid < FAR_OFF, paid, 0),
    )


def _paid_on(replays: Replays, items: Ints) -> Ints:
    """The day on which each of `items` was settled, its last part by a payment; far off where it was not."""
    book, now = replays.book, past(replays.book, replays.book.day, 1)
    last = np.zeros(book.items, np.int64)
    np.maximum.at(last, book.settled_item, np.where(now.paid > 0, book.effective, 0))
    return np.where(now.settled[items], last[items], FAR_OFF)


def reliability(found: Facts) -> pd.DataFrame:
    """Said and happened, by tenths of each judged chance."""
    rows: list[tuple[str, float, float, int]] = []
    for place, name in enumerate(JUDGED):
        said, happened = found.chances[:, CHANCES.index(name)], found.happened[:, place]
        tenth = np.minimum((said * TENTHS).astype(np.int64), TENTHS - 1)
        for each in range(TENTHS):
            inside = (tenth == each) & ~np.isnan(happened)
            if inside.any():
                rows.append((name, float(said[inside].mean()), float(happened[inside].mean()), int(inside.sum())))
    return cells.frame(
        {
            "chance": ("text", [row[0] for row in rows]),
            "said": ("ratio", cells.ratios(np.array([row[1] for row in rows], np.float64))),
            "happened": ("ratio", cells.ratios(np.array([row[2] for row in rows], np.float64))),
            "items": ("count", [row[3] for row in rows]),
        }
    )


def pay_dates(found: Facts) -> pd.DataFrame:
    """The error of the expected day, by the size of the customer's history, and of all."""
    bands = HISTORIES | {"all": (0, 10**9)}
    inside = [_in(found.history, band) & ~np.isnan(found.error) for band in bands.values()]
    return cells.frame(
        {
            "history": ("text", [*bands]),
            "items": ("count", [int(rows.sum()) for rows in inside]),
            "error": ("ratio", cells.ratios(np.array([_mean(found.error[rows]) for rows in inside]))),
            "error_median": ("ratio", cells.ratios(np.array([_mean(found.error_median[rows]) for rows in inside]))),
        }
    )


def late_auc(found: Facts) -> Decimal | None:
    """How often a late payer was given a higher chance of being late than another; ties count half."""
    said, happened = found.chances[:, CHANCES.index("p_late_0")], found.happened[:, JUDGED.index("p_late_0")]
    known = ~np.isnan(happened)
    said, late = said[known], happened[known] > 0
    ones, zeros = int(late.sum()), int((~late).sum())
    if not ones or not zeros:
        return None
    _, place, count = np.unique(said, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    return rounded_to(Fraction((rank[late].sum() - ones * (ones + 1) / 2) / (ones * zeros)), 4)


def _in(history: Ints, band: tuple[int, int]) -> Flags:
    found: Flags = (history >= band[0]) & (history <= band[1])
    return found


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else np.nan
