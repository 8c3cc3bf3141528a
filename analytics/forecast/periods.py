"""The days a forecast speaks of: spans counted in days after the as-of day, and which of them money can come in on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from analytics import dates
from analytics.errors import UsageError
from analytics.forecast.arrays import Flags, Ints

Span = tuple[int, int]
"""(after, to]: the days after day `after` up to and including day `to`, counted from the as-of day."""

EVERY = ("week", "day", "month")
LONGEST_HORIZON = 366
CUMULATIVE_DAYS = (30, 60, 90)
MONDAY_OF_EPOCH = 3
"""1970-01-01 was a Thursday, the fourth day of a week that starts with day 0, a Monday."""
SATURDAY = 5


def spans(day: date, horizon_days: int, every: str) -> tuple[Span, ...]:
    """The periods of the `horizon_days` after `day`: days, weeks of seven from the first, or pieces of calendar months.

    The last ends with the horizon. Raises `UsageError` for another word or a horizon that is not of 1 to 366 days.
    """
    if every not in EVERY:
        raise UsageError(f"'{every}' is not one of {', '.join(EVERY)}")
    if not 1 <= horizon_days <= LONGEST_HORIZON:
        raise UsageError(f"a horizon of {horizon_days} days: it has 1 to {LONGEST_HORIZON}")
    ends = [end for end in _ends(day, horizon_days, every) if end < horizon_days] + [horizon_days]
    return tuple(zip([0, *ends[:-1]], ends, strict=True))


def _ends(day: date, horizon_days: int, every: str) -> list[int]:
    if every == "month":
        months = dates.period_ends(day + timedelta(days=1), day + timedelta(days=horizon_days), "month")
        return [(end - day).days for end in months]
    step = 7 if every == "week" else 1
    return list(range(step, horizon_days + step, step))


def cumulative_spans() -> tuple[Span, ...]:
    """From the day after the as-of day to the 30th, 60th and 90th."""
    return tuple((0, days) for days in CUMULATIVE_DAYS)


def edges_of(*layouts: Sequence[Span]) -> Ints:
    """Every day on which a span of `layouts` begins or ends, rising, each once."""
    return np.unique(np.array([edge for layout in layouts for span in layout for edge in span], np.int64))


def working_edges(day: int, edges: Ints) -> Ints:
    """`edges` (days after `day`), those on a Saturday or Sunday set back to the Friday before: nothing more comes in until Monday."""
    weekday = (day + edges + MONDAY_OF_EPOCH) % 7
    return np.maximum(edges - np.maximum(weekday - SATURDAY + 1, 0), 0)


def working_days(days: Ints) -> Ints:
    """`days`, those on a Saturday or Sunday set forward to the Monday after."""
    weekday = (days + MONDAY_OF_EPOCH) % 7
    return days + np.where(weekday >= SATURDAY, 7 - weekday, 0)


def on_weekend(days: Ints) -> Flags:
    """Whether each of `days` is a Saturday or Sunday."""
    return (days + MONDAY_OF_EPOCH) % 7 >= SATURDAY
