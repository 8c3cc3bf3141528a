"""How much cash will arrive: from issued invoices, from contracts, from business as usual, and how sure that is.

Each open invoice is placed by how its customer paid so far, drawn towards customers like it where that history is thin, given the
age it has reached (`hazards`) and the days on which money comes in at all (`calendar`). Billing to come follows the same customers'
chances (`billing`). What is expected of a period is the amount times the chance to be paid in it. The intervals come from replaying
the same method at past cut-offs (`replays`), and so does the choice of the model (`models`). Nothing after the as-of day, and nothing
recorded after it, has a part in this.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from analytics.errors import UsageError
from analytics.forecast import cells, notes
from analytics.forecast.amounts import AMOUNTS, Coins, amounts, expected
from analytics.forecast.arrays import Floats, date_of
from analytics.forecast.behind import Layer, layer
from analytics.forecast.billing import recent_items
from analytics.forecast.book import OF_ONE_INVOICE, Book, Owed, read, read_owed
from analytics.forecast.fits import Coverage, fitted, kept_coverage
from analytics.forecast.groups import Groups, by_currency, shown_groups, view
from analytics.forecast.models import HAZARD, Choice, learned, outlook
from analytics.forecast.past import past
from analytics.forecast.periods import CUMULATIVE_DAYS, Span, cumulative_spans, spans
from analytics.forecast.placed import placed
from analytics.forecast.replays import OPEN, SOURCES, TOTAL, Replays, whole_book
from analytics.scope import Scope
from analytics.store import Store
from analytics.store.grouping import checked_words

MODEL = "payment hazard, blended"


@dataclass(frozen=True)
class Forecast:
    """Expected receipts after the close of `as_of`. Amounts are exact decimals in the row's currency, chances have 4 decimals."""

    as_of: date
    model: str
    """What was done, in plain words."""
    simple: str | None
    """The simple model that does better on this book and is used, if one does."""
    periods: pd.DataFrame
    """A row per period, currency, values of `by` and source: `start`, `end` (both included), `currency`, the words of `by`, `source`
    (`open`, `contracted`, `new`), `mean`, `p50`, `lo80`, `hi80`, `lo90`, `hi90`. Dense. The means of groups and sources add up to the
    mean of all; the other amounts do not."""
    totals: pd.DataFrame
    """The same without `source`: all that was asked for together."""
    cumulative: pd.DataFrame
    """A row per currency and 30, 60 and 90 days: `days`, `currency`, and the same amounts, from the day after `as_of`."""
    invoices: pd.DataFrame
    """A row per open item (installments apart): `invoice_id`, `installment_no`, `customer_id`, `currency`, `due_date`,
    `open_amount`, `credit_amount` (what its customer's unapplied credit covers of it), `days_past_due`, `expected_pay_date` (the
    first day by which it is paid with even odds; null beyond the horizon), `pay_date_lo80`, `pay_date_hi80`, `p_paid_7`,
    `p_paid_30`, `p_paid_60`, `p_paid_90`, `p_late_0` (not paid by its due date), `p_late_30`, `p_never` (nor in the 270 days after
    it), `n_history` (paid invoices of its customer), `reason`."""
    coverage: Coverage
    """How often the intervals of the weeks ahead held, by the back-test of the same scope and horizon; unknown until there was one."""
    notes: tuple[str, ...]
    """Sentences that belong beside the figures."""
    layers: dict[str, Layer]
    """The rows that the means of each source are made of."""

    def behind(self, source: str, start: date) -> pd.DataFrame:
        """The rows behind a source in the period that begins with `start`, the largest first: `expected` adds up to its means, exactly.

        Of `open` a row per open item, with `invoice_id`, `installment_no`, `customer_id`, `currency`, `due_date`, `open_amount` and
        `credit_amount`; of `contracted` and `new` a row per `customer_id` and `currency`. What brings nothing is left out. Raises
        `UsageError` for another source or start.
        """
        starts = list(dict.fromkeys(self.periods["start"]))
        if source not in self.layers:
            raise UsageError(f"'{source}' is not one of {', '.join(self.layers)}")
        if start not in starts:
            raise UsageError(f"no period of the forecast begins on {start}")
        return self.layers[source].of(starts.index(start))

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
    *,
    stand_in: bool = False,
) -> Forecast:
    """Expected receipts in the `horizon_days` after the as-of day, per `every` (week, day or month), currency, `by` and source.

    Weeks have seven days from the day after; months are calendar months, cut by the horizon. `only` asks for one source: `open`,
    `contracted` or `new`. Over-applied items are left out, so nothing is below zero. With `stand_in`, where this generation has not
    been learned from yet, choice and misses are those of an earlier one, and a note says so. Raises `UsageError` for an unknown word
    or a horizon that is not of 1 to 366 days.
    """
    words, scope = checked_words(by), store.resolve(scope)
    layout = spans(scope.day, horizon_days, every)
    if only not in (None, *SOURCES):
        raise UsageError(f"'{only}' is not one of {', '.join(SOURCES)}")
    sources = SOURCES if only is None else (only,)
    book = read(store, scope, words)
    owed = read_owed(store, scope, book, words)
    asked = _Asked(scope, words, layout, horizon_days, sources)
    return _forecast(store, asked, book, owed if OPEN in sources else owed.none(), stand_in=stand_in)


@dataclass(frozen=True)
class _Asked:
    """A question, checked."""

    scope: Scope
    words: tuple[str, ...]
    layout: tuple[Span, ...]
    horizon: int
    sources: tuple[str, ...]

    @property
    def billing(self) -> bool:
        """Whether billing to come is in it: nothing of that is in dispute yet."""
        return ("disputed", ("true",)) not in self.scope.filters


def _forecast(store: Store, asked: _Asked, book: Book, owed: Owed, *, stand_in: bool) -> Forecast:
    billed = np.zeros(book.items, np.bool_)
    billed[recent_items(past(book, book.day, 1))] = asked.billing
    groups = shown_groups(book, owed, asked.words, billed)
    totals = by_currency(groups)
    views = [whole_book(book), *(view(book, layout, totals, billing=asked.billing) for layout in (asked.layout, cumulative_spans()))]
    if asked.words:
        views.append(view(book, asked.layout, groups, billing=asked.billing))
    replays = Replays(book, tuple(views))
    replayed = [1, 2] if not asked.words or set(asked.words) & set(OF_ONE_INVOICE) else [1, 2, 3]
    series = f"{replace(asked, scope=replace(asked.scope, as_of=None), layout=())} {len(asked.layout)} {groups.names}"
    fit = fitted(store, replays, replayed, asked.horizon, asked.sources, repr(asked), series, stand_in=stand_in)
    choice, missed = fit.choice, fit.misses
    known = learned(book, book.day, int(replays.edges.max()))
    now = expected(outlook(known, owed.item, replays.edges), owed, choice)
    shown, whose = views[1], missed[0]
    if asked.words:
        shown, whose = views[3], missed[2] if len(missed) > 2 else _nothing(replays, asked)
    by_source = amounts(now, shown, cells.places_of(groups.currencies), asked.sources, whose)
    items = placed(known, owed, choice, asked.horizon).invoices()
    until = amounts(now, views[2], cells.places_of(totals.currencies), asked.sources, missed[1])[TOTAL]
    return Forecast(
        as_of=asked.scope.day,
        model=_named(choice),
        simple=choice.simple,
        periods=_periods(book.day, asked, groups, {source: by_source[source] for source in asked.sources}),
        totals=_periods(book.day, asked, groups, {TOTAL: by_source[TOTAL]}).drop(columns="source"),
        cumulative=_cumulative(totals, until),
        invoices=items,
        coverage=kept_coverage(store, asked.scope, asked.horizon),
        notes=(
            *notes.of_population(store, asked.scope, asked.sources, owed),
            *notes.of_method(known, choice, asked.words, groups, whose[TOTAL]),
            *notes.of_fit(fit),
        ),
        layers={source: layer(store, now, views[1], source, totals.currencies, items) for source in asked.sources},
    )


def _nothing(replays: Replays, asked: _Asked) -> dict[str, Floats]:
    """The misses of single invoices: there is nothing of them to replay."""
    nothing = np.full((1, replays.views[3].groups, len(asked.layout)), np.nan)
    return dict.fromkeys((*asked.sources, TOTAL), nothing)


def _named(choice: Choice) -> str:
    """The model in plain words."""
    if choice.simple is not None:
        return choice.simple
    return f"{HAZARD}, blended {choice.blend:.0%} with the customer's median date" if choice.blend else HAZARD


def _periods(day: int, asked: _Asked, groups: Groups, by_source: dict[str, Coins]) -> pd.DataFrame:
    """Periods in their order, in each the groups in theirs, in each the sources."""
    parts, count = len(by_source), len(groups.names)
    names = [*zip(*groups.names, strict=True)] or [()] * (1 + len(asked.words))
    dates = {"start": [after + 1 for after, _ in asked.layout], "end": [to for _, to in asked.layout]}
    keys: dict[str, cells.Column] = {
        name: ("date", [date_of(day + after) for after in column for _ in range(count * parts)]) for name, column in dates.items()
    }
    for word, values in zip(("currency", *asked.words), names, strict=True):
        repeated = [value for value in values for _ in range(parts)] * len(asked.layout)
        keys[word] = ("count" if word == "installment" else "text", repeated)
    keys["source"] = ("text", [*by_source] * (count * len(asked.layout)))
    return cells.frame(keys | _amounts([*by_source.values()], groups))


def _cumulative(groups: Groups, coins: Coins) -> pd.DataFrame:
    count = len(groups.names)
    keys: dict[str, cells.Column] = {
        "days": ("count", [days for days in CUMULATIVE_DAYS for _ in range(count)]),
        "currency": ("text", groups.currencies * len(CUMULATIVE_DAYS)),
    }
    return cells.frame(keys | _amounts([coins], groups))


def _amounts(by_source: Sequence[Coins], groups: Groups) -> dict[str, cells.Column]:
    """The columns of amounts, span by span, in each the groups, in each the sources."""
    spans_ = next(iter(by_source[0].values())).shape[1]
    places = np.tile(np.repeat(cells.places_of(groups.currencies), len(by_source)), spans_)
    stacked = {name: np.stack([coins[name] for coins in by_source]) for name in AMOUNTS}
    return {name: ("amount", cells.amounts(table.transpose(2, 1, 0).ravel(), places)) for name, table in stacked.items()}
