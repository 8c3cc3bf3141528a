"""What two generations say differently of one day: every document that differs, why, and to the cent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from analytics import Scope, aging, differences
from analytics.store import Store
from tests.ledger import Ledger

DAY = date(2026, 3, 31)


@pytest.fixture
def changes(ledger: Ledger, tmp_path: Path) -> list[dict[str, object]]:
    """The books of a close, and those of a week later: one invoice more, one less, one larger, one paid, one voided."""
    close = (
        ledger.invoice("I1", "C1", "100.00", issue="2026-03-01")
        .invoice("I2", "C1", "200.00", issue="2026-03-01")
        .invoice("I3", "C1", "300.00", issue="2026-03-01")
        .invoice("I4", "C1", "400.00", issue="2026-03-01")
        .invoice("I5", "C1", "500.00", issue="2026-03-01")
    )
    later = (
        ledger.invoice("I1", "C1", "100.00", issue="2026-03-01")
        .invoice("I2", "C1", "250.00", issue="2026-03-01")
        .invoice("I3", "C1", "300.00", issue="2026-03-01")
        .invoice("I4", "C1", "400.00", issue="2026-03-01", status="void", voided_date="2026-03-30")
        .invoice("I6", "C1", "60.00", issue="2026-03-02")
        .receipt("P1", "C1", "130.00", "2026-03-20", applied={"I3": "120.00"})
    )
    with close.store(tmp_path / "close") as before, later.store(tmp_path / "later") as after:
        found = differences.between(before, after, Scope(as_of=DAY)).to_dict("records")
        assert sum(row["difference"] for row in found) == net(after) - net(before)
        return found


def net(store: Store) -> Decimal:
    return sum(aging.net(store, Scope(as_of=DAY))["amount"], Decimal(0))


def test_every_document_that_differs_is_there_and_they_add_up_to_the_difference_of_net_ar(changes: list[dict[str, object]]) -> None:
    assert [(row["id"], row["change"], row["difference"]) for row in changes] == [
        ("I5", "gone", Decimal("-500.00")),
        ("I4", "changed", Decimal("-400.00")),
        ("I3", "changed", Decimal("-120.00")),
        ("I6", "new", Decimal("60.00")),
        ("I2", "changed", Decimal("50.00")),
        ("P1", "new", Decimal("-10.00")),
    ]


def test_every_difference_says_why(changes: list[dict[str, object]]) -> None:
    assert {row["id"]: row["because"] for row in changes} == {
        "I2": "amounts to 250.00, not 200.00",
        "I3": "120.00 more is applied",
        "I4": "does not count on that day any more",
        "I5": "no longer in the books",
        "I6": "not in the books before",
        "P1": "not in the books before",
    }


def test_books_that_say_the_same_have_no_difference(ledger: Ledger, tmp_path: Path) -> None:
    book = ledger.invoice("I1", "C1", "100.00", issue="2026-03-01")
    with book.store(tmp_path / "one") as before, book.store(tmp_path / "two") as after:
        assert differences.between(before, after, Scope(as_of=DAY)).empty
