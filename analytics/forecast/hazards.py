"""How late customers pay: the daily chance of payment at each age, learned from settled and open items alike.

*Age* is days past due, negative before. For each age the chance of payment on that day is counted among the items that reached
it still open: an item that is open today has shown that it was not paid younger, and is not left out. A customer with little
history is drawn towards its payer type (`payers`), a type towards all, all towards a plain rule for ages nobody has reached: half
of what is so late is paid within as many days again and thirty. Ends that are no payment (credit notes, discounts, write-offs)
lessen what is left to be paid; they are rare, and everyone's stand for each customer. An item counts by the root of its amount, a
part payment as its part.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.forecast.arrays import Floats, Ints
from analytics.forecast.calendar import Calendar
from analytics.forecast.past import NEXT_TO_NOTHING, OLDEST, YOUNGEST, column_of
from analytics.forecast.payers import payers
from analytics.forecast.tallies import CUSTOMERS_AT_ONCE, Tally

NEVER_AGE = OLDEST + 90
"""What is not paid by this age is called never paid."""

RULE_STRENGTH = 2.0
TYPE_STRENGTH = 4.0
CUSTOMER_STRENGTH = 4.0
"""How many items of its own make a history weigh as much as what it is drawn towards."""

RULE_DAYS = 30
RULE_EARLY = 1 / 120
"""Where nobody was ever paid: the daily chance before the due date."""

SURE = 1.0 - 1e-9
LEFT_TO_STAY = 0.1
"""Other ends may not fit beside a customer's own payments: a tenth of what these leave always stays."""

ITEMS_AT_ONCE = 2_000
"""Their table fits into a processor's cache."""


@dataclass(frozen=True)
class Pools:
    """Daily chances by age."""

    everyone: Floats
    types: Floats
    """Payer type and age -> the chance of payment."""
    other: Floats
    """Everyone's chance of an end that is no payment."""
    belongs: Floats
    """Payer type and row of the tally -> how much of the customer is of the type."""

    def towards(self, rows: slice) -> Floats:
        """Customer and age -> the chance of the types it belongs to, of those of each that are open at that age."""
        belongs = self.belongs[:, rows].T
        still_open = np.ones_like(self.types)
        np.cumprod(1.0 - self.types[:, :-1], axis=1, out=still_open[:, 1:])
        found: Floats = (belongs @ (still_open * self.types)) / np.maximum(belongs @ still_open, NEXT_TO_NOTHING**2)
        return found


def pooled(known: Tally) -> Pools:
    """The chances of each payer type, drawn towards all, drawn towards the rule."""
    ages = np.arange(known.paid.shape[1]) + YOUNGEST
    rule = np.where(ages < 0, RULE_EARLY, 1.0 / (RULE_DAYS + np.maximum(ages, 0)))
    reached = known.reached.sum(axis=0)
    everyone = _drawn(known.paid.sum(axis=0), reached, rule, RULE_STRENGTH)
    other = _drawn(known.ended, reached, 0.0 * rule, RULE_STRENGTH)
    belongs = payers(known)
    return Pools(everyone, _drawn(belongs @ known.paid, belongs @ known.reached, everyone, TYPE_STRENGTH), other, belongs)


@dataclass(frozen=True)
class Lives:
    """Customers, a row each, with their daily chances by age."""

    customers: Ints
    """Their keys, rising."""
    daily: Floats
    """Customer and age -> the chance of payment on the day of that age, if open still."""
    other: Floats
    """Age -> the chance of an end that is no payment."""
    reached: Floats
    """Customer and age -> how many of its own items reached this age."""

    def row_of(self, customer: Ints) -> Ints:
        """The row of each `customer`."""
        return np.searchsorted(self.customers, customer)

    def by_day(self, row: Ints, age: Ints, country: Ints, calendar: Calendar, days: Ints) -> Floats:
        """The chance that an item of a customer's `row`, open at `age`, is paid within so many `days`: a row per item."""
        parts = [slice(first, first + ITEMS_AT_ONCE) for first in range(0, len(row), ITEMS_AT_ONCE)]
        found = np.zeros((len(row), len(days)))
        for part in parts:
            found[part] = self._by_day(row[part], age[part], country[part], calendar, int(days.max()))[:, days]
        return found

    def _by_day(self, row: Ints, age: Ints, country: Ints, calendar: Calendar, days: int) -> Floats:
        ahead = column_of(age[:, None] + np.arange(1, days + 1), self.daily.shape[1])
        intent = np.zeros((len(row), days + 1))
        np.cumsum(-np.log1p(-np.minimum(self.daily[row[:, None], ahead], SURE)), axis=1, out=intent[:, 1:])
        leaving = -np.expm1(-calendar.stepped(intent, country))
        staying = np.maximum(1.0 - leaving - self.other[ahead], (1.0 - leaving) * LEFT_TO_STAY)
        leaving[:, 1:] *= np.cumprod(staying, axis=1)[:, :-1]
        paid = np.zeros((len(row), days + 1))
        np.cumsum(leaving, axis=1, out=paid[:, 1:])
        return paid

    def by_age(self, row: Ints, now: Ints, then: Ints) -> Floats:
        """The chance that an item open at age `now` is paid at age `then` or younger, whatever the calendar.

        A row per item; `then` is a column per item or has columns of its own.
        """
        these, row = np.unique(row, return_inverse=True)
        unpaid, paid = self._lasting(these)
        at, until = column_of(now, paid.shape[1]), column_of(then, paid.shape[1])
        share = (paid[row[:, None], until] - paid[row, at][:, None]) / unpaid[row, at][:, None]
        return np.clip(share, 0.0, 1.0)

    def from_issue(self, row: Ints, age: Ints, days: int) -> Floats:
        """The chance that an item issued at `age` is paid on its first day or before it is so many `days` old, whatever the calendar."""
        ahead = column_of(age[:, None] + np.arange(days), self.daily.shape[1])
        leaving = self.daily[row[:, None], ahead]
        staying = np.maximum(1.0 - leaving - self.other[ahead], (1.0 - leaving) * LEFT_TO_STAY)
        leaving[:, 1:] *= np.cumprod(staying[:, :-1], axis=1)
        found: Floats = np.cumsum(leaving, axis=1, out=leaving)
        return found

    def _lasting(self, rows: Ints) -> tuple[Floats, Floats]:
        """Of these customers, by age: the chance to be open after it, and to be paid at it or younger."""
        paid = self.daily[rows]
        unpaid = np.cumprod(np.maximum(1.0 - paid - self.other, (1.0 - paid) * LEFT_TO_STAY), axis=1)
        paid[:, 1:] *= unpaid[:, :-1]
        return np.maximum(unpaid, NEXT_TO_NOTHING**2), np.cumsum(paid, axis=1)

    def own_weight(self, row: Ints, age: Ints) -> Floats:
        """How much the history of its customer weighs in an item's chance of tomorrow: 0 to 1."""
        own = self.reached[row, column_of(age + 1, self.daily.shape[1])]
        found: Floats = own / (own + CUSTOMER_STRENGTH)
        return found


def lives(known: Tally, pools: Pools) -> Lives:
    """The chances of every customer: its own history, drawn towards its types."""
    daily = np.empty_like(known.paid)
    for first in range(0, len(daily), CUSTOMERS_AT_ONCE):
        part = slice(first, first + CUSTOMERS_AT_ONCE)
        daily[part] = _drawn(known.paid[part], known.reached[part], pools.towards(part), CUSTOMER_STRENGTH)
    return Lives(known.customers, daily, pools.other, known.reached)


def alike(known: Tally, pools: Pools) -> Lives:
    """The chances of every customer where they cannot be told apart: those of all."""
    nothing = np.zeros_like(known.reached)
    return Lives(known.customers, nothing + pools.everyone, pools.other, nothing)


def _drawn(ends: Floats, reached: Floats, towards: Floats, strength: float) -> Floats:
    """The daily chance of such ends, drawn `towards` another as if `strength` more items had behaved like it."""
    found: Floats = (np.minimum(ends, reached) + strength * towards) / (reached + strength)
    return found
