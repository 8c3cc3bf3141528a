"""How the pages write: the one rule for money, dates and numbers, and what only a page has to say."""

from __future__ import annotations

import re
from datetime import date, datetime
from fractions import Fraction

from analytics.formats import (
    NOT_AVAILABLE,
    UNPARTED,
    amount,
    change,
    count,
    day,
    day_pattern,
    days,
    follow,
    followed,
    items,
    measure,
    money,
    number,
    percent,
    separators,
    short,
    sign,
)

__all__ = [
    "NOT_AVAILABLE",
    "UNPARTED",
    "amount",
    "bare",
    "change",
    "count",
    "day",
    "day_pattern",
    "days",
    "follow",
    "followed",
    "items",
    "late",
    "measure",
    "moment",
    "money",
    "number",
    "percent",
    "plain",
    "separators",
    "short",
    "sign",
    "size",
    "span",
]
_MARKDOWN = frozenset("\\`*_{}[]()<>#+-.!|~$:&")


def late(days_late: int) -> str:
    """How late something is: `86 d`, `due today`, `due in 12 d`."""
    if days_late > 0:
        return measure(days_late, 0, " d")
    return f"due in {measure(-days_late, 0, ' d')}" if days_late else "due today"


def size(octets: int) -> str:
    """How large a file is: `12.6 MB`."""
    return measure(Fraction(octets, 10**6), 1, " MB")


def span(first: date, last: date) -> str:
    """`1 Jun 2026 to 7 Jun 2026`."""
    return f"{day(first)} to {day(last)}"


def moment(value: datetime) -> str:
    """A moment of the books' own clock: `20 Nov 2026, 14:05 UTC`."""
    return f"{day(value.date())}, {value:%H:%M} UTC"


def plain(text: object) -> str:
    """`text` of a user, with what Markdown would take for itself made harmless."""
    return "".join(f"\\{letter}" if letter in _MARKDOWN else letter for letter in str(text))


def bare(text: str) -> str:
    """Markdown of the pages as the words a reader sees."""
    return _ESCAPED_OR_BOLD.sub(lambda found: found[1] or "", text).strip()


_ESCAPED_OR_BOLD = re.compile(r"\\(.)|\*\*")
