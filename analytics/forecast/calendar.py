"""On which days money comes in: weekdays, holidays of the customer's country, the place in the month, learned from the ledger.

A day's factor says how much likelier a payment is on it than the ages of the open items alone would have it. It is what came in on
such days over what the daily chances expected of them, drawn towards 1 where there is little to go by. Days on which hardly
anything ever comes in are *closed*: what would have been paid on them is paid on the next open day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays
import numpy as np

from analytics.forecast.arrays import EPOCH, Flags, Floats, Ints, summed, total
from analytics.forecast.past import OLDEST, YOUNGEST, Past

LEARNED_DAYS = 728
"""How far back the calendar is learned: two years of whole weeks."""
EVIDENCE = 5.0
"""So many payments of a day's kind make its own record weigh as much as a factor of 1."""
CLOSED = 0.1
"""A kind of day with a smaller factor is closed."""
CLOSED_EVIDENCE = 20.0
"""So many payments must have been expected on such days before they are called closed."""
ROUNDS = 3
MONTH_STARTS = np.array([1, 2, 6, 11, 16, 21, 26])
"""The first days of the places in a month; its last three days, and its last, are two more."""
PLACES = len(MONTH_STARTS) + 2
WEEKDAYS = 7
WEEKEND = slice(5, 7)
WEEKEND_SHARE = 0.01
"""A book keeps weekends if no more than such a share of its payments came on one, whatever was to be expected."""


@dataclass(frozen=True)
class Calendar:
    """The days after a cut-off: a row for each country of the book, a column per day, the first being the day after."""

    factor: Floats
    """How likely a payment is on an open day, beside its age alone."""
    last_open: Ints
    """The latest open day on or before each, counted from the cut-off; 0 is the cut-off itself."""
    weekday: Floats
    """Of Monday to Sunday: the factor on open days; 0 where closed."""

    def open_day(self, day: Ints, country: Ints) -> Ints:
        """The first open day on or after each `day`, counted from the cut-off, by the calendar of its `country`."""
        days = self.last_open.shape[1]
        numbers = np.arange(1, days + 1)
        open_days = np.where(self.last_open == numbers, numbers, days + 1)
        coming = np.minimum.accumulate(open_days[:, ::-1], axis=1)[:, ::-1]
        inside = (day >= 1) & (day <= days)
        return np.where(inside, coming[country, np.clip(day, 1, days) - 1], day)

    def stepped(self, rising: Floats, country: Ints) -> Floats:
        """What of `rising`, a row each and a column for 0 to so many days, falls on each day by the calendar of its `country`."""
        days = rising.shape[1] - 1
        carried = np.take_along_axis(rising, self.last_open[country, :days], axis=1)
        found: Floats = np.diff(carried, axis=1, prepend=0.0) * self.factor[country, :days]
        return found


def calendar(seen: Past, daily: Floats, days: int) -> Calendar:
    """What the ledger teaches about the `days` after the cut-off; `daily` is everyone's chance of payment by age."""
    book = seen.book
    first = seen.cutoff - LEARNED_DAYS + 1
    expected, came = _expected(seen, daily, first), _came(seen, first)
    expected *= came.sum() / max(float(expected.sum()), 1e-9)
    learned, ahead = np.arange(first, seen.cutoff + 1), np.arange(seen.cutoff + 1, seen.cutoff + 1 + days)
    weekday, place = weekdays(learned), places(learned)
    sums = np.bincount(weekday, came, WEEKDAYS), np.bincount(weekday, expected, WEEKDAYS)
    shut = (sums[0] < CLOSED * sums[1]) & (sums[1] > CLOSED_EVIDENCE)
    if sums[0].sum() >= CLOSED_EVIDENCE and sums[0][WEEKEND].sum() < WEEKEND_SHARE * sums[0].sum():
        shut[WEEKEND] = True
    holiday = _holiday_factor(seen, expected, shut[weekday], first)
    carried = _carried(expected, shut[weekday])
    by_weekday, by_place = np.ones(WEEKDAYS), np.ones(PLACES)
    for _ in range(ROUNDS):
        by_weekday = _ratio(weekday, came, carried * by_place[place], WEEKDAYS)
        by_place = _ratio(place, came, carried * by_weekday[weekday], PLACES)
    by_weekday[shut] = 0.0
    factor = np.tile(by_weekday[weekdays(ahead)] * by_place[places(ahead)], (len(book.countries), 1))
    closed = np.tile(shut[weekdays(ahead)], (len(book.countries), 1))
    for row, country in enumerate(book.countries):
        off = days_off(country, ahead)
        closed[row] |= off & (holiday < CLOSED)
        factor[row] = np.where(off & ~closed[row], factor[row] * holiday, factor[row])
    last_open = np.maximum.accumulate(np.where(closed, 0, np.arange(1, days + 1)), axis=1)
    return Calendar(factor, last_open, by_weekday)


def _expected(seen: Past, daily: Floats, first: int) -> Floats:
    """What the ages of the open items alone expected of each day from `first` to the cut-off.

    Items at risk are counted by due date and day: one enters on its first day and leaves the day after its end.
    """
    book, days = seen.book, seen.cutoff - first + 1
    dues = days + OLDEST - YOUNGEST + 1
    earliest = first - OLDEST
    change = np.zeros((dues, days + 1))
    of_settled = book.settled_item
    for item, day, weight in (
        (slice(None), book.issued, np.where(seen.alive, seen.weight, 0.0)),
        (of_settled, book.effective + 1, -seen.part * seen.weight[of_settled]),
    ):
        row = book.due[item] - earliest
        inside = (row >= 0) & (row < dues) & (weight != 0.0) & (day <= seen.cutoff)
        place = row[inside] * (days + 1) + np.maximum(day[inside] - first, 0)
        change += summed(place, weight[inside], dues * (days + 1)).reshape(dues, days + 1)
    at_risk = np.cumsum(change[:, :days], axis=1)
    expected = np.zeros(days)
    ages = np.arange(YOUNGEST, OLDEST + 1)
    for column in range(days):
        row = first + column - ages - earliest
        expected[column] = at_risk[row, column] @ daily[: len(ages)]
    return expected


def _came(seen: Past, first: int) -> Floats:
    book = seen.book
    inside = (book.effective >= first) & (book.effective <= seen.cutoff)
    item = book.settled_item[inside]
    return summed(book.effective[inside] - first, seen.paid[inside] * seen.weight[item], seen.cutoff - first + 1)


def _holiday_factor(seen: Past, expected: Floats, shut: Flags, first: int) -> float:
    """How likely a payment is on a holiday of its customer's country that is no closed weekday.

    Without evidence: as likely as on any day, or hardly where days of the week are closed.
    """
    book = seen.book
    inside = (book.effective >= first) & (book.effective <= seen.cutoff)
    country, day = book.country[book.settled_item[inside]], book.effective[inside] - first
    weight = seen.paid[inside] * seen.weight[book.settled_item[inside]]
    share = summed(country, weight, len(book.countries))
    share = share / max(float(share.sum()), 1e-9)
    paid = hoped = 0.0
    days = np.arange(first, seen.cutoff + 1)
    for place, name in enumerate(book.countries):
        off = days_off(name, days) & ~shut
        paid += total(np.where((country == place) & off[day], weight, 0.0))
        hoped += float(share[place] * expected[off].sum())
    prior = CLOSED / 2 if shut.any() else 1.0
    return (paid + EVIDENCE * prior) / (hoped + EVIDENCE)


def _carried(expected: Floats, shut: Flags) -> Floats:
    """What is expected of closed days, added to the next open one."""
    found = expected.copy()
    for day in np.flatnonzero(shut):
        if day + 1 < len(found):
            found[day + 1] += found[day]
        found[day] = 0.0
    return found


def _ratio(kind: Ints, came: Floats, expected: Floats, kinds: int) -> Floats:
    found: Floats = (np.bincount(kind, came, kinds) + EVIDENCE) / (np.bincount(kind, expected, kinds) + EVIDENCE)
    return found


def weekdays(days: Ints) -> Ints:
    """The weekday of each of `days`, Monday being 0: 1970-01-01 was a Thursday."""
    return (days + 3) % WEEKDAYS


def places(days: Ints) -> Ints:
    """The place of each of `days` in its month."""
    day = days.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    of_month = (day - month.astype("datetime64[D]")).astype(np.int64) + 1
    left = ((month + 1).astype("datetime64[D]") - day).astype(np.int64) - 1
    found = np.searchsorted(MONTH_STARTS, of_month, side="right") - 1
    found = np.where(left < 3, len(MONTH_STARTS), found)
    return np.where(left == 0, len(MONTH_STARTS) + 1, found)


def days_off(country: str | None, days: Ints) -> Flags:
    """Which of `days` are public holidays of `country`; none of one nobody knows."""
    if country is None or not len(days):
        return np.zeros(len(days), np.bool_)
    years = range(_day(days.min()).year, _day(days.max()).year + 1)
    off = [number for year in years for number in _holidays(country.upper(), year)]
    return np.isin(days, off)


@cache
def _holidays(country: str, year: int) -> tuple[int, ...]:
    try:
        found = holidays.country_holidays(country, years=year, expand=False)
    except NotImplementedError:
        return ()
    return tuple(sorted((day - EPOCH).days for day in found if day.year == year))


def _day(number: int) -> date:
    return EPOCH + timedelta(days=int(number))
