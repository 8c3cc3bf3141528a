"""Why an invoice is expected when it is: one sentence each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analytics.forecast.arrays import Floats, Ints

DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


@dataclass(frozen=True)
class Facts:
    """What the sentences are made of, a position per invoice."""

    settled: Ints
    """Its customer's paid invoices."""
    usual: Floats
    """Their median days late; everyone's where there are none."""
    weekday: Ints
    """The weekday on which most of them were paid; -1 for none."""
    age: Ints
    """Its days past due."""
    in_a_week: Floats
    """Its chance to be paid within 7 days."""
    own: Floats
    """How much its customer's history weighs."""


def reasons(facts: Facts) -> Iterator[str]:
    """A sentence per invoice."""
    columns = (facts.settled, facts.usual, facts.weekday, facts.age, facts.in_a_week, facts.own)
    for count, late, weekday, age, chance, weight in zip(*(column.tolist() for column in columns), strict=True):
        yield (
            f"{_history(count, round(late), weekday)}; this one is {_age(age)}; {chance * 100:.0f}% within 7 days; "
            f"own history weighs {weight * 100:.0f}%"
        )


def _history(count: int, late: int, weekday: int) -> str:
    if count == 0:
        return f"no paid invoice yet, so it is taken to pay as others do, who are usually {_habit(late)}"
    return f"{_counted(count, 'paid invoice')}: usually {_habit(late)}{f', on {DAYS[weekday]}' if weekday >= 0 else ''}"


def _habit(late: int) -> str:
    if late == 0:
        return "paid on the due date"
    return f"{_counted(abs(late), 'day')} {'late' if late > 0 else 'early'}"


def _age(days: int) -> str:
    if days == 0:
        return "due today"
    return f"{_counted(days, 'day')} late" if days > 0 else f"due in {_counted(-days, 'day')}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
