"""What became of the items at each age, customer by customer: how many were paid, ended otherwise, and were reached open.

*Age* is days past due, negative before. An item counts by its weight, a part payment as its part. An item that is open still counts
as reached up to its age, and no further: it is not left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.forecast.arrays import Floats, Ints, summed
from analytics.forecast.past import YOUNGEST, Past

CUSTOMERS_AT_ONCE = 400
"""Their tables fit into a processor's cache."""


@dataclass(frozen=True)
class Tally:
    """A row per customer of whom anything is known, and a column per age."""

    customers: Ints
    """Their keys, rising."""
    paid: Floats
    reached: Floats
    ended: Floats
    """Of all customers together: ends that are no payment."""

    def row_of(self, customer: Ints) -> Ints:
        """The row of each `customer`."""
        return np.searchsorted(self.customers, customer)


def tally(seen: Past) -> Tally:
    """Of every customer with an item or a contract, as known at the cut-off; some at a time, so that what is worked on stays small."""
    book = seen.book
    begun = book.plan.customer[book.plan.start <= seen.cutoff]
    customers = np.unique(np.concatenate([book.customer[seen.alive], begun]))
    paid, reached = np.zeros((2, len(customers), seen.ages))
    ended = np.zeros(seen.ages)
    for first in range(0, len(customers), CUSTOMERS_AT_ONCE):
        these = customers[first : first + CUSTOMERS_AT_ONCE]
        part = slice(first, first + len(these))
        start, end = np.searchsorted(book.customer, [these[0], these[-1] + 1])
        settled = slice(*np.searchsorted(book.settled_item, [start, end]))
        nearest = np.searchsorted(these, book.customer[start:end])
        rows = np.where(these[nearest] == book.customer[start:end], nearest, len(these))
        paid[part], other, reached[part] = _counts(seen, rows, len(these), slice(start, end), settled, seen.weight[start:end])
        ended += other.sum(axis=0)
    return Tally(customers, paid, reached, ended)


def of_everyone(seen: Past, weight: Floats) -> tuple[Floats, Floats]:
    """By age: how much of all items was paid, and how much was reached open, an item counting its `weight`."""
    book = seen.book
    paid, _, reached = _counts(seen, np.zeros(book.items, np.int64), 1, slice(0, book.items), slice(0, len(book.share)), weight)
    return paid[0], reached[0]


def _counts(seen: Past, row: Ints, rows: int, items: slice, settled: slice, counted: Floats) -> tuple[Floats, Floats, Floats]:
    """How many of the `items` of each row were paid, ended otherwise, and were reached open, at each age.

    `row` belongs to `items`, one each, and so does `counted`, what each counts; a row beyond `rows` is dropped.
    """
    book, ages = seen.book, seen.ages
    owner = book.settled_item[settled] - items.start
    of_settled, weight = row[owner], seen.part[settled] * counted[owner]
    late, by_payment = book.age_when_settled[settled], book.by_payment[settled]
    age, told_apart = seen.place(late), np.where(late < YOUNGEST + ages, weight, 0.0)
    paid = _table(of_settled, age, np.where(by_payment, told_apart, 0.0), rows, ages)
    ended = _table(of_settled, age, np.where(by_payment, 0.0, told_apart), rows, ages)
    # An item counts from the age at which it was issued; what leaves it, or is open today, is gone a day after.
    changes = _table(
        np.concatenate([row, of_settled, row]),
        np.concatenate([seen.place(book.age_when_issued[items]), age + 1, seen.place(seen.cutoff - book.due[items]) + 1]),
        np.concatenate([np.where(seen.alive[items], counted, 0.0), -weight, -seen.open_share[items] * counted]),
        rows,
        ages + 1,
    )
    return paid, ended, np.maximum(np.cumsum(changes[:, :ages], axis=1), 0.0)


def _table(row: Ints, column: Ints, weight: Floats, rows: int, columns: int) -> Floats:
    """The sum of `weight` in each row and column; a row beyond `rows` is dropped."""
    return summed(row * columns + column, weight, (rows + 1) * columns).reshape(rows + 1, columns)[:rows]
