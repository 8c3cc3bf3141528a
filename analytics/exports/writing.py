"""How a document writes a cell: the same digits, signs and dates as the pages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from analytics.exports.document import Figure, Kind, Value
from analytics.money import minor_unit, rounded_to

NOT_AVAILABLE = "n/a"
"""An undefined figure is neither 0 nor empty."""

PLACES: dict[Kind, int] = {"percent": 1, "days": 1, "ratio": 2, "count": 0}
SYMBOLS: dict[str, str] = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹"}
_STEPS = ((Decimal(10) ** 12, "T"), (Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "k"))


def written(value: Value, kind: Kind, currency: str = "") -> str:
    """A cell as text: `1,234.50` (to the last coin of `currency`), `41.1%`, `56.8`, `20 Nov 2026`; nothing for an empty text."""
    if isinstance(value, date):
        return f"{value.day} {value:%b %Y}"
    if isinstance(value, str):
        return value
    if value is None:
        return "" if kind in ("text", "name", "date") else NOT_AVAILABLE
    number = Decimal(value) * 100 if kind == "percent" else Decimal(value)
    return f"{rounded_to(number, places(kind, currency)):,}{'%' if kind == 'percent' else ''}"


def places(kind: Kind, currency: str = "") -> int:
    """The decimals of a number of this kind."""
    return minor_unit(currency) if kind == "amount" and currency else PLACES.get(kind, 0)


def money(value: Decimal, currency: str) -> str:
    """An amount within a sentence: `€1,234.50`, `-CHF 12.00`."""
    return f"{'-' if value < 0 else ''}{sign(currency)}{written(abs(value), 'amount', currency)}"


def headline(figure: Figure, currency: str) -> str:
    """The value of a headline, with its currency or unit."""
    text = written(figure.value, figure.kind, currency)
    if figure.value is None:
        return text
    if figure.kind == "amount":
        return f"-{sign(currency)}{text[1:]}" if text.startswith("-") else f"{sign(currency)}{text}"
    return f"{text} days" if figure.kind == "days" else text


def sign(currency: str) -> str:
    """What stands before an amount: `€`, or `CHF ` with its space."""
    return SYMBOLS.get(currency, f"{currency} ")


def short(value: Decimal | int) -> str:
    """A number to three digits, for axes and the labels of charts: `7.73M`, `364k`, `950`."""
    size = abs(Decimal(value))
    for step, letter in _STEPS:
        if size >= step * Decimal("0.9995"):
            scaled = size / step
            digits = max(0, 3 - len(str(int(rounded_to(scaled, 2)))))
            text = f"{rounded_to(scaled, digits):f}"
            return f"{'-' if value < 0 else ''}{text.rstrip('0').rstrip('.') if '.' in text else text}{letter}"
    return f"{rounded_to(Decimal(value), 0 if size >= 10 else 1).normalize():f}"
