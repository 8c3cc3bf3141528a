"""How well the forecast, and simpler ones, would have done at past cut-offs of this very book.

Each model sees at a cut-off what was known then, places the open invoices, and is compared with what payments brought on them in
the weeks after. A simple model that does better on a book is said to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from analytics.errors import UsageError
from analytics.forecast import cells
from analytics.forecast.arrays import Floats, date_of
from analytics.forecast.book import Book, read
from analytics.forecast.groups import by_currency
from analytics.forecast.habits import habits
from analytics.forecast.periods import CUMULATIVE_DAYS, Span, spans
from analytics.forecast.receipts import MODEL
from analytics.forecast.replays import Bounds, Outlook, Replays, View, added_up, bounds, came_in, outlook
from analytics.scope import Scope
from analytics.store import Store

DUE_DATE = "due date"
MEAN_DELAY = "due date + customer mean delay"
MEDIAN_DELAY = "due date + customer median delay"
MODELS = (DUE_DATE, MEAN_DELAY, MEDIAN_DELAY, MODEL)

FIGURES = ("wape", "bias", "error_30", "error_60", "error_90", "coverage80", "coverage90")

INTERVAL = ("lo80", "hi80", "lo90", "hi90")

STEPS = (28, 14, 7)
"""Days between cut-offs: the widest with which all of them find a past to learn from."""
DAYS_TO_LEARN = 91
MOST_CUTOFFS = 104


@dataclass(frozen=True)
class Backtest:
    """What each model expected at past cut-offs, and what came in."""

    as_of: date
    models: pd.DataFrame
    """A row per model and currency: `model`, `currency`, `wape` (absolute weekly misses as a share of what came in), `bias` (the sum
    of misses as such a share; above 0: too much was expected), `error_30`, `error_60`, `error_90` (the wape of the first so many
    days as one amount), `coverage80`, `coverage90` (the share of weeks inside the interval; only the forecast has one), `cutoffs`,
    `best` (no other has a lower wape). Ratios have 4 decimals; null where nothing came in, or the horizon is shorter."""
    weeks: pd.DataFrame
    """A row per cut-off, week, currency and model: `cutoff`, `start`, `end`, `currency`, `model`, `expected`, `actual`, and `lo80`,
    `hi80`, `lo90`, `hi90` of the forecast."""
    notes: tuple[str, ...]
    """Sentences that belong beside the figures."""


@dataclass(frozen=True)
class _Trial:
    """One model at one cut-off: tables of currencies and spans, the weeks first, then 30, 60 and 90 days."""

    cutoff: int
    model: str
    expected: Floats
    actual: Floats
    bounds: Bounds | None
    """Of the weeks."""


def backtest(store: Store, scope: Scope, cutoffs: int = 13, horizon_days: int = 91) -> Backtest:
    """Compares the models at up to `cutoffs` past days, the last of them `horizon_days` before the as-of day.

    They lie four weeks apart, or two or one where the book is too young for that. What counts as come in is what payments brought
    on the invoices open at the cut-off, as known at the as-of day. Raises `UsageError` for a horizon that is not of 1 to 366 days,
    or no cut-off.
    """
    scope = store.resolve(scope)
    weeks = spans(scope.day, horizon_days, "week")
    if not 1 <= cutoffs <= MOST_CUTOFFS:
        raise UsageError(f"{cutoffs} cut-offs: there are 1 to {MOST_CUTOFFS}")
    book = read(store, scope)
    groups = by_currency(book)
    until = tuple((0, days) for days in CUMULATIVE_DAYS if days <= horizon_days)
    view = View(weeks, groups.of_item, len(groups.names))
    replays = Replays(book, (view, View(until, view.group, view.groups)))
    days = chosen_cutoffs(book, cutoffs, horizon_days)
    trials = [trial for day in days for trial in _trials(replays, day, horizon_days)]
    models = _models(trials, groups.currencies, len(weeks), until)
    return Backtest(scope.day, models, _weeks(trials, groups.currencies, weeks), tuple(_notes(models, len(days), cutoffs)))


def chosen_cutoffs(book: Book, cutoffs: int, horizon_days: int) -> list[int]:
    """The latest is `horizon_days` before the as-of day; fewer than asked for where even a week apart there is no past."""
    paid = book.known[book.by_payment & (book.share > 0)]
    first = int(paid.min(initial=book.day)) + DAYS_TO_LEARN
    last = book.day - horizon_days
    step = next((step for step in STEPS if last - step * (cutoffs - 1) >= first), STEPS[-1])
    return [last - step * place for place in reversed(range(cutoffs)) if last - step * place >= first]


def _trials(replays: Replays, cutoff: int, horizon_days: int) -> Iterator[_Trial]:
    book, (weeks, until) = replays.book, replays.views
    found = outlook(book, cutoff, replays.edges)
    actual = np.hstack([came_in(book, cutoff, found.items, view, book.day) for view in (weeks, until)])
    for model in MODELS[:-1]:
        simple = Outlook(found.seen, found.items, found.edges, _by_date(found, model))
        expected = np.hstack([added_up(simple, view).expected for view in (weeks, until)])
        yield _Trial(cutoff, model, expected, actual, None)
    ours = replays.at(cutoff).sums
    intervals = bounds(ours[0], replays.misses(cutoff, horizon_days)[0], weeks.spans)
    yield _Trial(cutoff, MODEL, np.hstack([sums.expected for sums in ours]), actual, intervals)


def _by_date(found: Outlook, model: str) -> Floats:
    """Chances of 0 and 1: each item is paid in full on one day; the day after the cut-off if its own has passed."""
    book, kept = found.seen.book, habits(found.seen)
    customer = book.customer[found.items]
    delay = {DUE_DATE: np.zeros(len(customer)), MEAN_DELAY: kept.mean[customer], MEDIAN_DELAY: kept.median[customer]}[model]
    day = np.maximum(book.due[found.items] + np.rint(delay) - found.seen.cutoff, 1)
    return np.where(day[:, None] <= found.edges, 1.0, 0.0)


def _models(trials: list[_Trial], currencies: list[str], weeks: int, until: tuple[Span, ...]) -> pd.DataFrame:
    """The frame `Backtest.models`: the currencies, in each the models in their order."""
    figures = [_figures([trial for trial in trials if trial.model == model], place, weeks, until) for place, model in _rows(currencies)]
    wape = np.array([found["wape"] for found in figures]).reshape(len(currencies), len(MODELS))
    columns: dict[str, cells.Column] = {
        "model": ("text", [model for _, model in _rows(currencies)]),
        "currency": ("text", [currencies[place] for place, _ in _rows(currencies)]),
    }
    for name in FIGURES:
        columns[name] = ("ratio", cells.ratios(np.array([found[name] for found in figures], np.float64)))
    columns["cutoffs"] = ("count", [len(trials) // len(MODELS)] * len(figures))
    columns["best"] = ("flag", (wape <= wape.min(axis=1, keepdims=True)).ravel().tolist())
    return cells.frame(columns)


def _rows(currencies: list[str]) -> list[tuple[int, str]]:
    return [(place, model) for place in range(len(currencies)) for model in MODELS]


def _figures(trials: list[_Trial], place: int, weeks: int, until: tuple[Span, ...]) -> dict[str, float]:
    """`FIGURES` of one model and currency; not a number where there is none."""
    found = dict.fromkeys(FIGURES, np.nan)
    if not trials:
        return found
    actual = np.stack([trial.actual[place] for trial in trials])
    missed = np.stack([trial.expected[place] for trial in trials]) - actual
    found["wape"] = _share(np.abs(missed[:, :weeks]).sum(), actual[:, :weeks].sum())
    found["bias"] = _share(missed[:, :weeks].sum(), actual[:, :weeks].sum())
    for column, (_, days) in enumerate(until, start=weeks):
        found[f"error_{days}"] = _share(np.abs(missed[:, column]).sum(), actual[:, column].sum())
    intervals = [trial.bounds for trial in trials if trial.bounds is not None]
    for level in ("80", "90") if intervals else ():
        low, high = (np.stack([bounds[f"{end}{level}"][place] for bounds in intervals]) for end in ("lo", "hi"))
        found[f"coverage{level}"] = float(np.mean((low <= actual[:, :weeks]) & (actual[:, :weeks] <= high)))
    return found


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else np.nan


def _weeks(trials: list[_Trial], currencies: list[str], weeks: tuple[Span, ...]) -> pd.DataFrame:
    """The frame `Backtest.weeks`: the trials in their order, their weeks, in each the currencies."""
    rows = [(trial, *span) for trial in trials for span in weeks]
    count, places = len(currencies), np.tile(cells.places_of(currencies), len(rows))
    columns: dict[str, cells.Column] = {
        "cutoff": ("date", [date_of(trial.cutoff) for trial, _, _ in rows for _ in range(count)]),
        "start": ("date", [date_of(trial.cutoff + after + 1) for trial, after, _ in rows for _ in range(count)]),
        "end": ("date", [date_of(trial.cutoff + to) for trial, _, to in rows for _ in range(count)]),
        "currency": ("text", currencies * len(rows)),
        "model": ("text", [trial.model for trial, _, _ in rows for _ in range(count)]),
    }
    none = dict.fromkeys(INTERVAL, np.full((count, len(weeks)), np.nan))
    tables = [{"expected": trial.expected, "actual": trial.actual} | (trial.bounds or none) for trial in trials]
    for name in ("expected", "actual", *INTERVAL):
        columns[name] = ("amount", cells.rounded_amounts(_in_rows([table[name][:, : len(weeks)] for table in tables]), places))
    return cells.frame(columns)


def _in_rows(parts: list[Floats]) -> Floats:
    """Tables of currencies and weeks as one column: table by table, week by week, in each the currencies."""
    return np.concatenate([part.T.ravel() for part in parts]) if parts else np.zeros(0)


def _notes(models: pd.DataFrame, cutoffs: int, asked: int) -> Iterator[str]:
    if cutoffs == 0:
        yield "The book is too young to be replayed: no cut-off has a past to learn from and a horizon that is over."
    elif cutoffs < asked:
        yield f"Only {cutoffs} of {asked} cut-offs: before them there was no past to learn from."
    for row in models[models["best"] & (models["model"] != MODEL)].itertuples():
        yield f"In {row.currency} a simpler model does better on this book: {row.model}."
