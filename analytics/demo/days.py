"""The calendar of the demo book: working days, payment runs, month ends and the rhythm of billing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from analytics.demo.rows import NEVER, Flags, Floats, Ints

EPOCH = date(1970, 1, 1)
ANY_DAY, HALF_MONTH, MONTH_END = 0, 6, 7
"""Payment runs: any working day, one weekday (1 Monday .. 5 Friday), the 1st and 15th, the last of the month."""

RUN_LEAD = (1, 5, 5, 5, 5, 5, 9, 18)
"""How many days early a payer takes an invoice into its run, so that it is not late by much."""

HOLIDAYS = ((1, 1), (5, 1), (12, 25), (12, 26))
MONTHLY = (0.94, 0.93, 1.06, 1.0, 0.98, 1.05, 0.97, 0.8, 1.04, 1.07, 1.06, 1.12)
"""Billing of each month against the average month: a quiet August, a busy last quarter."""


def number(day: date) -> int:
    """`day` as days since 1970-01-01."""
    return (day - EPOCH).days


def months(days: Ints) -> Ints:
    """Months since January 1970 of each day."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def first_of_month(months_: Ints) -> Ints:
    """The first day of each month."""
    return months_.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def month_end(days: Ints) -> Ints:
    """The last day of the month of each day."""
    return first_of_month(months(days) + 1) - 1


def month_ends(first: int, last: int) -> Ints:
    """Every month end from `first` to `last`, both included."""
    bounds = months(np.array([first, last]))
    ends = first_of_month(np.arange(bounds[0], bounds[1] + 1) + 1) - 1
    return ends[ends <= last]


def weekday(days: Ints) -> Ints:
    """Monday 0 .. Sunday 6."""
    return (days + 3) % 7


@dataclass(frozen=True)
class Span:
    """The days of the book: three years up to and including `today`."""

    today: int

    @classmethod
    def ending(cls, today: date) -> Span:
        """The three years that end at `today`."""
        return cls(number(today))

    @property
    def first(self) -> int:
        """The first day an invoice is issued."""
        return self.today - 3 * 365

    @property
    def all(self) -> Ints:
        """Every day of the book."""
        return np.arange(self.first, self.today + 1)

    def happened(self, days: Ints) -> Flags:
        """Which days lie no later than today."""
        return days <= self.today

    def billing_weight(self) -> Floats:
        """The share of billing that falls on each day: weekday, month end, season and mild growth."""
        days = self.all
        month = months(days)
        weight = np.array([1, 1.05, 1.05, 1.05, 1, 0.08, 0.02])[weekday(days)]
        weight = weight * np.array(MONTHLY)[month % 12]
        weight = weight * np.where(first_of_month(month + 1) - days <= 3, 1.6, 1.0)
        return np.asarray(weight * 1.07 ** ((days - self.first) / 365))


class PaymentRuns:
    """When money moves: the next run on or after a day, for every kind of run."""

    def __init__(self, span: Span) -> None:
        self._first = span.first - 120
        days = np.arange(self._first, span.today + 60)
        working = _working(days)
        self._next = np.stack([_following(flags) for flags in (working, *_scheduled(days, working))])

    def next(self, run: Ints, days: Ints) -> Ints:
        """The first day of the payer's run on or after each day; NEVER beyond the calendar."""
        place = np.maximum(days - self._first, 0)
        inside = place < self._next.shape[1]
        found = self._next[run, np.where(inside, place, 0)]
        return np.where(inside & (found < NEVER), found + self._first, NEVER)

    def working_day(self, days: Ints) -> Ints:
        """The first working day on or after each day."""
        return self.next(np.zeros(len(days), np.int64), days)


def _working(days: Ints) -> Flags:
    month = months(days)
    of_month = days - first_of_month(month) + 1
    free = [(month % 12 + 1 == m) & (of_month == d) for m, d in HOLIDAYS]
    return np.asarray((weekday(days) < 5) & ~np.logical_or.reduce(free))


def _scheduled(days: Ints, working: Flags) -> list[Flags]:
    of_month = days - first_of_month(months(days)) + 1
    weekly = [_moved(weekday(days) == day, _following(working)) for day in range(5)]
    half = _moved((of_month == 1) | (of_month == 15), _following(working))
    end = _moved(days == month_end(days), _preceding(working))
    return [*weekly, half, end]


def _following(flags: Flags) -> Ints:
    """For each place, the place of the first flag on or after it, else NEVER."""
    places = np.where(flags, np.arange(len(flags)), NEVER)
    return np.minimum.accumulate(places[::-1])[::-1]


def _preceding(flags: Flags) -> Ints:
    """For each place, the place of the last flag on or before it, else the first place."""
    return np.maximum.accumulate(np.where(flags, np.arange(len(flags)), 0))


def _moved(wanted: Flags, to: Ints) -> Flags:
    """Flags at the working days that stand in for the wanted ones."""
    moved = np.zeros(len(wanted), np.bool_)
    places = to[wanted]
    moved[places[places < len(wanted)]] = True
    return moved
