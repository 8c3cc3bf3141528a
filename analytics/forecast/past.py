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
HALF_LIFE = 365
"""Days after which what an item teaches counts half: customers change."""

SHORT_HISTORY = 60
"""Days of payments below which a book has too little to tell customers apart."""

NEXT_TO_NOTHING = 1e-6


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
    part: Floats
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
    def size(self) -> Floats:
        """The root of each item's amount, beside the mean of those in its currency."""
        book = self.book
        root = np.where(self.alive, book.root, 0.0)
        currencies = int(book.own_currency.max(initial=-1)) + 1
        whole = summed(book.own_currency, root, currencies)
        count = summed(book.own_currency, self.alive.astype(np.float64), currencies)
        mean = np.divide(whole, count, out=np.ones(currencies), where=whole > 0)
        found: Floats = root / mean[book.own_currency]
        return found

    @cached_property
    def weight(self) -> Floats:
        """How much each item teaches: its size, half of it for every year since it was issued."""
        days = np.maximum(self.cutoff - self.book.issued, 0)
        fading: Floats = 0.5 ** (np.arange(1 + int(days.max(initial=0))) / HALF_LIFE)
        return self.size * fading[days]

    @cached_property
    def paid(self) -> Floats:
        """What each settlement counts as a payment."""
        return np.where(self.book.by_payment, self.part, 0.0)

    @cached_property
    def settled(self) -> Flags:
        """Items that are settled, by payment at least in part."""
        paid = summed(self.book.settled_item, self.paid, self.book.items)
        return self.alive & (self.open_share < NEXT_TO_NOTHING) & (paid > NEXT_TO_NOTHING)

    @cached_property
    def young(self) -> bool:
        """Whether payments are known for so short a time that customers cannot be told apart."""
        return self.cutoff - int(self.book.effective[self.paid > 0].min(initial=self.cutoff)) < SHORT_HISTORY

    @cached_property
    def owed(self) -> Floats:
        """What is still to be paid of each item, in its own currency: the open amount less the credit its customer holds.

        Credit notes and unapplied cash are set against what is due first.
        """
        book = self.book
        open_amount = book.amount * self.open_share
        known = book.credit_day <= self.cutoff
        debtors = int(book.debtor.max(initial=-1)) + 1
        within = known & (book.credit_debtor < debtors)
        credit = np.maximum(summed(book.credit_debtor[within], book.credit_change[within], debtors), 0.0)
        if not credit.any():
            return open_amount
        order = book.oldest_first[credit[book.debtor[book.oldest_first]] > 0]
        amount, debtor = open_amount[order], book.debtor[order]
        before = np.cumsum(amount) - amount
        start = np.searchsorted(debtor, debtor)
        credited = np.clip(credit[debtor] - (before - before[start]), 0.0, amount)
        owed = open_amount.copy()
        owed[order] = np.where(amount - credited > NEXT_TO_NOTHING * amount, amount - credited, 0.0)
        return owed


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
