"""How late customers pay: the daily chance of payment at each age, learned from settled and open items alike.

*Age* is days past due, negative before. For each age the chance of payment on that day is counted among the items that reached
it still open: an item that is open today has shown that it was not paid younger, and is not left out. A customer with little
history is drawn towards its segment, a segment towards all, all towards a plain rule for ages nobody has reached: half of what
is so late is paid within as many days again and thirty. Ends that are no payment (credit notes, discounts, write-offs) lessen what
is left to be paid; they are rare, and the segment's stand for each of its customers. An item counts as one, a part payment as its
part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analytics.forecast.arrays import Floats, Ints, summed
from analytics.forecast.past import NEXT_TO_NOTHING, OLDEST, YOUNGEST, Past, column_of

NEVER_AGE = OLDEST + 90
"""What is not paid by this age is called never paid."""

RULE_STRENGTH = 2.0
SEGMENT_STRENGTH = 20.0
CUSTOMER_STRENGTH = 4.0
"""How many items of its own make a customer's history weigh as much as what others do; so for a segment, and for all."""

RULE_DAYS = 30
RULE_EARLY = 1 / 120
"""Where nobody was ever paid: the daily chance before the due date."""

CUSTOMERS_AT_ONCE = 400
"""Their tables fit into a processor's cache."""


@dataclass(frozen=True)
class Pools:
    """Daily chances of each segment by age."""

    payment: Floats
    other: Floats
    """Of an end that is no payment."""


def pooled(seen: Past) -> Pools:
    """The chances of each segment, drawn towards all, drawn towards the rule."""
    book = seen.book
    everything = slice(0, book.items), slice(0, len(book.share))
    ages = np.arange(seen.ages) + YOUNGEST
    rule = np.where(ages < 0, RULE_EARLY, 1.0 / (RULE_DAYS + np.maximum(ages, 0)))
    paid, ended, reached = _counts(seen, book.pool, int(book.pool.max(initial=-1)) + 1, *everything)
    paid_by_all, ended_by_all, reached_by_all = (table.sum(axis=0) for table in (paid, ended, reached))
    payment = _drawn(paid_by_all, reached_by_all, rule, RULE_STRENGTH)
    other = _drawn(ended_by_all, reached_by_all, 0.0 * rule, RULE_STRENGTH)
    return Pools(_drawn(paid, reached, payment, SEGMENT_STRENGTH), _drawn(ended, reached, other, SEGMENT_STRENGTH))


@dataclass(frozen=True)
class Block:
    """Open items of a run of customers, with each customer's chances of being paid."""

    items: Ints
    """Positions in the book."""
    row: Ints
    """Each item's customer: a row of the tables."""
    age: Ints
    """Each item's days past due, none above the oldest told apart."""
    paid: Floats
    """Customer and age -> the chance to be paid at this age or younger."""
    unpaid: Floats
    """Customer and age -> the chance to be open after this age: neither paid nor ended otherwise."""
    reached: Floats
    """Customer and age -> how many of its own items reached this age."""

    def within(self, days: Ints) -> Floats:
        """The chance that each item is paid in so many days from the cut-off: a row per item, a column per number of `days`.

        `days` is one row for all items, or a row each.
        """
        now, ages = self._now, self.paid.shape[1]
        ahead = column_of(self.age[:, None] + np.maximum(days, 0), ages)
        share = (self.paid[self.row[:, None], ahead] - self.paid[self.row, now][:, None]) / self.unpaid[self.row, now][:, None]
        return np.clip(share, 0.0, 1.0)

    def days_until(self, chance: float) -> Ints:
        """The first number of days in which each item is paid with at least `chance`; beyond all ages if there is none."""
        ages = self.paid.shape[1]
        rising = self.paid + 2.0 * np.arange(len(self.paid))[:, None]
        target = self.paid[self.row, self._now] + chance * self.unpaid[self.row, self._now] + 2.0 * self.row
        found = np.searchsorted(rising.ravel(), target - NEXT_TO_NOTHING) - self.row * ages
        days: Ints = np.maximum(found + YOUNGEST - self.age, 1)
        return days

    def own_weight(self) -> Floats:
        """How much the history of each item's customer weighs in its chance of tomorrow: 0 to 1."""
        own = self.reached[self.row, column_of(self.age + 1, self.paid.shape[1])]
        found: Floats = own / (own + CUSTOMER_STRENGTH)
        return found

    @property
    def _now(self) -> Ints:
        return column_of(self.age, self.paid.shape[1])


def blocks(seen: Past, items: Ints) -> Iterator[Block]:
    """The open `items` (rising positions), some customers at a time, so that a table of customers and ages stays small."""
    book, pools = seen.book, pooled(seen)
    customers, row = np.unique(book.customer[items], return_inverse=True)
    for first in range(0, len(customers), CUSTOMERS_AT_ONCE):
        these = customers[first : first + CUSTOMERS_AT_ONCE]
        inside = slice(*np.searchsorted(row, [first, first + len(these)]))
        start, end = np.searchsorted(book.customer, [these[0], these[-1] + 1])
        settled = slice(*np.searchsorted(book.settled_item, [start, end]))
        nearest = np.searchsorted(these, book.customer[start:end])
        rows = np.where(these[nearest] == book.customer[start:end], nearest, len(these))
        pool = book.pool[start + np.searchsorted(book.customer[start:end], these)]
        paid, _, reached = _counts(seen, rows, len(these), slice(start, end), settled)
        daily = _drawn(paid, reached, pools.payment[pool], CUSTOMER_STRENGTH)
        # The segment's other ends may not fit beside the customer's own payments: a tenth of what these leave always stays.
        unpaid = np.cumprod(np.maximum(1.0 - daily - pools.other[pool], (1.0 - daily) / 10), axis=1)
        daily[:, 1:] *= unpaid[:, :-1]
        yield Block(items[inside], row[inside] - first, seen.age_of(items[inside]), np.cumsum(daily, axis=1), unpaid, reached)


def _counts(seen: Past, row: Ints, rows: int, items: slice, settled: slice) -> tuple[Floats, Floats, Floats]:
    """How many of the `items` of each row were paid, ended otherwise, and were reached open, at each age.

    `row` belongs to `items`, one each; a row beyond `rows` is dropped.
    """
    book, ages = seen.book, seen.ages
    of_settled = row[book.settled_item[settled] - items.start]
    late, by_payment, weight = book.age_when_settled[settled], book.by_payment[settled], seen.weight[settled]
    age, told_apart = seen.place(late), np.where(late < YOUNGEST + ages, weight, 0.0)
    paid = _table(of_settled, age, np.where(by_payment, told_apart, 0.0), rows, ages)
    ended = _table(of_settled, age, np.where(by_payment, 0.0, told_apart), rows, ages)
    # An item counts from the age at which it was issued; what leaves it, or is open today, is gone a day after.
    changes = _table(
        np.concatenate([row, of_settled, row]),
        np.concatenate([seen.place(book.age_when_issued[items]), age + 1, seen.place(seen.cutoff - book.due[items]) + 1]),
        np.concatenate([seen.alive[items], -weight, -seen.open_share[items]]),
        rows,
        ages + 1,
    )
    return paid, ended, np.maximum(np.cumsum(changes[:, :ages], axis=1), 0.0)


def _table(row: Ints, column: Ints, weight: Floats, rows: int, columns: int) -> Floats:
    """The sum of `weight` in each row and column; a row beyond `rows` is dropped."""
    return summed(row * columns + column, weight, (rows + 1) * columns).reshape(rows + 1, columns)[:rows]


def _drawn(ends: Floats, reached: Floats, towards: Floats, strength: float) -> Floats:
    """The daily chance of such ends, drawn `towards` another as if `strength` more items had behaved like it."""
    found: Floats = (ends + strength * towards) / (reached + strength)
    return found
