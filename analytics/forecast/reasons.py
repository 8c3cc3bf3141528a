"""Why an invoice is expected when it is: one sentence each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def reasons(
    settled: Iterable[int], usual: Iterable[float], age: Iterable[int], in_a_week: Iterable[float], own: Iterable[float]
) -> Iterator[str]:
    """A sentence per invoice.

    `settled`: its customer's paid invoices; `usual`: their median days late, or everyone's where there are none; `age`: its days
    past due; `in_a_week`: its chance to be paid within 7 days; `own`: how much its customer's history weighs.
    """
    for count, late, days, chance, weight in zip(settled, usual, age, in_a_week, own, strict=True):
        yield (
            f"{_history(count, round(late))}; this one is {_age(days)}; {chance * 100:.0f} % within 7 days; "
            f"own history weighs {weight * 100:.0f} %"
        )


def _history(count: int, late: int) -> str:
    if count == 0:
        return f"no paid invoice yet, others are usually {_habit(late)}"
    return f"{_counted(count, 'paid invoice')}: usually {_habit(late)}"


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
