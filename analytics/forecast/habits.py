"""How each customer paid so far: what the sentences about an invoice say, and what simple forecasts go by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.forecast.arrays import Floats, Ints, summed
from analytics.forecast.calendar import WEEKDAYS, weekdays
from analytics.forecast.past import NEXT_TO_NOTHING, Past

FEWEST_FOR_A_DAY = 5
MOST_ON_A_DAY = 0.6
"""A customer has a day of the week if it paid so many invoices, and such a share of them on that day."""


@dataclass(frozen=True)
class Habits:
    """By customer key: days late, an invoice counting as one; those of everyone where a customer never paid."""

    settled: Ints
    """How many of its items are settled, by payment at least in part."""
    mean: Floats
    median: Floats
    weekday: Ints
    """The day of the week on which most payments came, Monday being 0; -1 where there is no such day."""


def habits(seen: Past) -> Habits:
    """The habits of every customer of the book, by what was known at the cut-off."""
    book, weight, late = seen.book, seen.paid, seen.book.age_when_settled
    customer, everyone = book.customer[book.settled_item], np.zeros(len(late), np.int64)
    in_order = book.settled_by_customer
    return Habits(
        settled=np.bincount(book.customer[seen.settled], minlength=book.customers),
        mean=_filled(_means(customer, late, weight, book.customers), _means(everyone, late, weight, 1)),
        median=_filled(
            _medians(customer[in_order], late[in_order], weight[in_order], book.customers),
            _medians(everyone, late[book.settled_by_age], weight[book.settled_by_age], 1),
        ),
        weekday=_weekday(customer, weekdays(book.effective), weight, book.customers),
    )


def _weekday(row: Ints, day: Ints, weight: Floats, rows: int) -> Ints:
    by_day = summed(row * WEEKDAYS + day, weight, rows * WEEKDAYS).reshape(rows, WEEKDAYS)
    most, whole = by_day.max(axis=1, initial=0.0), by_day.sum(axis=1)
    return np.where((whole >= FEWEST_FOR_A_DAY) & (most >= MOST_ON_A_DAY * whole), by_day.argmax(axis=1), -1)


def _means(row: Ints, values: Ints, weight: Floats, rows: int) -> Floats:
    total = summed(row, weight, rows)
    found: Floats = np.divide(summed(row, weight * values, rows), total, out=np.full(rows, np.nan), where=total > NEXT_TO_NOTHING)
    return found


def _medians(row: Ints, values: Ints, weight: Floats, rows: int) -> Floats:
    """The value of each row at which half of its weight is reached, rows and their values rising; not a number for an empty row."""
    reached = np.cumsum(weight)
    total = summed(row, weight, rows)
    ends = np.cumsum(total)
    half = np.searchsorted(reached, ends - total / 2 - NEXT_TO_NOTHING)
    found = np.full(rows, np.nan)
    some = total > NEXT_TO_NOTHING
    found[some] = values[half[some]]
    return found


def _filled(values: Floats, everyone: Floats) -> Floats:
    return np.where(np.isnan(values), np.nan_to_num(everyone[0]), values)
