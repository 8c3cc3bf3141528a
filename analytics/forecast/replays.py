"""What the same models said at past cut-offs, beside what came in since: the choice among them, and the intervals that follow.

At each cut-off only what was known then is used. The book is replayed whole to choose the model, so the choice does not depend on
the filters, and the forecasts of parts add up. The miss of a span is counted in *spreads*: the standard deviation of the expected
amount if a customer paid all its open items together or not at all, and the customers independently. The misses of the past
cut-offs, spread by spread, are the interval of the forecast: if a tenth of them lay above 1.4 spreads, so will the 90th percentile.
A group has the misses of its own; periods learn from the neighbours in time, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from analytics.forecast.arrays import Flags, Floats, Ints, summed
from analytics.forecast.book import Book
from analytics.forecast.models import CHOICES, HAZARD, OURS, Choice, Outlook, learned, open_items, outlook
from analytics.forecast.periods import Span, edges_of

OPEN, CONTRACTED, NEW = SOURCES = ("open", "contracted", "new")
"""Issued invoices, what contracts will bill, and what else will be billed."""
TOTAL = "total"
"""All of them together."""

REPLAYS = 13
FEWEST_REPLAYS = 6
CLEARLY = 2.0
"""What is used instead of the payment hazard must gain so many standard errors on it: thirteen cut-offs tell no finer."""
LARGE = 100_000
"""Items from which cut-offs are worked out side by side."""
AT_ONCE = 2
NEIGHBOURHOOD_DAYS = 28
"""Periods that begin at most so many days apart share their misses."""
CHOICE_WEEKS: tuple[Span, ...] = tuple((7 * week, 7 * week + 7) for week in range(13))
"""What the choice among the models goes by."""

LEVELS = {"lo90": 0.0375, "lo80": 0.089, "p50": 0.50, "hi80": 0.911, "hi90": 0.9625}
"""A little further out than 5, 10, 90 and 95 %, by 37/36: the misses are worth about 36 independent ones."""
WIDE = {"lo90": -3.29, "lo80": -2.56, "p50": 0.0, "hi80": 2.56, "hi90": 3.29}
"""The rule where too few cut-offs can be replayed: twice the quantiles of a normal distribution."""

Bounds = dict[str, Floats]
"""A table of groups and spans for each of `LEVELS`."""


@dataclass(frozen=True)
class View:
    """What is added up: spans of days after a cut-off, by group. A group is a number from 0; -1 is none."""

    spans: tuple[Span, ...]
    groups: int
    group: Ints
    """Of each item of the book."""
    billed_group: Ints
    """Of billing like each item."""
    plan_group: Ints
    """Of each contract."""
    value: Floats
    """What a unit of each item's own currency counts; 0 outside the scope."""
    plan_value: Floats


@dataclass(frozen=True)
class Sums:
    """A row per group and a column per span: the expected amounts, and their spreads."""

    expected: dict[str, Floats]
    """Model -> what it expects of the open items; `contracted` and `new` -> what is expected of billing to come."""
    spread: dict[str, Floats]
    """Of each of `SOURCES`."""

    def of(self, source: str, choice: Choice) -> tuple[Floats, Floats]:
        """The expected amounts and their spreads of a source, or of all together."""
        if source == TOTAL:
            parts = [self.of(part, choice) for part in SOURCES]
            return sum_of([mean for mean, _ in parts]), np.sqrt(sum_of([spread**2 for _, spread in parts]))
        return choice.mix(self.expected) if source == OPEN else self.expected[source], self.spread[source]


def sum_of(tables: Sequence[Floats]) -> Floats:
    """The sum of `tables`, in their order."""
    found = np.zeros_like(tables[0])
    for table in tables:
        found = found + table
    return found


def whole_book(book: Book) -> View:
    """The view by which the model is chosen: weeks of the whole book, currency by currency."""
    none = np.full(len(book.plan.start), -1)
    currencies = int(book.own_currency.max(initial=-1)) + 1
    return View(CHOICE_WEEKS, currencies, book.own_currency, book.own_currency, none, np.ones(book.items), np.zeros(len(none)))


@dataclass(frozen=True)
class _Shown:
    """The rows of a table of chances that a view shows: their places in it, and to whom and how much each is."""

    places: Ints
    group: Ints
    customer: Ints
    amount: Floats
    columns: tuple[tuple[int, int], ...]
    """The edges at which each span begins and ends."""

    def paid(self, by_edge: Floats) -> Iterator[Floats]:
        """Span by span, how much of each row is paid in it; `by_edge` has a row for each edge."""
        shown = by_edge if len(self.places) == by_edge.shape[1] else by_edge[:, self.places]
        for first, last in self.columns:
            yield shown[last] - shown[first]


def added_up(found: Outlook, views: Sequence[View]) -> tuple[Sums, ...]:
    """Of each of `views` the expected amounts and their spreads."""
    chances = {name: np.ascontiguousarray(table.T) for name, table in found.chances.items()}
    contracted, new = (np.ascontiguousarray(stream.paid.T) for stream in (found.contracted, found.new))
    return tuple(_sums(found, view, chances, contracted, new) for view in views)


def _sums(found: Outlook, view: View, chances: dict[str, Floats], contracted: Floats, new: Floats) -> Sums:
    """The sums of a view, of tables with a row for each edge."""
    seen, items = found.known.seen, found.items
    columns = tuple((int(first), int(last)) for first, last in np.searchsorted(found.edges, np.array(view.spans, np.int64).reshape(-1, 2)))

    def shown(group: Ints, customer: Ints, amount: Floats) -> _Shown:
        places = np.flatnonzero(group >= 0)
        return _Shown(places, group[places], customer[places], amount[places], columns)

    rows = shown(view.group[items], seen.book.customer[items], seen.owed[items] * view.value[items])
    expected = {name: _by_span(view, rows, table) for name, table in chances.items()}
    spread = {OPEN: _spread(view, rows, chances[HAZARD], chance=True)}
    for source, stream, table, groups, value in (
        (CONTRACTED, found.contracted, contracted, view.plan_group, view.plan_value),
        (NEW, found.new, new, view.billed_group, view.value),
    ):
        rows = shown(groups[stream.source], stream.customer, stream.amount * value[stream.source])
        expected[source] = _by_span(view, rows, table)
        spread[source] = _spread(view, rows, table, chance=False)
    return Sums(expected, spread)


def _by_span(view: View, rows: _Shown, by_edge: Floats) -> Floats:
    """The sum of the amounts, as far as they are paid in each span, by group."""
    table = np.zeros((view.groups, len(view.spans)))
    for column, part in enumerate(rows.paid(by_edge)):
        table[:, column] = summed(rows.group, rows.amount * part, view.groups)
    return table


def _spread(view: View, rows: _Shown, by_edge: Floats, *, chance: bool) -> Floats:
    """The spread of each span and group, where all that is a customer's comes together or not at all.

    Of billing to come, the amounts of a customer spread by as much as they are.
    """
    most = int(rows.customer.max(initial=0)) + 1
    # The first places are asked for since the sort that finds them is quick where rows are nearly in order.
    pairs, _, pair = np.unique(rows.group * most + rows.customer, return_index=True, return_inverse=True)
    table = np.zeros((view.groups, len(view.spans)))
    for column, part in enumerate(rows.paid(by_edge)):
        swing = summed(pair, rows.amount * (np.sqrt(part * (1.0 - part)) if chance else part), len(pairs))
        table[:, column] = np.sqrt(summed(pairs // most, swing**2, view.groups))
    return table


def came_in(book: Book, cutoff: int, items: Ints, view: View, until: int) -> dict[str, Floats]:
    """Of each source, what payments brought after `cutoff`, known and effective by day `until`.

    That is on `items`, open at the cut-off, and on what was billed later. Not a number where a span goes on.
    """
    source = np.full(book.items, -1)
    source[items] = 0
    later = book.issued > cutoff
    source[later & book.by_contract], source[later & ~book.by_contract] = 1, 2
    item = book.settled_item
    group = np.where(later, view.billed_group, view.group)
    counts = book.by_payment & (book.known <= until) & (book.effective > cutoff) & (source[item] >= 0) & (group[item] >= 0)
    item, day = item[counts], book.effective[counts] - cutoff
    amount = book.share[counts] * book.amount[item] * view.value[item]
    came = np.full((len(SOURCES), view.groups, len(view.spans)), np.nan)
    place = source[item] * view.groups + group[item]
    for column, (after, to) in enumerate(view.spans):
        if cutoff + to <= until:
            inside = (day > after) & (day <= to)
            came[:, :, column] = summed(place[inside], amount[inside], len(SOURCES) * view.groups).reshape(len(SOURCES), view.groups)
    return dict(zip((*SOURCES, TOTAL), (*came, sum_of([*came])), strict=True))


@dataclass(frozen=True)
class Replay:
    """What was expected at a cut-off: the items that were open, and the sums of each view."""

    items: Ints
    sums: tuple[Sums, ...]


@dataclass
class Replays:
    """Replays of `views` at past cut-offs of `book`, the first view being that of the choice; each cut-off is worked out once."""

    book: Book
    views: tuple[View, ...]
    kept: frozenset[int] = frozenset()
    """The cut-offs of which the whole outlook is kept."""
    _replays: dict[int, Replay] = field(default_factory=dict)
    _outlooks: dict[int, Outlook] = field(default_factory=dict)
    _actual: dict[tuple[int, int, int], dict[str, Floats]] = field(default_factory=dict)

    @cached_property
    def edges(self) -> Ints:
        """Every day on which a span of a view begins or ends."""
        return edges_of(*(view.spans for view in self.views))

    def at(self, cutoff: int) -> Replay:
        """What was expected at `cutoff`, added up."""
        if cutoff not in self._replays:
            self._work_out(cutoff)
        return self._replays[cutoff]

    def _work_out(self, cutoff: int) -> None:
        known = learned(self.book, cutoff, int(self.edges.max()))
        found = outlook(known, open_items(known.seen), self.edges)
        self._replays[cutoff] = Replay(found.items, added_up(found, self.views))
        if cutoff in self.kept:
            self._outlooks[cutoff] = found

    def prepare(self, cutoffs: Sequence[int]) -> None:
        """Works out `cutoffs`, of a large book two at a time: each stands on its own, so the order changes nothing."""
        missing = [cutoff for cutoff in cutoffs if cutoff not in self._replays]
        if self.book.items < LARGE:
            return
        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            list(pool.map(self._work_out, missing))

    def kept_outlook(self, cutoff: int) -> Outlook:
        """What was expected at one of the cut-offs `kept`."""
        self.at(cutoff)
        return self._outlooks[cutoff]

    def actual(self, cutoff: int, view: int, until: int) -> dict[str, Floats]:
        """What came in after `cutoff`, as known by day `until`: `came_in`."""
        asked = (cutoff, view, until)
        if asked not in self._actual:
            self._actual[asked] = came_in(self.book, cutoff, self.at(cutoff).items, self.views[view], until)
        return self._actual[asked]

    def choice(self, day: int) -> Choice:
        """The model with the least weekly error on the whole book at the cut-offs before `day`, as far as known by then.

        The payment hazard by itself, unless another is clearly better.
        """
        return self._best(day, CHOICES)

    def blend(self, day: int) -> Choice:
        """The same among ours."""
        return self._best(day, OURS)

    def _best(self, day: int, choices: Sequence[Choice]) -> Choice:
        """The first of `choices` where fewer than six cut-offs could be replayed. A currency counts by its open items."""
        cutoffs = cutoffs_before(self.book, day, CHOICE_WEEKS[-1][1])
        if len(cutoffs) < FEWEST_REPLAYS:
            return OURS[0]
        self.prepare(cutoffs)
        view = self.views[0]
        missed, came, counted = np.zeros((len(cutoffs), len(choices), view.groups)), np.zeros(view.groups), np.zeros(view.groups)
        for row, cutoff in enumerate(cutoffs):
            replay, actual = self.at(cutoff), self.actual(cutoff, 0, day)[OPEN]
            came += np.nansum(actual, axis=1)
            counted += np.bincount(view.group[replay.items], minlength=view.groups)
            for place, choice in enumerate(choices):
                missed[row, place] = np.nansum(np.abs(choice.mix(replay.sums[0].expected) - actual), axis=1)
        worth = np.divide(counted, came, out=np.zeros_like(came), where=came > 0)
        error = (missed * worth).sum(axis=2)
        gain = error[:, :1] - error
        clear = gain.mean(axis=0) > CLEARLY * gain.std(axis=0) / np.sqrt(len(cutoffs))
        return choices[int(np.argmax(np.where(clear, gain.mean(axis=0), 0.0)))]

    def misses(self, day: int, horizon: int, view: int, source: str) -> Floats:
        """The misses in spreads of a view and source at the cut-offs before `day`, known by then: cut-off x group x span.

        Not a number where a span is not over, or nothing was expected.
        """
        choice, shown = self.choice(day), self.views[view]
        found = [np.full((shown.groups, len(shown.spans)), np.nan)]
        for cutoff in cutoffs_before(self.book, day, horizon):
            expected, spread = self.at(cutoff).sums[view].of(source, choice)
            miss = self.actual(cutoff, view, day)[source] - expected
            found.append(np.divide(miss, spread, out=np.full_like(miss, np.nan), where=spread > 0))
        return np.stack(found[1:] or found)


def cutoffs_before(book: Book, day: int, horizon: int) -> list[int]:
    """Up to 13 cut-offs before `day`, evenly apart in weeks, so that half of them have seen all of the horizon.

    None lies before the first payment that was known.
    """
    paid = book.known[book.by_payment & (book.share > 0)]
    first = int(paid.min()) if len(paid) else day
    step = 7 * max(1, -(-2 * horizon // (7 * REPLAYS)))
    return [cutoff for cutoff in range(day - 7, day - 7 - step * REPLAYS, -step) if cutoff > first]


def bounds(expected: Floats, spread: Floats, misses: Floats, spans: Sequence[Span]) -> Bounds:
    """The interval around `expected` by the `misses` of the past; by the wide rule where there are fewer than six.

    Never below zero; an interval holds its mean.
    """
    levels = quantiles(misses, spans)
    few = ~enough(misses)
    found: Bounds = {name: np.where(few, WIDE[name], levels[name]) * spread + expected for name in LEVELS}
    for name in ("lo90", "lo80"):
        found[name] = np.minimum(found[name], expected)
    for name in ("hi80", "hi90"):
        found[name] = np.maximum(found[name], expected)
    return {name: np.maximum(bound, 0.0) for name, bound in found.items()}


def enough(misses: Floats) -> Flags:
    """Where a group and span were replayed at least six times."""
    found: Flags = (~np.isnan(misses)).sum(axis=0) >= FEWEST_REPLAYS
    return found


def quantiles(misses: Floats, spans: Sequence[Span]) -> Bounds:
    """The quantiles of the misses of each group and span, with those of spans near it in time."""
    found = {name: np.zeros(misses.shape[1:]) for name in LEVELS}
    for column, span in enumerate(spans):
        near = [place for place, other in enumerate(spans) if _near(span, other)]
        by_group = np.moveaxis(misses[:, :, near], 1, 0)
        pooled = np.sort(by_group.reshape(len(by_group), len(misses) * len(near)), axis=1)
        wider = _student((~np.isnan(misses[:, :, column])).sum(axis=0))
        for name, level in LEVELS.items():
            found[name][:, column] = _quantile(pooled, level) * (wider if name != "p50" else 1.0)
    return found


def _student(cutoffs: Ints) -> Floats:
    """By how much an interval learned at fewer than 13 cut-offs is wider: about as Student's distribution is."""
    found: Floats = (1.0 + 1.07 / np.maximum(cutoffs - 1, 1)) / (1.0 + 1.07 / (REPLAYS - 1))
    return np.maximum(found, 1.0)


def _near(span: Span, other: Span) -> bool:
    alike = abs((span[1] - span[0]) - (other[1] - other[0])) <= NEIGHBOURHOOD_DAYS / 2
    return alike and abs(span[0] - other[0]) <= NEIGHBOURHOOD_DAYS


def _quantile(rising: Floats, level: float) -> Floats:
    """The quantile of each row of `rising`, where what is not a number stands last."""
    count = (~np.isnan(rising)).sum(axis=1)
    place = level * np.maximum(count - 1, 0)
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, np.maximum(count - 1, 0))
    rows = np.arange(len(rising))
    found: Floats = rising[rows, low] + (rising[rows, high] - rising[rows, low]) * (place - low)
    return np.nan_to_num(found)
