"""Who pays what in each week, as it is expected and as a change would have it: the coins of both, by customer and currency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.forecast import cells
from analytics.forecast.amounts import Expected, by_row
from analytics.forecast.arrays import Ints
from analytics.forecast.book import Book
from analytics.forecast.replays import SOURCES, View


@dataclass(frozen=True)
class Cases:
    """A row per customer and currency of whom something may be expected."""

    names: Sequence[str]
    """The customers, each as often as it has currencies."""
    currencies: Sequence[str]
    currency: Ints
    """The place of each row's currency among `currencies`."""
    base: Ints
    """Coins expected, a row for each, a column per week."""
    changed: Ints

    @property
    def sums(self) -> dict[str, Ints]:
        """The coins of everybody in either case: a row per currency, a column per week."""
        return {"base": self._sum(self.base), "changed": self._sum(self.changed)}

    def _sum(self, coins: Ints) -> Ints:
        found = np.zeros((len(self.currencies), coins.shape[1]), np.int64)
        np.add.at(found, self.currency, coins)
        return found

    def of(self, week: int) -> pd.DataFrame:
        """Those who pay in a week in either case: `customer_id`, `currency`, `base`, `changed`, `difference`; the largest change first."""
        base, changed = self.base[:, week], self.changed[:, week]
        places = cells.places_of(self.currencies)[self.currency]
        weight = np.stack([np.abs(changed - base), base]) / 10.0**places
        order = np.lexsort(-weight[::-1])
        order = order[(base[order] > 0) | (changed[order] > 0)]
        columns: dict[str, cells.Column] = {
            "customer_id": ("text", [self.names[row] for row in order]),
            "currency": ("text", [self.currencies[place] for place in self.currency[order]]),
        }
        for name, coins in {"base": base, "changed": changed, "difference": changed - base}.items():
            columns[name] = ("amount", cells.amounts(coins[order], places[order]))
        return cells.frame(columns)


def cases_of(book: Book, view: View, currencies: Sequence[str], names: Mapping[int, str], base: Expected, changed: Expected) -> Cases:
    """Who pays in the spans of `view`, whose groups are `currencies`; `names` are the customers' by their keys."""
    found = base.outlook
    customer = np.concatenate([book.customer[base.owed.item], found.contracted.customer, found.new.customer])
    group, was = _by_row(base, view, currencies)
    _, then = _by_row(changed, view, currencies)
    shown = group >= 0
    rows, row = np.unique(customer[shown] * len(currencies) + group[shown], return_inverse=True)
    coins = np.zeros((2, len(rows), len(view.spans)), np.int64)
    for case, given in zip(coins, (was, then), strict=True):
        np.add.at(case, row, given[shown])
    whose, currency = np.divmod(rows, max(len(currencies), 1))
    return Cases([names[key] for key in whose.tolist()], currencies, currency, *coins)


def _by_row(case: Expected, view: View, currencies: Sequence[str]) -> tuple[Ints, Ints]:
    """Of each open item, and of each billing to come, its group and its coins by span."""
    parts = [by_row(case, view, source, cells.places_of(currencies)) for source in SOURCES]
    return np.concatenate([group for group, _ in parts]), np.concatenate([coins for _, coins in parts])
