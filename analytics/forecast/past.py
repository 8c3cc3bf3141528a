"""The book as it stood at a past cut-off: what was open, and what had been settled of each item by all that was known then."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analytics.forecast.arrays import Flags, Floats, Ints, summed
from analytics.forecast.book import Book

YOUNGEST = -90
"""Nothing is expected earlier before the due date than this."""
OLDEST = 180
"""An item later than this is taken to be as late as this."""

NEXT_TO_NOTHING = 1e-6
WEEKEND_SHARE = 0.01
WEEKEND_EVIDENCE = 20
"""A book keeps weekends if it has so many paid items, and no more than such a share of them was paid on one."""


@dataclass(frozen=True)
class Past:
    """The book at the close of a cut-off, by what was known then."""

    book: Book
    cutoff: int
    reach: int
    """How many days after the cut-off are asked for."""
    alive: Flags
    open_share: Floats
    """The part of each item that is open: 0 to 1."""
    weight: Floats
    """What each settlement counts: its part of the item; less where some of the item's was taken back."""

    @property
    def ages(self) -> int:
        """How many ages are told apart."""
        return OLDEST - YOUNGEST + self.reach + 1

    def place(self, age: Ints) -> Ints:
        """The column of each `age`."""
        return column_of(age, self.ages)

    def age_of(self, items: Ints | slice) -> Ints:
        """Days past due of `items` at the cut-off, none above the oldest told apart."""
        found: Ints = np.minimum(self.cutoff - self.book.due[items], OLDEST)
        return found

    @cached_property
    def paid(self) -> Floats:
        """What each settlement counts as a payment."""
        return np.where(self.book.by_payment, self.weight, 0.0)

    @cached_property
    def settled(self) -> Flags:
        """Items that are settled, by payment at least in part."""
        paid = summed(self.book.settled_item, self.paid, self.book.items)
        return self.alive & (self.open_share < NEXT_TO_NOTHING) & (paid > NEXT_TO_NOTHING)

    @cached_property
    def keeps_weekends(self) -> bool:
        """Whether hardly anything was ever paid on a Saturday or Sunday."""
        paid, on_weekends = float(self.paid.sum()), float(self.paid[self.book.on_weekend].sum())
        return paid >= WEEKEND_EVIDENCE and on_weekends < WEEKEND_SHARE * paid


def column_of(age: Ints, ages: int) -> Ints:
    """Where each `age` stands among `ages` of them from the youngest."""
    found: Ints = np.clip(age - YOUNGEST, 0, ages - 1)
    return found


def past(book: Book, cutoff: int, reach: int) -> Past:
    """`book` at the close of day `cutoff`, for questions about the `reach` days after it."""
    alive = (book.issued <= cutoff) & (cutoff < book.gone) & (book.amount > 0)
    share = np.where((book.known <= cutoff) & alive[book.settled_item], book.share, 0.0)
    given = np.maximum(share, 0.0)
    kept = np.clip(summed(book.settled_item, share, book.items), 0.0, 1.0)
    all_given = summed(book.settled_item, given, book.items)
    lasting = np.divide(kept, all_given, out=np.zeros(book.items), where=all_given > 0)
    return Past(book, cutoff, reach, alive, np.where(alive, 1.0 - kept, 0.0), given * lasting[book.settled_item])
