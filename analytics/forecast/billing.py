"""What will be billed and paid within the horizon: contracts by their schedule, and other business as in the last sixteen weeks.

Each billing is followed by its customer's own chances from the day it is issued, under its own terms. A contract that has begun bills
on its schedule until it ends. Other business goes on as it did: so much a day, from the same customers, on the same terms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analytics.forecast.arrays import Floats, Ints, summed
from analytics.forecast.book import Plan
from analytics.forecast.calendar import Calendar
from analytics.forecast.hazards import Lives
from analytics.forecast.past import Past

RECENT_DAYS = 112
FEWEST_DAYS = 28
"""A younger book is taken to have billed in so many days what it has billed so far."""
ROWS_AT_ONCE = 2_000


@dataclass(frozen=True)
class Stream:
    """Billing to come: a row per billing that repeats or is due."""

    source: Ints
    """The item that it is like, or the contract that bills it."""
    customer: Ints
    amount: Floats
    """In its own currency; of business as usual what is billed a day."""
    paid: Floats
    """Row and edge -> how much of `amount` is paid by then."""
    after: Ints
    """Days from the cut-off to the billing; 0 where it is every day."""

    def billed_by(self, days: int) -> Ints:
        """How many times each is billed in so many days."""
        return np.where(self.after == 0, days, (self.after <= days).astype(np.int64))


def recent_items(seen: Past) -> Ints:
    """The positions of what was billed in the last sixteen weeks, but for contracts.

    What by itself makes up more than half of the billing in its currency is no habit, and left out.
    """
    book = seen.book
    recent = seen.alive & (book.issued > seen.cutoff - RECENT_DAYS) & ~book.by_contract
    billed = summed(book.own_currency, np.where(recent, book.amount, 0.0), int(book.own_currency.max(initial=-1)) + 1)
    return np.flatnonzero(recent & (book.amount <= billed[book.own_currency] / 2))


def new_business(seen: Past, found: Lives, calendar: Calendar, edges: Ints, items: Ints) -> Stream:
    """What is billed like the recent `items`, and paid, by each of `edges`."""
    book = seen.book
    first = int(book.issued[seen.alive].min(initial=seen.cutoff))
    days = min(max(seen.cutoff - first + 1, FEWEST_DAYS), RECENT_DAYS)
    alike, pair = np.unique(np.stack([book.customer[items], book.age_when_issued[items]]), axis=1, return_inverse=True)
    country = book.country[np.searchsorted(book.customer, alike[0])]

    def every_day(paid: Floats, _: slice) -> Floats:
        return np.cumsum(paid, axis=1)

    curve = _followed(found, calendar, edges, Debtors(alike[0], alike[1], country), every_day)
    return Stream(items, book.customer[items], book.amount[items] / days, curve[pair.ravel()], np.zeros_like(items))


def contracted(seen: Past, found: Lives, calendar: Calendar, edges: Ints) -> Stream:
    """What the contracts that have begun bill, and what is paid of it, by each of `edges`."""
    plan, days = seen.book.plan, int(edges.max())
    contract, after = billings(plan, seen.cutoff, days)

    def once(paid: Floats, part: slice) -> Floats:
        since = np.arange(1, days + 1) - after[part][:, None]
        return np.where(since >= 0, np.take_along_axis(paid, np.maximum(since, 0), axis=1), 0.0)

    debtors = Debtors(plan.customer[contract], -plan.terms[contract], plan.country[contract])
    return Stream(contract, debtors.customer, plan.amount[contract], _followed(found, calendar, edges, debtors, once), after)


def billings(plan: Plan, cutoff: int, days: int) -> tuple[Ints, Ints]:
    """The contract of each billing in the `days` after `cutoff`, and how many days after it is billed.

    Contracts that had not begun by the cut-off were not known. A billing falls on the day of the month of the first, or on the
    last day of a shorter month.
    """
    start = plan.start.astype("datetime64[D]")
    month = start.astype("datetime64[M]").astype(np.int64)
    day_of_month = (start - start.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)
    this_month = int(np.datetime64(cutoff, "D").astype("datetime64[M]").astype(np.int64))
    contracts, days_after = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for ahead in range(days // 28 + 2):
        billed_month = this_month + ahead
        first = int(np.datetime64(billed_month, "M").astype("datetime64[D]").astype(np.int64))
        last = int(np.datetime64(billed_month + 1, "M").astype("datetime64[D]").astype(np.int64)) - 1
        day = np.minimum(first + day_of_month, last)
        due = (plan.start <= cutoff) & ((billed_month - month) % plan.months == 0) & (day <= plan.end)
        found = np.flatnonzero(due & (day > cutoff) & (day <= cutoff + days))
        contracts.append(found)
        days_after.append(day[found] - cutoff)
    return np.concatenate(contracts), np.concatenate(days_after)


@dataclass(frozen=True)
class Debtors:
    """Who will be billed, a position per billing."""

    customer: Ints
    age: Ints
    """Days past due on the day of the billing: less than 0 by its terms."""
    country: Ints


def _followed(found: Lives, calendar: Calendar, edges: Ints, debtors: Debtors, billed: Callable[[Floats, slice], Floats]) -> Floats:
    """How much of each billing is paid by each of `edges`.

    `billed` makes, of what is paid on the day of the billing and each after it, what is paid on the first day and each after it.
    """
    days = int(edges.max())
    paid = np.zeros((len(debtors.customer), len(edges)))
    for begin in range(0, len(paid), ROWS_AT_ONCE):
        part = slice(begin, begin + ROWS_AT_ONCE)
        row, age = found.row_of(debtors.customer[part]), debtors.age[part]
        rising = np.zeros((len(row), days + 1))
        rising[:, 1:] = billed(found.by_age(row, age - 1, age[:, None] + np.arange(days)), part)
        most = billed(np.ones((len(row), days)), part)
        stepped = np.zeros_like(rising)
        stepped[:, 1:] = np.minimum(np.cumsum(calendar.stepped(rising, debtors.country[part]), axis=1), most)
        paid[part] = stepped[:, edges]
    return paid
