"""The allowance: what is open in each bucket, at the rate at which such amounts were lost."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import Scope, aging, allowance
from analytics.errors import UsageError
from tests.answers import rows
from tests.ledger import Ledger, ledger

TODAY = date(2026, 6, 30)

# Billed 100,000 in January 2025, due at its end: 50,000 of it is late by a day, 23,000 by 31, 8,000 by 61, 2,000 by 91, and lost.
LOST = (
    ledger()
    .invoice("I1", "C1", "100000.00", issue="2025-01-01", due="2025-01-31")
    .receipt("P1", "C1", "50000.00", "2025-01-20", applied={"I1": "50000.00"})
    .receipt("P2", "C1", "27000.00", "2025-02-15", applied={"I1": "27000.00"})
    .receipt("P3", "C1", "15000.00", "2025-03-20", applied={"I1": "15000.00"})
    .receipt("P4", "C1", "6000.00", "2025-04-10", applied={"I1": "6000.00"})
    .write_off("I1", "2000.00", "2025-06-01")
)
OPEN = (
    ("O1", "300000.00", "2026-07-15"),
    ("O2", "140000.00", "2026-06-15"),
    ("O3", "60000.00", "2026-05-15"),
    ("O4", "23000.00", "2026-04-15"),
    ("O5", "5000.00", "2026-03-01"),
)


def with_open(book: Ledger, items: tuple[tuple[str, str, str], ...] = OPEN) -> Ledger:
    for name, total, due in items:
        book = book.invoice(name, "C2", total, issue="2026-02-15", due=due)
    return book


def found(book: Ledger, **asked: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows and the totals."""
    options = {name: asked.pop(name) for name in ("edges", "factor") if name in asked}
    with book.direct_store() as store:
        answer = allowance.matrix(store, Scope(as_of=TODAY, **asked), **options)
    return rows(answer.rows), rows(answer.totals)


def column(of: list[dict[str, Any]], name: str) -> list[str | None]:
    return [None if row[name] is None else f"{row[name].normalize():f}" for row in of]


def test_the_published_matrix() -> None:
    buckets, totals = found(with_open(LOST))
    assert column(buckets, "reached") == ["100000", "50000", "23000", "8000", "2000"]
    assert column(buckets, "rate") == ["2", "4", "8.6957", "25", "100"]
    assert column(buckets, "exposure") == ["300000", "140000", "60000", "23000", "5000"]
    assert column(buckets, "allowance") == ["6000", "5600", "5217.39", "5750", "5000"]
    assert [(row["exposure"], row["allowance"]) for row in totals] == [(Decimal(528000), Decimal("27567.39"))]


def test_the_factor_scales_every_rate_once_and_the_total_is_rounded_on_its_own() -> None:
    buckets, totals = found(with_open(LOST), factor=Decimal("1.1"))
    assert column(buckets, "allowance") == ["6600", "6160", "5739.13", "6325", "5500"]
    assert column(totals, "allowance") == ["30324.13"]
    assert found(with_open(LOST), factor=Decimal(0))[1][0]["allowance"] == 0
    with pytest.raises(UsageError, match="losses are not below nought"):
        found(LOST, factor=Decimal("-0.1"))


def test_what_was_written_off_before_it_reached_a_bucket_is_no_loss_of_it() -> None:
    early = ledger().invoice("I1", "C1", "100.00", issue="2025-01-01", due="2025-01-31")
    early = early.write_off("I1", "10.00", "2025-03-03").write_off("I1", "5.00", "2025-03-04")
    buckets, _ = found(early)
    assert column(buckets, "reached") == ["100", "100", "90", "85", "85"]
    assert column(buckets, "lost") == ["15", "15", "5", "0", "0"]


def test_rates_are_learned_from_twelve_months_that_ended_a_year_ago() -> None:
    book = ledger()
    for name, day in (("A", "2024-06-30"), ("B", "2024-07-01"), ("C", "2025-06-30"), ("D", "2025-07-01")):
        book = book.invoice(name, "C1", "10.00", issue=day)
    assert column(found(book)[0], "reached")[0] == "20"


def test_a_document_reaches_a_bucket_by_its_own_due_date_once_that_day_has_come() -> None:
    parts = (("2025-01-31", "50.00"), ("2025-06-30", "50.00"))
    book = ledger().invoice("I1", "C1", "100.00", issue="2025-01-01", due="2025-01-31", installments=parts)
    book = book.receipt("P1", "C1", "100.00", "2025-07-02", applied={"I1": "100.00"})
    book = book.invoice("I2", "C1", "7.00", issue="2025-06-01", due="2026-06-20")
    assert column(found(book)[0], "reached") == ["107", "107", "100", "100", "100"]


def test_what_is_over_applied_lessens_nothing() -> None:
    book = ledger().invoice("I1", "C1", "100.00", issue="2025-01-01", due="2025-01-31")
    book = book.invoice("I2", "C1", "10.00", issue="2025-01-01", due="2025-01-31")
    book = book.receipt("P1", "C1", "30.00", "2025-01-10", applied={"I2": "30.00"})
    assert column(found(book)[0], "reached") == ["110", "100", "100", "100", "100"]


def test_credit_notes_discounts_and_what_was_voided_teach_nothing() -> None:
    book = LOST.credit_note("N1", "C1", "70.00", issue="2025-02-01").discount("I1", "0.00", "2025-05-20")
    book = book.invoice("V1", "C1", "900.00", issue="2025-01-01", due="2025-01-31", status="void", voided_date="2026-01-01")
    book = book.invoice("L1", "C1", "40.00", issue="2025-08-01", due="2025-08-31").write_off("L1", "40.00", "2026-02-01")
    assert found(book)[0] == found(LOST)[0]


def test_without_a_rate_there_is_no_allowance_unless_nothing_is_open() -> None:
    paid = ledger().invoice("I1", "C1", "100.00", issue="2025-01-01", due="2025-01-31")
    paid = paid.receipt("P1", "C1", "100.00", "2025-01-20", applied={"I1": "100.00"})
    buckets, totals = found(with_open(paid, (("O1", "50.00", "2026-07-15"), ("O2", "7.00", "2026-06-15"))))
    assert column(buckets, "rate") == ["0", None, None, None, None]
    assert column(buckets, "allowance") == ["0", None, "0", "0", "0"]
    assert column(totals, "allowance") == [None]


def test_edges_and_filters_cut_both_sides() -> None:
    buckets, _ = found(with_open(LOST), edges=(0, 60))
    assert [row["bucket"] for row in buckets] == ["Not due", "1-60", "Over 60"]
    assert column(buckets, "reached") == ["100000", "50000", "8000"]
    assert column(buckets, "exposure") == ["300000", "200000", "28000"]
    assert column(found(with_open(LOST), where={"customer": "C2"})[0], "rate") == [None] * 5


def test_amounts_are_converted_before_they_are_added() -> None:
    book = (
        with_open(LOST)
        .invoice("E1", "C2", "100.00", issue="2026-02-15", due="2026-07-15", currency="EUR")
        .rate("2026-06-30", "EUR", "USD", "1.5")
    )
    assert column(found(book, currency="USD")[0], "exposure")[0] == "300150"
    assert [row["currency"] for row in found(book)[1]] == ["EUR", "USD"]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.decimals("1", "500", places=2), st.integers(-60, 200)), max_size=6), st.integers(0, 300))
def test_what_is_exposed_is_the_aging_and_no_rate_is_above_a_hundred(items: list[tuple[Decimal, int]], lost_after: int) -> None:
    book = LOST.invoice("I2", "C1", "80.00", issue="2025-03-01", due="2025-03-31")
    book = book.write_off("I2", "33.00", date(2025, 3, 1) + timedelta(days=lost_after))
    for place, (total, late) in enumerate(items):
        book = book.invoice(f"O{place}", "C2", str(total), issue="2025-11-01", due=TODAY - timedelta(days=late))
    with book.direct_store() as store:
        scope = Scope(as_of=TODAY)
        answer, aged = rows(allowance.matrix(store, scope).rows), rows(aging.summary(store, scope))[0]
    assert [row["exposure"] for row in answer] == [aged[row["bucket"]] for row in answer]
    assert all(row["rate"] is None or 0 <= row["rate"] <= 100 for row in answer)
    assert all(row["lost"] <= row["reached"] for row in answer)
