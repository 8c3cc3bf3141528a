"""Book dates: days without time or zone, half-open periods, and the one place that reads the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from analytics.errors import UsageError

BEGINNING = date(1900, 1, 1)
"""The earliest legal book date."""

LATEST = date(2100, 12, 31)
"""The latest legal book date, in books and in questions."""

FOREVER = date(2200, 1, 1)
"""The exclusive end of what has not ended; later than any date that can be asked for, so `D < valid_to` holds."""


def today() -> date:
    """The current day on this machine's calendar."""
    return date.today()


def now() -> datetime:
    """The current moment in UTC, to the second, for stamps on loads and exports."""
    return datetime.now(UTC).replace(microsecond=0)


def parse(text: str, *, what: str = "date") -> date:
    """Reads `YYYY-MM-DD`; raises `UsageError` naming `what` otherwise."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{what} '{text}' is not a date like 2026-06-30") from None
    if len(text) != 10 or not BEGINNING <= day <= LATEST:
        raise UsageError(f"{what} '{text}' is not a date from {BEGINNING} to {LATEST}, like 2026-06-30")
    return day


def month_start(day: date) -> date:
    """The first day of the month of `day`."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """The last day of the month of `day`."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def period_end(day: date, every: str) -> date:
    """The last day of the month, week (Sunday) or day that holds `day`."""
    if every == "month":
        return month_end(day)
    if every == "week":
        return day + timedelta(days=6 - day.weekday())
    if every == "day":
        return day
    raise UsageError(f"'{every}' is not one of month, week, day")


def period_ends(start: date, end: date, every: str) -> Iterator[date]:
    """Every period end from `start` to `end`, both included."""
    day = period_end(start, every)
    while day <= end:
        yield day
        day = period_end(day + timedelta(days=1), every)
