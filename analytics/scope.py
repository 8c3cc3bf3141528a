"""What a question is asked of: a day, a currency, and the part of the books it covers.

A `Scope` is frozen and hashable: it is the cache key of an answer, and the source of its SQL parameters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from analytics import dates
from analytics.errors import UnknownColumn, UsageError
from analytics.money import MINOR_UNITS

FxPolicy = Literal["closing", "document"] | date
FILTERS = (
    "entity",
    "currency",
    "customer",
    "segment",
    "region",
    "country",
    "sales_rep",
    "collector",
    "disputed",
)
"""The columns every figure can be cut by."""

Where = tuple[tuple[str, tuple[str | None, ...]], ...]


@dataclass(frozen=True)
class Scope:
    """The population of a figure.

    `as_of`: the close of this day; None is the latest day in the books, no later than today.
    `currency`: convert to this currency; None keeps every currency apart.
    `fx`: how to convert: `closing` (rate at the day asked), `document` (rate at the document's date), or a fixed date.
    `where`: column -> values; values of a column mean either, columns mean both; None is "no value".
    `with_children`: a customer stands for its whole group.
    """

    as_of: date | None = None
    currency: str | None = None
    fx: FxPolicy = "closing"
    where: Mapping[str, Sequence[str | None] | str | bool | None] | Where = field(default=())
    with_children: bool = False

    def __post_init__(self) -> None:
        if self.currency is not None and self.currency not in MINOR_UNITS:
            raise UsageError(f"'{self.currency}' is not a currency code of ISO 4217, like EUR")
        if not (self.fx in ("closing", "document") or isinstance(self.fx, date)):
            raise UsageError(f"fx '{self.fx}' is not closing, document or a date")
        object.__setattr__(self, "where", _canonical(self.where))

    @property
    def filters(self) -> Where:
        """The filters in canonical form: sorted columns, each with its sorted, distinct values."""
        return self.where  # type: ignore[return-value]

    def at(self, day: date) -> Scope:
        """The same scope at another day."""
        return replace(self, as_of=day)

    def narrowed(self, column: str, *values: str | None) -> Scope:
        """The same scope with `column` filtered to `values` in place of what it was filtered to."""
        others = {name: kept for name, kept in self.filters if name != column}
        return replace(self, where=others | {column: values})

    def everything(self) -> Scope:
        """The same day and currency view, without any filter."""
        return replace(self, where=(), with_children=False)

    @property
    def day(self) -> date:
        """`as_of` once it is known; see `Store.resolve`."""
        if self.as_of is None:
            raise UsageError("the scope has no as-of date yet")
        return self.as_of


def _canonical(where: object) -> Where:
    pairs = dict(where.items() if isinstance(where, Mapping) else where)  # type: ignore[call-overload]
    for column in pairs:
        if column not in FILTERS:
            raise UnknownColumn(column, FILTERS)
    return tuple((column, _values(column, pairs[column])) for column in sorted(pairs))


def _values(column: str, given: object) -> tuple[str | None, ...]:
    listed = [given] if given is None or isinstance(given, str | bool) else list(given)  # type: ignore[call-overload]
    values = {_text(column, value) for value in listed}
    return tuple(sorted(values, key=lambda value: (value is not None, value or "")))


def _text(column: str, value: object) -> str | None:
    if column == "disputed":
        text = str(value).lower()
        if text not in ("true", "false"):
            raise UsageError(f"disputed is true or false, not '{value}'")
        return text
    return None if value is None or value == "" else str(value)


def parse_fx(text: str) -> FxPolicy:
    """Reads `closing`, `document` or a date."""
    if text == "closing" or text == "document":
        return text  # type: ignore[return-value]
    return dates.parse(text, what="fx")
