"""The one rule for how money, dates and numbers are written, everywhere on the pages: as the installation's settings say."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from analytics.money import minor_unit, rounded_to
from analytics.settings import Settings

NOT_AVAILABLE = "n/a"
"""An undefined figure is neither 0 nor empty."""

SYMBOLS: dict[str, str] = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹"}
"""Signs that mean one currency here; the others are written by their code."""

_STEPS = ((Decimal(10) ** 12, "T"), (Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "k"))
_SHORT_DIGITS = 3

Number = Decimal | Fraction | int

_DAYS = {"2026-11-20": "%Y-%m-%d", "20/11/2026": "%d/%m/%Y", "11/20/2026": "%m/%d/%Y", "20.11.2026": "%d.%m.%Y"}
_TABLE_DAYS = {
    "20 Nov 2026": "D MMM YYYY",
    "2026-11-20": "YYYY-MM-DD",
    "20/11/2026": "DD/MM/YYYY",
    "11/20/2026": "MM/DD/YYYY",
    "20.11.2026": "DD.MM.YYYY",
}
_followed = Settings()


def follow(settings: Settings) -> None:
    """Writes as `settings` say from now on: a server serves one installation, so that all its pages do."""
    global _followed
    _followed = settings


def separators() -> str:
    """What parts decimals and thousands, in the order in which charts want them."""
    thousands, decimals = _followed.separators
    return decimals + thousands


def table_day() -> str:
    """How a column of days is written, in the words of the tables."""
    return _TABLE_DAYS[_followed.dates]


def sign(currency: str) -> str:
    """What stands before an amount: `€`, or `CHF ` with its space."""
    return SYMBOLS.get(currency, f"{currency} ") if _followed.currency == "sign" else f"{currency} "


def amount(value: Number | None, currency: str) -> str:
    """An amount to its currency's last coin, without the currency: `1,234.50`."""
    return NOT_AVAILABLE if value is None else _local(_rounded(value, minor_unit(currency)))


def money(value: Number | None, currency: str) -> str:
    """An amount to its currency's last coin: `€1,234.50`, `-CHF 12.00`."""
    return NOT_AVAILABLE if value is None else _signed(_unsigned(value, currency), value, currency)


def short(value: Number | None, currency: str) -> str:
    """An amount to three digits, for headlines and axes: `€7.73M`, `$364k`, `¥950`."""
    if value is None:
        return NOT_AVAILABLE
    size = abs(value)
    for step, letter in _STEPS:
        scaled = Fraction(size) / Fraction(step)
        if scaled >= Fraction(9995, 10000):
            places = max(0, _SHORT_DIGITS - len(str(int(scaled + Fraction(1, 2000)))))
            return _signed(f"{_local(_rounded(scaled, places))}{letter}", value, currency)
    return _signed(_local(_rounded(size, 0)), value, currency)


def percent(share: Number | None, places: int = 1) -> str:
    """A fraction as a percentage: `41.1%`."""
    return NOT_AVAILABLE if share is None else f"{_local(_rounded(Fraction(share) * 100, places))}%"


def days(value: Number | None) -> str:
    """A figure of days: `56.8 days`."""
    return NOT_AVAILABLE if value is None else f"{_local(_rounded(value, 1))} days"


def number(value: Number | None, places: int) -> str:
    """A plain number: `1,234.5`."""
    return NOT_AVAILABLE if value is None else _local(_rounded(value, places))


def count(value: int) -> str:
    """A count: `12,345`."""
    return _local(Decimal(value))


def items(value: int, noun: str = "item") -> str:
    """A count with its noun: `1 item`, `2,000 items`."""
    return f"{count(value)} {noun}" if value == 1 else f"{count(value)} {noun}s"


def day(value: date | None) -> str:
    """A book date: `20 Nov 2026`."""
    if value is None:
        return NOT_AVAILABLE
    return f"{value:{_DAYS[_followed.dates]}}" if _followed.dates in _DAYS else f"{value.day} {value:%b %Y}"


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


_MARKDOWN = frozenset("\\`*_{}[]()<>#+-.!|~$:&")


def _rounded(value: Number, places: int) -> Decimal:
    return rounded_to(value if isinstance(value, Fraction) else Decimal(value), places)


def _unsigned(value: Number, currency: str) -> str:
    return _local(_rounded(abs(value), minor_unit(currency)))


def _local(number: Decimal) -> str:
    thousands, decimals = _followed.separators
    return _negative(f"{abs(number):,}".translate(str.maketrans(",.", thousands + decimals)), number < 0)


def _signed(text: str, value: Number, currency: str) -> str:
    return _negative(f"{sign(currency)}{text}", value < 0)


def _negative(text: str, below_zero: bool) -> str:
    if not below_zero:
        return text
    return f"({text})" if _followed.negative == "parentheses" else f"-{text}"
