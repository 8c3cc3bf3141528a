"""Days sales outstanding and its relatives, as pure functions of exact sums; None is n/a, and nothing is rounded here.

"Sales" are credit sales of the period (invoices and debit notes less credit notes); AR is gross open. No sales, or more
credit than sales, leaves a figure of days undefined.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

Amount = Decimal | Fraction | int


@dataclass(frozen=True)
class Countback:
    """Days counted back; `exhausted` when the history was too short, so that the truth is "at least `days`"."""

    days: Fraction | None
    exhausted: bool = False


def simple(ar: Amount, sales: Amount, days: int) -> Fraction | None:
    """AR / sales x days; best-possible DSO is the same with the part of AR that is not past due."""
    return Fraction(ar) / Fraction(sales) * days if sales > 0 else None


def average(opening: Amount, ending: Amount, sales: Amount, days: int) -> Fraction | None:
    """(opening + ending AR) / 2 / sales x days."""
    return simple((Fraction(opening) + Fraction(ending)) / 2, sales, days)


def average_days_delinquent(ar: Amount, not_due: Amount, sales: Amount, days: int) -> Fraction | None:
    """DSO less best-possible DSO, both simple."""
    return simple(Fraction(ar) - Fraction(not_due), sales, days)


def countback_monthly(ar: Amount, months: Iterable[tuple[Amount, int]]) -> Countback:
    """Walks `months` (sales, days), newest first, taking whole months off AR while it lasts, then the part of one.

    A month without sales adds its days; one with more credit than sales is netted. Ends when nothing is left of AR.
    """
    left, counted = Fraction(ar), 0
    if left < 0:
        return Countback(None)
    for sales, days in months:
        if left == 0:
            return Countback(Fraction(counted))
        if left < sales:
            return Countback(counted + days * left / Fraction(sales))
        counted, left = counted + days, left - Fraction(sales)
    return Countback(Fraction(counted), exhausted=left > 0)


def countback_daily(ar: Amount, daily_sales: Iterable[Amount]) -> Countback:
    """The smallest number of days back whose summed sales reach AR, linear inside the last; `daily_sales` newest first."""
    if ar <= 0:
        return Countback(Fraction(0) if ar == 0 else None)
    target, reached, counted = Fraction(ar), Fraction(0), 0
    for sales in daily_sales:
        if reached + Fraction(sales) >= target:
            return Countback(counted + (target - reached) / Fraction(sales))
        reached, counted = reached + Fraction(sales), counted + 1
    return Countback(Fraction(counted), exhausted=True)


def cei(opening: Amount, sales: Amount, ending: Amount, ending_not_due: Amount) -> Fraction | None:
    """Collection effectiveness, a percentage: what was collected of what could have been collected in the period."""
    collectable = Fraction(opening) + Fraction(sales) - Fraction(ending_not_due)
    return (Fraction(opening) + Fraction(sales) - Fraction(ending)) / collectable * 100 if collectable else None


def turnover(opening: Amount, ending: Amount, sales: Amount) -> Fraction | None:
    """Sales of the period / average AR; not annualised."""
    mean = (Fraction(opening) + Fraction(ending)) / 2
    return Fraction(sales) / mean if mean else None


def collection_period(opening: Amount, ending: Amount, sales: Amount, days: int) -> Fraction | None:
    """Days of the period / turnover."""
    turned = turnover(opening, ending, sales)
    return days / turned if turned else None


def weighted(amount_days: Amount, amount: Amount) -> Fraction | None:
    """Sum(amount x days) / sum(amount): days weighted by amount; a share, where the first is part of the second."""
    return Fraction(amount_days) / Fraction(amount) if amount else None
