"""How each customer paid so far: what the sentences about an invoice say, and what simple forecasts go by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.forecast.arrays import Floats, Ints, summed
from analytics.forecast.past import NEXT_TO_NOTHING, Past


@dataclass(frozen=True)
class Habits:
    """By customer key: days late, an invoice counting as one; those of everyone where a customer never paid."""

    settled: Ints
    """How many of its items are settled, by payment at least in part."""
    mean: Floats
    median: Floats


def habits(seen: Past) -> Habits:
    """The habits of every customer of the book, by what was known at the cut-off."""
    book = seen.book
    customers = int(book.customer.max(initial=-1)) + 1
    counts = book.by_payment & (seen.weight > NEXT_TO_NOTHING)
    customer, late, weight = book.customer[book.settled_item[counts]], book.age_when_settled[counts], seen.weight[counts]
    everyone = np.zeros(len(late), np.int64)
    return Habits(
        settled=np.bincount(book.customer[seen.settled], minlength=customers),
        mean=_filled(_means(customer, late, weight, customers), _means(everyone, late, weight, 1)),
        median=_filled(_medians(customer, late, weight, customers), _medians(everyone, late, weight, 1)),
    )


def _means(row: Ints, values: Ints, weight: Floats, rows: int) -> Floats:
    total = summed(row, weight, rows)
    found: Floats = np.divide(summed(row, weight * values, rows), total, out=np.full(rows, np.nan), where=total > 0)
    return found


def _medians(row: Ints, values: Ints, weight: Floats, rows: int) -> Floats:
    """The value of each row at which half of its weight is reached; not a number for an empty row."""
    order = np.lexsort((values, row))
    reached = np.cumsum(weight[order])
    total = summed(row, weight, rows)
    ends = np.cumsum(total)
    half = np.searchsorted(reached, ends - total / 2 - NEXT_TO_NOTHING)
    found = np.full(rows, np.nan)
    some = total > 0
    found[some] = values[order][half[some]]
    return found


def _filled(values: Floats, everyone: Floats) -> Floats:
    return np.where(np.isnan(values), np.nan_to_num(everyone[0]), values)
