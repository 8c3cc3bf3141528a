"""Histories of payment to forecast from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.ledger import Ledger

AS_OF = date(2026, 3, 31)
MONDAY = date(2025, 1, 6)


def after(days: int, day: date = AS_OF) -> date:
    """So many days after `day`; before, where negative."""
    return day + timedelta(days=days)


def paid_history(
    book: Ledger, customer: str, days_late: Sequence[int], *, first: date = MONDAY, every: int = 7, amount: str = "100.00", **cells: Any
) -> Ledger:
    """Invoices of `customer`, one every so many days from `first`, due after 30 days, each paid so many days late."""
    for number, late in enumerate(days_late):
        issue, name = after(number * every, first), f"{customer}-{number:03}"
        due = after(30, issue)
        book = book.invoice(name, customer, amount, issue=issue, due=due, **cells)
        book = book.receipt(f"P-{name}", customer, amount, after(late, due), applied={name: amount}, currency=cells.get("currency", "USD"))
    return book


def busy_book(book: Ledger, weeks: int = 60) -> Ledger:
    """Three customers in two segments, who pay early, late, and now and then much later; the last weeks are still open."""
    book = book.customer("Early", segment="large").customer("Late", segment="small").customer("Slow", segment="small")
    for week in range(weeks):
        for place, (customer, late) in enumerate((("Early", -5), ("Late", 8 + week % 5), ("Slow", 35 if week % 6 == 0 else 14))):
            issue = after(-7 * (weeks - week) + place)
            name, amount = f"{customer}-{week:03}", Decimal(100 + 17 * ((week * 7 + place) % 11))
            paid = after(30 + late, issue)
            book = book.invoice(name, customer, amount, issue=issue, due=after(30, issue))
            if paid <= AS_OF:
                book = book.receipt(f"P-{name}", customer, amount, paid, applied={name: amount})
    return book
