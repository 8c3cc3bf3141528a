"""The overdue list by what asking can be expected to gain."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from analytics import Scope, Store, forecast, overdue
from analytics.errors import UsageError
from analytics.frames import Kind, frame_of
from analytics.overdue import Gains
from tests.ledger import ledger

JUNE = Scope(as_of=date(2026, 6, 30))
ODDS: dict[str, Kind] = {
    "invoice_id": "text",
    "installment_no": "count",
    "open_amount": "amount",
    "credit_amount": "amount",
    "p_paid_30": "ratio",
}


def odds(*rows: tuple[str, int | None, str, str, str]) -> Gains:
    """Gains of items: invoice, installment, open, covered by credit, chance to be paid within 30 days."""
    return Gains.of("test", frame_of([dict(zip(ODDS, (*row[:2], *map(Decimal, row[2:])), strict=True)) for row in rows], ODDS))


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Three late invoices of $300, $200 and $100, and one in two installments of $60 and $40."""
    book = ledger()
    for number, total in enumerate(("300.00", "200.00", "100.00"), 1):
        book = book.invoice(f"I{number}", "C1", total, issue="2026-05-01", due="2026-05-31")
    book = book.invoice("I4", "C1", "100.00", issue="2026-05-01", installments=[("2026-05-31", "60.00"), ("2026-06-15", "40.00")])
    with book.store(tmp_path_factory.mktemp("late")) as store:
        yield store


def test_what_would_come_by_itself_is_no_gain(late: Store) -> None:
    found = odds(
        ("I1", None, "300", "0", "0.9"),
        ("I2", None, "200", "50", "0.25"),
        ("I3", None, "100", "0", "0"),
        ("I4", 1, "60", "0", "0.5"),
        ("I4", 2, "40", "0", "0.1"),
    )
    rows = overdue.page(late, JUNE, sort="gain", gains=found).rows
    assert [*zip(rows["invoice_id"], rows["expected_gain"], strict=True)] == [
        ("I2", Decimal("112.5")),
        ("I3", Decimal(100)),
        ("I4", Decimal(36)),
        ("I1", Decimal(30)),
        ("I4", Decimal(30)),
    ]


def test_an_item_without_odds_comes_last_and_is_counted(late: Store) -> None:
    page = overdue.page(late, JUNE, sort="gain", gains=odds(("I3", None, "100", "0", "0.99")))
    assert page.rows["invoice_id"].iloc[0] == "I3"
    assert page.rows["expected_gain"].isna().sum() == 4
    assert page.total_items == 5


def test_gains_follow_filters_and_pages(late: Store) -> None:
    found = odds(("I1", None, "300", "0", "0.9"), ("I2", None, "200", "0", "0"))
    rows = overdue.page(late, JUNE, sort="gain", gains=found, min_amount=Decimal(200), page=2, size=1).rows
    assert rows["invoice_id"].tolist() == ["I1"]


def test_gains_without_odds_are_a_sentence(late: Store) -> None:
    with pytest.raises(UsageError, match="needs the forecast's odds"):
        overdue.page(late, JUNE, sort="gain")


def test_the_forecast_gives_the_odds_of_every_late_item(demo_store: Store) -> None:
    scope = Scope(currency="EUR", where={"segment": ["Enterprise"]})
    invoices = forecast.receipts(demo_store, demo_store.resolve(scope).everything()).invoices
    rows = overdue.page(demo_store, scope, sort="gain", gains=Gains.of("demo", invoices), size=None).rows
    known = rows[rows["open_amount"] > 0]
    gains = known["expected_gain"].tolist()
    assert gains == sorted(gains, reverse=True)
    assert all(0 <= gain <= opened for gain, opened in zip(gains, known["open_amount"], strict=True))
