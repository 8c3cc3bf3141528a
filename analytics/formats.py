"""The one rule for how money, dates and numbers are written, on the pages and in every document: as the installation's settings say.

Files for machines (CSV, Parquet, JSON) have no part in it: they are written in one way everywhere.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from analytics.money import minor_unit, rounded_to
from analytics.settings import Settings

NOT_AVAILABLE = "n/a"
"""An undefined figure is neither 0 nor empty."""

SYMBOLS: dict[str, str] = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹"}
"""Signs that mean one currency here; the others are written by their code."""

UNPARTED = "\N{NO-BREAK SPACE}"
"""Stands between a number and its unit, its currency's code or its next three digits, which no line break may part."""

_STEPS = ((Decimal(10) ** 12, "T"), (Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "k"))
_SHORT_DIGITS = 3
_ONE_PLACE_BELOW = 10

Number = Decimal | Fraction | int

_DAYS = {"2026-11-20": "%Y-%m-%d", "20/11/2026": "%d/%m/%Y", "11/20/2026": "%m/%d/%Y", "20.11.2026": "%d.%m.%Y"}
_DAY_PATTERNS = {
    "20 Nov 2026": "D MMM YYYY",
    "2026-11-20": "YYYY-MM-DD",
    "20/11/2026": "DD/MM/YYYY",
    "11/20/2026": "MM/DD/YYYY",
    "20.11.2026": "DD.MM.YYYY",
}
_followed = Settings()


def follow(settings: Settings) -> None:
    """Writes as `settings` say from now on: a process serves one installation, so that all it writes does."""
    global _followed
    _followed = settings


def followed() -> Settings:
    """The settings by which everything is written now."""
    return _followed


def separators() -> str:
    """What parts decimals and thousands, in the order in which charts want them."""
    thousands, decimals = _followed.separators
    return decimals + _kept(thousands)


def day_pattern() -> str:
    """How a day is written, in letters for day, month and year: `D MMM YYYY`."""
    return _DAY_PATTERNS[_followed.dates]


def number_pattern(places: int, unit: str = "") -> str:
    """How a spreadsheet is to show a number: `#,##0.00`. What parts thousands and decimals there is its reader's own choice."""
    digits = ("0" if unit else "#,##0") + ("." + "0" * places if places else "") + unit
    return f"{digits}_);({digits})" if _followed.negative == "parentheses" else digits


def sign(currency: str) -> str:
    """What stands before an amount: `€`, or `CHF ` with its space."""
    code = currency + UNPARTED
    return SYMBOLS.get(currency, code) if _followed.currency == "sign" else code


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
    size, letter, places = _scaled(value)
    return _signed(f"{_local(_rounded(size, places))}{letter}", value, currency)


def brief(value: Number) -> str:
    """A number to at most three digits, without zeros at its end: `7.73M`, `40k`, `0.5`. For axes and the labels of charts."""
    size, letter, places = _scaled(value)
    if not letter and size < _ONE_PLACE_BELOW:
        places = 1
    shown = _rounded(size, places)
    whole = shown.to_integral_value()
    return negative(f"{_local(whole if whole == shown else shown.normalize())}{letter}", value < 0 and bool(shown))


def _scaled(value: Number) -> tuple[Fraction, str, int]:
    """The size of `value` in its step, the step's letter, and the decimals that make three digits."""
    size = abs(Fraction(value))
    for step, letter in _STEPS:
        scaled = size / Fraction(step)
        if scaled >= Fraction(9995, 10000):
            return scaled, letter, max(0, _SHORT_DIGITS - len(str(int(scaled + Fraction(1, 2000)))))
    return size, "", 0


def percent(share: Number | None, places: int = 1) -> str:
    """A fraction as a percentage: `41.1%`."""
    if share is None:
        return NOT_AVAILABLE
    points = _rounded(Fraction(share) * 100, places)
    return negative(f"{_local(abs(points))}%", points < 0)


def days(value: Number | None) -> str:
    """A figure of days: `56.8 days`."""
    return measure(value, 1, " days")


def measure(value: Number | None, places: int, unit: str) -> str:
    """A number with its `unit`, which stays with it: `20.6 d`, `1.85 x`."""
    return NOT_AVAILABLE if value is None else number(value, places) + _kept(unit)


def change(value: Number, places: int, unit: str) -> str:
    """By how much something rose or fell: `+2.2 d`, `-6.5%`. The sign is what a change is about: no setting leaves it out."""
    rounded = _rounded(value, places)
    return f"{'-' if rounded < 0 else '+'}{_local(abs(rounded))}{_kept(unit)}"


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


def _rounded(value: Number, places: int) -> Decimal:
    return rounded_to(value if isinstance(value, Fraction) else Decimal(value), places)


def _kept(unit: str) -> str:
    return unit.replace(" ", UNPARTED)


def _unsigned(value: Number, currency: str) -> str:
    return _local(_rounded(abs(Fraction(value)), minor_unit(currency)))


def _local(number: Decimal) -> str:
    thousands, decimals = _followed.separators
    return negative(f"{abs(number):,}".translate(str.maketrans(",.", _kept(thousands) + decimals)), number < 0)


def _signed(text: str, value: Number, currency: str) -> str:
    return negative(f"{sign(currency)}{text}", value < 0)


def negative(text: str, below_zero: bool) -> str:
    """`text` of a number's size with the sign that it has `below_zero`."""
    if not below_zero:
        return text
    return f"({text})" if _followed.negative == "parentheses" else f"-{text}"
