"""How a document writes a cell of each kind: by the one rule of `analytics.formats`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from analytics import formats
from analytics.exports.document import Figure, Kind, Value
from analytics.money import minor_unit

PLACES: dict[Kind, int] = {"percent": 1, "days": 1, "ratio": 2, "count": 0}


def written(value: Value, kind: Kind, currency: str = "") -> str:
    """A cell as text: `1,234.50` (to the last coin of `currency`), `41.1%`, `56.8`, `20 Nov 2026`; nothing for an empty text."""
    if isinstance(value, date):
        return formats.day(value)
    if isinstance(value, str):
        return value
    if value is None:
        return "" if kind in ("text", "name", "date") else formats.NOT_AVAILABLE
    if kind == "percent":
        return formats.percent(value, PLACES[kind])
    return formats.number(value, places(kind, currency))


def places(kind: Kind, currency: str = "") -> int:
    """The decimals of a number of this kind."""
    return minor_unit(currency) if kind == "amount" and currency else PLACES.get(kind, 0)


def pattern(kind: Kind, currency: str = "") -> str:
    """How a spreadsheet is to show a cell of this kind."""
    if kind == "date":
        return day_pattern()
    return formats.number_pattern(places(kind, currency), "%" if kind == "percent" else "")


def day_pattern() -> str:
    """How a spreadsheet is to show a day; a slash is a slash there, whatever its reader's own dates look like."""
    return formats.day_pattern().lower().replace("/", "\\/")


def headline(figure: Figure, currency: str) -> str:
    """The value of a headline, with its currency or unit."""
    if isinstance(figure.value, Decimal | int) and figure.kind == "amount":
        return formats.money(figure.value, currency)
    if isinstance(figure.value, Decimal | int) and figure.kind == "days":
        return formats.days(figure.value)
    return written(figure.value, figure.kind, currency)
