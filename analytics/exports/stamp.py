"""What a file says about itself: without it, a figure on paper cannot be found again in the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from analytics.scope import Scope

NAMES: dict[str, str] = {
    "entity": "entity",
    "currency": "document currency",
    "customer": "customer",
    "segment": "segment",
    "region": "region",
    "country": "country",
    "sales_rep": "sales rep",
    "collector": "collector",
    "disputed": "disputed",
}
"""How the filter columns are called in a sentence."""


@dataclass(frozen=True)
class Stamp:
    """Where figures come from: the question, the population, the state of the books, and when they were written."""

    title: str
    scope: Scope
    method: str
    generation: int
    exported_at: datetime

    @property
    def items(self) -> tuple[tuple[str, str], ...]:
        """The stamp as pairs of name and text, in reading order."""
        return (
            ("Title", self.title),
            ("As of", self.scope.day.isoformat()),
            ("Filters", filters_in_words(self.scope) or "none: the whole book"),
            ("Currency view", view_in_words(self.scope)),
            ("Method", self.method),
            ("Generation", str(self.generation)),
            ("Exported at", self.exported_at.isoformat(sep=" ", timespec="seconds")),
        )

    def file_name(self, extension: str) -> str:
        """A name that sorts and says what is inside: `aging-by-customer_2026-06-30_EUR_generation-4.csv`."""
        words = "".join(letter if letter.isalnum() else "-" for letter in self.title.lower()).split("-")
        subject = "-".join(word for word in words if word)
        return f"{subject}_{self.scope.day}_{self.scope.currency or 'own'}_generation-{self.generation}.{extension}"


def filters_in_words(scope: Scope) -> str:
    """The filters as a sentence, like `region North or South, not disputed`; empty where there is none."""
    return ", ".join(_filter(column, values, scope.with_children) for column, values in scope.filters)


def view_in_words(scope: Scope) -> str:
    """The currency view, like `EUR at closing rates` or `each in its own currency`."""
    if scope.currency is None:
        return "each in its own currency"
    if isinstance(scope.fx, date):
        return f"{scope.currency} at the rates of {scope.fx}"
    return f"{scope.currency} at {'closing' if scope.fx == 'closing' else 'document-date'} rates"


def _filter(column: str, values: tuple[str | None, ...], with_children: bool) -> str:
    if column == "disputed":
        return " or ".join("disputed" if value == "true" else "not disputed" for value in values)
    group = " with its group" if column == "customer" and with_children else ""
    return f"{NAMES[column]} {' or '.join(value or 'empty' for value in values)}{group}"
