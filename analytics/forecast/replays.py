"""What the same method said at past cut-offs, beside what came in since; and the intervals that follow from it.

At each cut-off only what was known then is used. The miss of a span is counted in *spreads*: the standard deviation of the
expected amount if a customer paid all its open items together or not at all, and the customers independently. The misses of the
past cut-offs, spread by spread, are the interval of the forecast: if a tenth of them lay above 1.4 spreads, so will the 90th
percentile. A group has the misses of its own; periods learn from the neighbours in time, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analytics.forecast.arrays import Flags, Floats, Ints, summed
from analytics.forecast.book import Book
from analytics.forecast.delays import blocks
from analytics.forecast.past import NEXT_TO_NOTHING, Past, past
from analytics.forecast.periods import Span, edges_of, working_edges

REPLAYS = 13
FEWEST_REPLAYS = 6
NEIGHBOURHOOD_DAYS = 28
"""Periods that begin at most so many days apart share their misses."""

LEVELS = {"lo90": 0.032, "lo80": 0.084, "p50": 0.50, "hi80": 0.916, "hi90": 0.968}
"""A little further out than 5, 10, 90 and 95 %, by 26/25: the misses are worth about 25 independent ones."""
WIDE = {"lo90": -3.29, "lo80": -2.56, "p50": 0.0, "hi80": 2.56, "hi90": 3.29}
"""The rule where too few cut-offs can be replayed: twice the quantiles of a normal distribution."""

Bounds = dict[str, Floats]
"""A table of groups and spans for each of `LEVELS`."""


@dataclass(frozen=True)
class View:
    """What is added up: spans of days after a cut-off, by group."""

    spans: tuple[Span, ...]
    group: Ints
    """Of each item of the book, from 0; -1 for none."""
    groups: int


@dataclass(frozen=True)
class Outlook:
    """The open items of the scope at a cut-off; `chances` has a row for each and a column per day of `edges`."""

    seen: Past
    items: Ints
    edges: Ints
    chances: Floats

    @cached_property
    def open_amount(self) -> Floats:
        """What is open of each item, in the currency asked for."""
        book = self.seen.book
        return book.amount[self.items] * self.seen.open_share[self.items] * book.rate[self.items]

    def in_span(self, span: Span) -> Floats:
        """The chance of each item to be paid in `span`."""
        first, last = np.searchsorted(self.edges, span)
        found: Floats = self.chances[:, last] - self.chances[:, first]
        return found


@dataclass(frozen=True)
class Sums:
    """The expected amount and its spread, a row per group and a column per span."""

    expected: Floats
    spread: Floats


def open_items(seen: Past) -> Ints:
    """The positions of the items of the scope that are open."""
    return np.flatnonzero((seen.open_share > NEXT_TO_NOTHING) & seen.book.in_scope)


def outlook(book: Book, cutoff: int, edges: Ints) -> Outlook:
    """The open items at `cutoff` and their chances to be paid by each of `edges`."""
    seen = past(book, cutoff, int(edges.max()))
    items = open_items(seen)
    ends = edges_in_use(seen, edges)
    parts = [block.within(ends) for block in blocks(seen, items)]
    return Outlook(seen, items, edges, np.vstack(parts) if parts else np.zeros((0, len(edges))))


def edges_in_use(seen: Past, edges: Ints) -> Ints:
    """`edges` as they are, or set back to working days where the book keeps weekends."""
    return working_edges(seen.cutoff, edges) if seen.keeps_weekends else edges


def added_up(found: Outlook, view: View) -> Sums:
    """The expected amounts of `view` and their spreads."""
    book, group = found.seen.book, view.group[found.items]
    shown = group >= 0
    pair = group[shown] * (int(book.customer.max(initial=0)) + 1) + book.customer[found.items][shown]
    debtors, debtor = np.unique(pair, return_inverse=True)
    group_of_debtor = debtors // (int(book.customer.max(initial=0)) + 1)
    expected, spread = np.zeros((2, view.groups, len(view.spans)))
    for column, span in enumerate(view.spans):
        chance, amount = found.in_span(span)[shown], found.open_amount[shown]
        expected[:, column] = summed(group[shown], amount * chance, view.groups)
        swing = summed(debtor, amount * np.sqrt(chance * (1.0 - chance)), len(debtors))
        spread[:, column] = np.sqrt(summed(group_of_debtor, swing**2, view.groups))
    return Sums(expected, spread)


def came_in(book: Book, cutoff: int, items: Ints, view: View, until: int) -> Floats:
    """What payments brought on `items`, open at `cutoff`, known and effective by day `until`; not a number where a span goes on."""
    open_then = np.zeros(book.items, np.bool_)
    open_then[items] = True
    item = book.settled_item
    counts = book.by_payment & (book.known <= until) & (book.effective > cutoff) & open_then[item] & (view.group[item] >= 0)
    item, day = item[counts], book.effective[counts] - cutoff
    amount = book.share[counts] * book.amount[item] * book.rate[item]
    came = np.full((view.groups, len(view.spans)), np.nan)
    for column, (after, to) in enumerate(view.spans):
        if cutoff + to <= until:
            inside = (day > after) & (day <= to)
            came[:, column] = summed(view.group[item[inside]], amount[inside], view.groups)
    return came


@dataclass(frozen=True)
class Replay:
    """What was expected at a cut-off: the items that were open, and the sums of each view."""

    items: Ints
    sums: tuple[Sums, ...]


class Replays:
    """Replays of `views` at past cut-offs of `book`; each cut-off is worked out once."""

    def __init__(self, book: Book, views: Sequence[View]) -> None:
        self.book = book
        self.views = tuple(views)
        self.edges = edges_of(*(view.spans for view in views))
        self._known: dict[int, Replay] = {}

    def at(self, cutoff: int) -> Replay:
        """What was expected at `cutoff`."""
        if cutoff not in self._known:
            found = outlook(self.book, cutoff, self.edges)
            self._known[cutoff] = Replay(found.items, tuple(added_up(found, view) for view in self.views))
        return self._known[cutoff]

    def misses(self, day: int, horizon: int) -> list[Floats]:
        """Per view, the misses in spreads of the cut-offs before `day`, known by then: cut-off x group x span.

        Not a number where a span is not over, or nothing was expected.
        """
        found: list[list[Floats]] = [[np.full((view.groups, len(view.spans)), np.nan)] for view in self.views]
        for cutoff in cutoffs_before(self.book, day, horizon):
            replay = self.at(cutoff)
            for place, (view, sums) in enumerate(zip(self.views, replay.sums, strict=True)):
                miss = came_in(self.book, cutoff, replay.items, view, day) - sums.expected
                found[place].append(np.divide(miss, sums.spread, out=np.full_like(miss, np.nan), where=sums.spread > 0))
        return [np.stack(misses[1:] or misses) for misses in found]


def cutoffs_before(book: Book, day: int, horizon: int) -> list[int]:
    """Up to 13 cut-offs before `day`, evenly apart in weeks, so that half of them have seen all of the horizon.

    None lies before the first payment that was known.
    """
    paid = book.known[book.by_payment & (book.share > 0)]
    first = int(paid.min()) if len(paid) else day
    step = 7 * max(1, -(-2 * horizon // (7 * REPLAYS)))
    return [cutoff for cutoff in range(day - 7, day - 7 - step * REPLAYS, -step) if cutoff > first]


def bounds(sums: Sums, misses: Floats, spans: Sequence[Span]) -> Bounds:
    """The interval of `sums` by the `misses` of the past; by the wide rule where there are fewer than six.

    Never below zero; an interval holds its mean.
    """
    levels = quantiles(misses, spans)
    few = ~enough(misses)
    found: Bounds = {name: np.where(few, WIDE[name], levels[name]) * sums.spread + sums.expected for name in LEVELS}
    for name in ("lo90", "lo80"):
        found[name] = np.minimum(found[name], sums.expected)
    for name in ("hi80", "hi90"):
        found[name] = np.maximum(found[name], sums.expected)
    return {name: np.maximum(bound, 0.0) for name, bound in found.items()}


def enough(misses: Floats) -> Flags:
    """Where a group and span were replayed at least six times."""
    found: Flags = (~np.isnan(misses)).sum(axis=0) >= FEWEST_REPLAYS
    return found


def inside(misses: Floats, spans: Sequence[Span]) -> dict[str, tuple[int, int]]:
    """For `80` and `90`: how many of the replayed amounts lay inside the interval that the other cut-offs give, and out of how many.

    Cut-offs near each other share weeks, so this is a little kinder than the future.
    """
    within, tried = {"80": 0, "90": 0}, 0
    for place, miss in enumerate(misses if len(misses) > FEWEST_REPLAYS else ()):
        others = np.delete(misses, place, axis=0)
        counted = enough(others) & ~np.isnan(miss)
        levels = quantiles(others, spans)
        tried += int(counted.sum())
        for name in within:
            fits = (np.minimum(levels[f"lo{name}"], 0) <= miss) & (miss <= np.maximum(levels[f"hi{name}"], 0))
            within[name] += int((fits & counted).sum())
    return {name: (count, tried) for name, count in within.items()}


def quantiles(misses: Floats, spans: Sequence[Span]) -> Bounds:
    """The quantiles of the misses of each group and span, with those of spans near it in time."""
    found = {name: np.zeros(misses.shape[1:]) for name in LEVELS}
    for column, span in enumerate(spans):
        near = [place for place, other in enumerate(spans) if _near(span, other)]
        by_group = np.moveaxis(misses[:, :, near], 1, 0)
        pooled = np.sort(by_group.reshape(len(by_group), len(misses) * len(near)), axis=1)
        for name, level in LEVELS.items():
            found[name][:, column] = _quantile(pooled, level)
    return found


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
