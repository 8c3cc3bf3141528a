"""How well the forecast, and simpler ones, would have done at past cut-offs of this very book.

Each model sees at a cut-off what was known then, places the open invoices, and is compared with what payments brought on them in
the weeks after. A simple model that does better on a book is said to, and the forecast uses it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd

from analytics.errors import UsageError
from analytics.forecast import cells, judged
from analytics.forecast.arrays import Floats, Ints, date_of
from analytics.forecast.billing import recent_items
from analytics.forecast.book import Book, read, read_owed
from analytics.forecast.fits import Coverage, keep_coverage, kept_coverage
from analytics.forecast.groups import shown_groups, view
from analytics.forecast.judged import Facts, Trial
from analytics.forecast.models import HAZARD, SIMPLE
from analytics.forecast.past import past
from analytics.forecast.periods import CUMULATIVE_DAYS, Span, spans
from analytics.forecast.receipts import MODEL
from analytics.forecast.replays import OPEN, SOURCES, TOTAL, Bounds, Replays, bounds, whole_book
from analytics.money import rounded_to
from analytics.scope import Scope
from analytics.store import Store

MODELS = (*SIMPLE, HAZARD, MODEL)
"""The simple ones, the hazard by itself, and the forecast: the hazard blended with the customer's median date."""

INTERVAL = ("lo80", "hi80", "lo90", "hi90")

STEPS = (28, 14, 7)
"""Days between cut-offs: the widest with which all of them find a past to learn from."""
DAYS_TO_LEARN = 91
CUTOFFS, MOST_CUTOFFS = 13, 104
LISTED_MISSES = 10


@dataclass(frozen=True)
class Backtest:
    """What each model expected at past cut-offs, and what came in. Ratios have 4 decimals; null where there is none."""

    as_of: date
    models: pd.DataFrame
    """A row per model and currency, of open invoices: `model`, `currency`, `wape` (absolute weekly misses as a share of what came in),
    `wape_lo`, `wape_hi` (its 90 % interval, cut-offs drawn anew), `bias` (the sum of misses as such a share; above 0: too much was
    expected), `error_30`, `error_60`, `error_90` (the wape of the first so many days as one amount), each with `_lo` and `_hi`,
    `coverage80`, `coverage90` (the share of weeks inside the interval; only the forecast has one), `cutoffs`, `best` (no other has a
    lower wape)."""
    sources: pd.DataFrame
    """A row per source (and `total`) and currency, of the forecast: `source`, `currency`, `wape`, `bias`, `coverage80`, `coverage90`."""
    horizon: pd.DataFrame
    """A row per week ahead, of the total: `week`, `coverage80`, `coverage90`, `tried` (amounts compared)."""
    reliability: pd.DataFrame
    """A row per chance (`p_paid_30`, `p_late_0`) and tenth of it: `chance`, `said` (its mean), `happened` (how often), `items`."""
    pay_dates: pd.DataFrame
    """A row per size of the customer's history: `history`, `items`, `error` (mean absolute days between the expected day and that of
    payment, of what was paid within the horizon), `error_median` (of the customer's median date)."""
    late_auc: Decimal | None
    """How well `p_late_0` tells late payers from others among invoices not yet due: 1 is perfectly, 0.5 not at all."""
    misses: pd.DataFrame
    """The ten weeks with the largest misses of the total: `cutoff`, `start`, `end`, `currency`, `expected`, `actual`, `miss`."""
    weeks: pd.DataFrame
    """A row per cut-off, week, currency and model, of open invoices: `cutoff`, `start`, `end`, `currency`, `model`, `expected`,
    `actual`, and `lo80`, `hi80`, `lo90`, `hi90` of the forecast. The forecast's total has rows with the model `total`."""
    until: pd.DataFrame
    """The same columns without the bounds, of the first 30, 60 and 90 days as one amount, which `error_30` to `error_90` are made of."""
    facts: Facts = field(repr=False)
    """What was said of each open item at the cut-offs, and what became of it: `foretold` names them."""
    notes: tuple[str, ...]
    """Sentences that belong beside the figures."""


def backtest(store: Store, scope: Scope, cutoffs: int = CUTOFFS, horizon_days: int = 91) -> Backtest:
    """Compares the models at up to `cutoffs` past days, the last of them `horizon_days` before the as-of day.

    They lie four weeks apart, or two or one where the book is too young for that. What counts as come in is what payments brought,
    as known at the as-of day. How often the intervals held is kept, for the forecast to say. Raises `UsageError` for a horizon that
    is not of 1 to 366 days, or no cut-off.
    """
    scope = store.resolve(scope)
    weeks = spans(scope.day, horizon_days, "week")
    if not 1 <= cutoffs <= MOST_CUTOFFS:
        raise UsageError(f"{cutoffs} cut-offs: there are 1 to {MOST_CUTOFFS}")
    book = read(store, scope)
    billed = np.zeros(book.items, np.bool_)
    billed[recent_items(past(book, book.day, 1))] = True
    groups = shown_groups(book, read_owed(store, scope, book), (), billed)
    until = tuple((0, days) for days in CUMULATIVE_DAYS if days <= horizon_days)
    days = chosen_cutoffs(book, cutoffs, horizon_days)
    replays = Replays(book, (whole_book(book), view(book, weeks, groups), view(book, until, groups)), kept=frozenset(days))
    places = cells.places_of(groups.currencies)
    trials = [_in_coins(trial, places) for day in days for trial in _trials(replays, day, horizon_days)]
    facts = judged.facts(replays, days, horizon_days)
    models = _models(trials, groups.currencies, until)
    if cutoffs == CUTOFFS:
        keep_coverage(store, scope, horizon_days, _coverage(trials, len(days)))
    return Backtest(
        as_of=scope.day,
        models=models,
        sources=_sources(trials, groups.currencies),
        horizon=_horizon(trials, weeks),
        reliability=judged.reliability(facts),
        pay_dates=judged.pay_dates(facts),
        late_auc=judged.late_auc(facts),
        misses=_misses(trials, groups.currencies, weeks),
        weeks=_weeks(trials, groups.currencies, weeks),
        until=_until(trials, groups.currencies, until),
        facts=facts,
        notes=tuple(_notes(models, len(days), cutoffs)),
    )


def ensure_tested(store: Store, scope: Scope, horizon_days: int = 91, *, largest: int) -> None:
    """Back-tests `scope` where that is not kept, so that a forecast can say how often its intervals held; books of more than
    `largest` documents are left alone."""
    if kept_coverage(store, store.resolve(scope), horizon_days).cutoffs == 0 and store.documents <= largest:
        backtest(store, scope, horizon_days=horizon_days)


def chosen_cutoffs(book: Book, cutoffs: int, horizon_days: int) -> list[int]:
    """The latest is `horizon_days` before the as-of day; fewer than asked for where even a week apart there is no past."""
    paid = book.known[book.by_payment & (book.share > 0)]
    first = int(paid.min(initial=book.day)) + DAYS_TO_LEARN
    last = book.day - horizon_days
    step = next((step for step in STEPS if last - step * (cutoffs - 1) >= first), STEPS[-1])
    return [last - step * place for place in reversed(range(cutoffs)) if last - step * place >= first]


def _trials(replays: Replays, cutoff: int, horizon: int) -> Iterator[Trial]:
    """Every model, and every source of the forecast, at one cut-off."""
    weeks, until = (replays.actual(cutoff, place, replays.book.day) for place in (1, 2))
    by_week, by_until = replays.at(cutoff).sums[1:]
    choice = replays.blend(cutoff)
    for model in MODELS[:-1]:
        yield Trial(cutoff, model, by_week.expected[model], weeks[OPEN], None, by_until.expected[model], until[OPEN])
    for source in (*SOURCES, TOTAL):
        expected, spread = by_week.of(source, choice)
        intervals = bounds(expected, spread, replays.misses(cutoff, horizon, 1, source), replays.views[1].spans)
        sooner = by_until.of(source, choice)[0]
        yield Trial(cutoff, MODEL if source == OPEN else source, expected, weeks[source], intervals, sooner, until[source])


def _in_coins(trial: Trial, places: Ints) -> Trial:
    """`trial` with every amount rounded to its currency's smallest coin; `places` are its decimals."""
    coins = 10.0 ** places[:, None]

    def rounded(table: Floats) -> Floats:
        found: Floats = np.rint(table * coins) / coins
        return found

    return Trial(
        trial.cutoff,
        trial.model,
        rounded(trial.expected),
        rounded(trial.actual),
        None if trial.bounds is None else {name: rounded(table) for name, table in trial.bounds.items()},
        rounded(trial.expected_until),
        rounded(trial.actual_until),
    )


def _coverage(trials: list[Trial], cutoffs: int) -> Coverage:
    """How often the intervals of the weeks held, all sources and currencies together."""
    found = judged.held(_of(trials, TOTAL), slice(None))
    shares = {level: None if np.isnan(found[level]) else rounded_to(Fraction(found[level]), 4) for level in ("80", "90")}
    return Coverage(shares["80"], shares["90"], cutoffs)


def _of(trials: Sequence[Trial], model: str) -> list[Trial]:
    return [trial for trial in trials if trial.model == model]


def _models(trials: list[Trial], currencies: list[str], until: tuple[Span, ...]) -> pd.DataFrame:
    """The frame `Backtest.models`: the currencies, in each the models in their order."""
    rows = [(place, model) for place in range(len(currencies)) for model in MODELS]
    figures = [judged.figures(_of(trials, model), place, until) for place, model in rows]
    wape = np.array([found["wape"] for found in figures]).reshape(len(currencies), len(MODELS))
    columns: dict[str, cells.Column] = {
        "model": ("text", [model for _, model in rows]),
        "currency": ("text", [currencies[place] for place, _ in rows]),
    }
    for name in judged.FIGURES:
        columns[name] = ("ratio", cells.ratios(np.array([found[name] for found in figures], np.float64)))
    columns["cutoffs"] = ("count", [len(_of(trials, MODEL))] * len(figures))
    columns["best"] = ("flag", (wape <= wape.min(axis=1, keepdims=True)).ravel().tolist())
    return cells.frame(columns)


def _sources(trials: list[Trial], currencies: list[str]) -> pd.DataFrame:
    rows = [(place, source) for place in range(len(currencies)) for source in (*SOURCES, TOTAL)]
    figures = [judged.figures(_of(trials, MODEL if source == OPEN else source), place, ()) for place, source in rows]
    columns: dict[str, cells.Column] = {
        "source": ("text", [source for _, source in rows]),
        "currency": ("text", [currencies[place] for place, _ in rows]),
    }
    for name in ("wape", "bias", "coverage80", "coverage90"):
        columns[name] = ("ratio", cells.ratios(np.array([found[name] for found in figures], np.float64)))
    return cells.frame(columns)


def _horizon(trials: list[Trial], weeks: Sequence[Span]) -> pd.DataFrame:
    """Coverage by week ahead, all currencies together."""
    found = [judged.held(_of(trials, TOTAL), slice(week, week + 1)) for week in range(len(weeks))]
    return cells.frame(
        {
            "week": ("count", list(range(1, len(weeks) + 1))),
            "coverage80": ("ratio", cells.ratios(np.array([held["80"] for held in found], np.float64))),
            "coverage90": ("ratio", cells.ratios(np.array([held["90"] for held in found], np.float64))),
            "tried": ("count", [int(held["tried"]) for held in found]),
        }
    )


def _weeks(trials: list[Trial], currencies: list[str], weeks: tuple[Span, ...]) -> pd.DataFrame:
    """The frame `Backtest.weeks`: the trials in their order, their weeks, in each the currencies."""
    shown = [trial for trial in trials if trial.model in (*MODELS, TOTAL)]
    rows = [(trial, *span) for trial in shown for span in weeks]
    count, places = len(currencies), np.tile(cells.places_of(currencies), len(rows))
    columns: dict[str, cells.Column] = {
        "cutoff": ("date", [date_of(trial.cutoff) for trial, _, _ in rows for _ in range(count)]),
        "start": ("date", [date_of(trial.cutoff + after + 1) for trial, after, _ in rows for _ in range(count)]),
        "end": ("date", [date_of(trial.cutoff + to) for trial, _, to in rows for _ in range(count)]),
        "currency": ("text", currencies * len(rows)),
        "model": ("text", [trial.model for trial, _, _ in rows for _ in range(count)]),
    }
    none: Bounds = dict.fromkeys(INTERVAL, np.full((count, len(weeks)), np.nan))
    tables = [{"expected": trial.expected, "actual": trial.actual} | (trial.bounds or none) for trial in shown]
    for name in ("expected", "actual", *INTERVAL):
        columns[name] = ("amount", cells.rounded_amounts(_in_rows([table[name] for table in tables]), places))
    return cells.frame(columns)


def _until(trials: list[Trial], currencies: list[str], until: tuple[Span, ...]) -> pd.DataFrame:
    """The frame `Backtest.until`."""
    sooner = [replace(trial, expected=trial.expected_until, actual=trial.actual_until, bounds=None) for trial in trials]
    return _weeks(sooner, currencies, until).drop(columns=[*INTERVAL])


def _misses(trials: list[Trial], currencies: list[str], weeks: tuple[Span, ...]) -> pd.DataFrame:
    """The frame `Backtest.misses`: the largest first."""
    totals = _of(trials, TOTAL)
    found = _weeks(totals, currencies, weeks).drop(columns=["model", *INTERVAL])
    missed = _in_rows([trial.expected - trial.actual for trial in totals])
    places = np.tile(cells.places_of(currencies), len(totals) * len(weeks))
    found["miss"] = pd.arrays.ArrowExtensionArray(cells.rounded_amounts(missed, places))
    largest = np.argsort(-np.abs(missed), kind="stable")[:LISTED_MISSES]
    return found.iloc[largest].reset_index(drop=True)


def _in_rows(parts: list[Floats]) -> Floats:
    """Tables of currencies and weeks as one column: table by table, week by week, in each the currencies."""
    return np.concatenate([part.T.ravel() for part in parts]) if parts else np.zeros(0)


def _notes(models: pd.DataFrame, cutoffs: int, asked: int) -> Iterator[str]:
    if cutoffs == 0:
        yield "The book is too young to be replayed: no cut-off has a past to learn from and a horizon that is over."
    elif cutoffs < asked:
        yield f"Only {cutoffs} of {asked} cut-offs: before them there was no past to learn from."
    for row in models[models["best"] & models["model"].isin(SIMPLE)].itertuples():
        yield f"In {row.currency} a simpler model does better on this book: {row.model}."
