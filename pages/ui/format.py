"""The one rule for how money, dates and numbers are written; the decimal point and the comma are the same everywhere."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from analytics.money import minor_unit, rounded_to

NOT_AVAILABLE = "n/a"
"""An undefined figure is neither 0 nor empty."""

SYMBOLS: dict[str, str] = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹"}
"""Signs that mean one currency here; the others are written by their code."""

_STEPS = ((Decimal(10) ** 12, "T"), (Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "k"))
_SHORT_DIGITS = 3

Number = Decimal | Fraction | int


def sign(currency: str) -> str:
    """What stands before an amount: `€`, or `CHF ` with its space."""
    return SYMBOLS.get(currency, f"{currency} ")


def amount(value: Number | None, currency: str) -> str:
    """An amount to its currency's last coin, without the currency: `1,234.50`."""
    return NOT_AVAILABLE if value is None else f"{_rounded(value, minor_unit(currency)):,}"


def money(value: Number | None, currency: str) -> str:
    """An amount to its currency's last coin: `€1,234.50`, `-CHF 12.00`."""
    return NOT_AVAILABLE if value is None else _signed(amount(abs(value), currency), value, currency)


def short(value: Number | None, currency: str) -> str:
    """An amount to three digits, for headlines and axes: `€7.73M`, `$364k`, `¥950`."""
    if value is None:
        return NOT_AVAILABLE
    size = abs(value)
    for step, letter in _STEPS:
        scaled = Fraction(size) / Fraction(step)
        if scaled >= Fraction(9995, 10000):
            places = max(0, _SHORT_DIGITS - len(str(int(scaled + Fraction(1, 2000)))))
            return _signed(f"{_rounded(scaled, places)}{letter}", value, currency)
    return _signed(f"{_rounded(size, 0):,}", value, currency)


def percent(share: Number | None, places: int = 1) -> str:
    """A fraction as a percentage: `41.1%`."""
    return NOT_AVAILABLE if share is None else f"{_rounded(Fraction(share) * 100, places)}%"


def days(value: Number | None) -> str:
    """A figure of days: `56.8 days`."""
    return NOT_AVAILABLE if value is None else f"{_rounded(value, 1)} days"


def count(value: int) -> str:
    """A count: `12,345`."""
    return f"{value:,}"


def items(value: int, noun: str = "item") -> str:
    """A count with its noun: `1 item`, `2,000 items`."""
    return f"{value:,} {noun}" if value == 1 else f"{value:,} {noun}s"


def day(value: date | None) -> str:
    """A book date: `20 Nov 2026`."""
    return NOT_AVAILABLE if value is None else f"{value.day} {value:%b %Y}"


def moment(value: datetime) -> str:
    """A moment of the books' own clock: `20 Nov 2026, 14:05 UTC`."""
    return f"{day(value.date())}, {value:%H:%M} UTC"


def plain(text: object) -> str:
    """`text` of a user, with what Markdown would take for itself made harmless."""
    return "".join(f"\\{letter}" if letter in _MARKDOWN else letter for letter in str(text))


_MARKDOWN = frozenset("\\`*_{}[]()<>#+-.!|~$:&")


def _rounded(value: Number, places: int) -> Decimal:
    return rounded_to(value if isinstance(value, Fraction) else Decimal(value), places)


def _signed(text: str, value: Number, currency: str) -> str:
    return f"{'-' if value < 0 else ''}{sign(currency)}{text}"
