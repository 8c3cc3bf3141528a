"""How the pages write: the one rule for money, dates and numbers, and what only a page has to say."""

from __future__ import annotations

import re
from datetime import datetime

from analytics.formats import (
    NOT_AVAILABLE,
    amount,
    count,
    day,
    day_pattern,
    days,
    follow,
    followed,
    items,
    money,
    number,
    percent,
    separators,
    short,
    sign,
)

__all__ = [
    "NOT_AVAILABLE",
    "amount",
    "bare",
    "count",
    "day",
    "day_pattern",
    "days",
    "follow",
    "followed",
    "items",
    "late",
    "moment",
    "money",
    "number",
    "percent",
    "plain",
    "separators",
    "short",
    "sign",
]
_MARKDOWN = frozenset("\\`*_{}[]()<>#+-.!|~$:&")


def late(days_late: int) -> str:
    """How late something is: `86 d`, `due today`, `due in 12 d`."""
    if days_late > 0:
        return f"{count(days_late)} d"
    return f"due in {count(-days_late)} d" if days_late else "due today"


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
