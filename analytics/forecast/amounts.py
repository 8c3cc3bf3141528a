"""The coins expected of each group in each span, source by source, with their intervals: whole coins, so that parts add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.forecast import cells
from analytics.forecast.arrays import Floats, Ints
from analytics.forecast.book import Owed
from analytics.forecast.models import Choice, Outlook
from analytics.forecast.placed import payable
from analytics.forecast.replays import CONTRACTED, NEW, OPEN, TOTAL, Sums, View, added_up, bounds, sum_of

AMOUNTS = ("mean", "p50", "lo80", "hi80", "lo90", "hi90")

Coins = dict[str, Ints]
"""A table of groups and spans for each of `AMOUNTS`."""


@dataclass(frozen=True)
class Expected:
    """Coins after the as-of day: a row per open item or billing to come, and a column for each edge, rising."""

    outlook: Outlook
    owed: Owed
    by_item: Ints
    payable: Ints
    """What is still to be paid of each item."""
    choice: Choice


def expected(found: Outlook, owed: Owed, choice: Choice) -> Expected:
    """What the `choice` expects of each item of `owed`, never more than is still to be paid of it."""
    most = payable(found.known, owed)
    by_item = cells.coins(choice.mix(found.chances) * most[:, None], np.zeros(1, np.int64))
    return Expected(found, owed, np.minimum(by_item, most[:, None]), most, choice)


def amounts(now: Expected, view: View, places: Ints, sources: Sequence[str], misses: dict[str, Floats]) -> dict[str, Coins]:
    """The coins of each of `sources`, and of all of them together; `misses` are those of the past, source by source.

    `places` are the decimals of each group's currency.
    """
    sums = added_up(now.outlook, [view])[0]
    found = {source: _interval(now, view, sums, [source], places, misses[source]) for source in sources}
    return found | {TOTAL: found[sources[0]] if len(sources) == 1 else _interval(now, view, sums, sources, places, misses[TOTAL])}


def _interval(now: Expected, view: View, sums: Sums, sources: Sequence[str], places: Ints, misses: Floats) -> Coins:
    """The coins of all of `sources` together; of what is open never more than is owed."""
    mean = np.sum([expected_mean(now, view, source, places) for source in sources], axis=0)
    spread = np.sqrt(sum_of([sums.of(source, now.choice)[1] ** 2 for source in sources]))
    levels = bounds(mean / 10.0 ** places[:, None], spread, misses, view.spans)
    most = _owed(now, view) if tuple(sources) == (OPEN,) else np.iinfo(np.int64).max
    return {"mean": mean} | {name: np.minimum(cells.coins(bound, places[:, None]), most) for name, bound in levels.items()}


def expected_mean(now: Expected, view: View, source: str, places: Ints) -> Ints:
    """The expected coins of a source by group and span."""
    group, coins = by_row(now, view, source, places)
    shown = group >= 0
    table = np.zeros((view.groups, len(view.spans)), np.int64)
    np.add.at(table, group[shown], coins[shown])
    return table


def by_row(now: Expected, view: View, source: str, places: Ints) -> tuple[Ints, Ints]:
    """What a source is made of: of each open item or billing to come its group, and the expected coins by span."""
    if source == OPEN:
        return view.group[now.owed.item], _by_span(now.outlook, view, now.by_item)
    stream = {CONTRACTED: now.outlook.contracted, NEW: now.outlook.new}[source]
    groups, value = (view.plan_group, view.plan_value) if source == CONTRACTED else (view.billed_group, view.value)
    group = groups[stream.source]
    amount = (stream.amount * value[stream.source])[:, None] * stream.paid
    coins = cells.coins(amount, places[group][:, None] if len(places) else np.zeros(1, np.int64))
    return group, _by_span(now.outlook, view, coins)


def _by_span(found: Outlook, view: View, coins: Ints) -> Ints:
    """Coins by each edge as coins in each span."""
    first, last = np.searchsorted(found.edges, np.array(view.spans, np.int64).reshape(-1, 2)).T
    return coins[:, last] - coins[:, first]


def _owed(now: Expected, view: View) -> Ints:
    """What each group owes, a column."""
    owed = np.zeros((view.groups, 1), np.int64)
    np.add.at(owed[:, 0], view.group[now.owed.item], now.owed.minor)
    return owed
