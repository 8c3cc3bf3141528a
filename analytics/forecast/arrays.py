"""Arrays of numbers: their types, their sums, and days as numbers since 1970-01-01."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

EPOCH = date(1970, 1, 1)


def summed(row: Ints, amounts: Floats, rows: int) -> Floats:
    """The sum of `amounts` in each of so many rows; the same for the same order, to the last digit."""
    return np.asarray(np.bincount(row, amounts, rows), np.float64)


def total(amounts: Floats) -> float:
    """The sum of `amounts`, one after the other: zeros among them change no digit of it."""
    return float(summed(np.zeros(len(amounts), np.int64), amounts, 1)[0])


def number_of(day: date) -> int:
    """`day` as a number of days."""
    return (day - EPOCH).days


def date_of(number: int) -> date:
    """The date of a number of days."""
    return EPOCH + timedelta(days=number)
