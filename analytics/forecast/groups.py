"""The groups a forecast is shown by: which there are, their names, and the items of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.forecast.arrays import Ints
from analytics.forecast.book import Book, Owed

NO_GROUP = -1
Name = tuple[str | int | None, ...]
"""Currency and values of `by`; an installment's number is the only one that is no text."""


@dataclass(frozen=True)
class Groups:
    """Groups in the order of their names."""

    names: tuple[Name, ...]
    of_item: Ints
    """The group of each item of the book; -1 for none."""

    @property
    def currencies(self) -> list[str]:
        """The currency of each group."""
        return [str(name[0]) for name in self.names]


def by_currency(book: Book) -> Groups:
    """A group for each currency of the invoices in scope, paid ones too: a book without open invoices expects 0."""
    present = np.unique(book.currency[book.in_scope])
    return _in_order(book.currency, present, [(book.currencies[code],) for code in present])


def by_words(book: Book, owed: Owed, by: Sequence[str]) -> Groups:
    """A group for each currency and values of `by` among the open items."""
    if not by:
        return by_currency(book)
    present, first = np.unique(book.group[owed.item], return_index=True)
    shown = owed.table.select(["currency", *by]).take(first).to_pylist()
    return _in_order(book.group, present, [tuple(row.values()) for row in shown])


def _in_order(codes: Ints, present: Ints, names: Sequence[Name]) -> Groups:
    order = sorted(range(len(names)), key=lambda place: [(value is None, 0 if value is None else value) for value in names[place]])
    rank = np.full(int(codes.max(initial=-1)) + 1, NO_GROUP, np.int64)
    rank[present[order]] = np.arange(len(order))
    return Groups(tuple(names[place] for place in order), rank[codes])
