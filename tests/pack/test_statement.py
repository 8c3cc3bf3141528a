"""A statement of account: every open item, the credit, and a balance that is the customer's net AR."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from analytics import Scope, Store
from analytics.__main__ import main
from analytics.errors import CustomerMissing
from analytics.exports import files
from analytics.exports.document import Document, Figures, Sentence, Table
from analytics.pack import statement
from analytics.store import paging
from tests.exports.documents import html_tables, pdf_text
from tests.ledger import Ledger

MADE = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
DAY = date(2026, 6, 30)


@pytest.fixture
def account(ledger: Ledger, tmp_path: Path) -> Iterator[Store]:
    book = (
        ledger.customer("C1", name="אור בע״מ", email="pay@or.example", country="IL", region="East")
        .customer("C2", name="Borg")
        .invoice("I1", "C1", "100.00", issue="2026-04-01", due="2026-05-01", number="2026-001")
        .invoice("I2", "C1", "60.00", issue="2026-06-10", installments=[("2026-06-20", "20.00"), ("2026-07-20", "40.00")])
        .invoice("I3", "C1", "9.500", issue="2026-06-10", due="2026-07-10", currency="KWD")
        .invoice("I4", "C2", "77.00", issue="2026-06-10", due="2026-07-10")
        .invoice("I5", "C1", "5.00", issue="2026-07-02", due="2026-07-10")
        .receipt("P1", "C1", "45.00", "2026-06-15", applied={"I1": "30.00"})
        .credit_note("N1", "C1", "7.00", issue="2026-06-16")
        .rate("2026-06-29", "USD", "KWD", "0.3")
    )
    with book.store(tmp_path) as store:
        yield store


def of(store: Store, customer: str = "C1", **scope: object) -> Document:
    return statement(store, Scope(as_of=DAY, **scope), customer, made_at=MADE)


def called(document: Document, title: str, currency: str = "USD") -> Table:
    return next(table for table in document.tables() if (table.title, table.currency) == (title, currency))


def test_open_items_are_all_that_is_open_installments_apart(account: Store) -> None:
    items = called(of(account), "Open items")
    assert [(row.values[0], row.values[2], row.values[3], row.values[-1]) for row in items.rows] == [
        ("2026-001", date(2026, 5, 1), 60, Decimal("70.00")),
        ("I2, installment 1", date(2026, 6, 20), 10, Decimal("20.00")),
        ("I2, installment 2", date(2026, 7, 20), 0, Decimal("40.00")),
    ]
    assert items.total.values[-1] == Decimal("130.00")


def test_the_balance_is_open_less_credit(account: Store) -> None:
    document = of(account)
    credit = called(document, "Credit not yet applied")
    assert [row.values for row in credit.rows] == [
        ("P1", "Receipt", date(2026, 6, 15), Decimal("15.00")),
        ("N1", "Credit note", date(2026, 6, 16), Decimal("7.00")),
    ]
    cards = {
        figure.name: figure.value
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Figures) and block.currency == "USD"
        for figure in block.figures
    }
    assert cards == {
        "Balance": Decimal("108.00"),
        "Open": Decimal("130.00"),
        "Past due": Decimal("90.00"),
        "Credit not applied": Decimal("22.00"),
    }
    assert called(document, "By days past due").rows[0].values == tuple(Decimal(cell) for cell in (40, 20, 70, 0, 0, 130))


def test_currencies_stay_apart_whatever_the_page_shows(account: Store) -> None:
    document = of(account, currency="KWD", where={"segment": ["Large"]})
    assert [section.heading for section in document.sections] == ["KWD", "USD"]
    assert called(document, "Open items", "KWD").total.values[-1] == Decimal("9.500")
    assert "9.500" in pdf_text(files.rendered(document, ".pdf"))


def test_it_is_addressed_as_far_as_the_books_know(account: Store) -> None:
    assert of(account).addressed == ("אור בע״מ", "IL", "pay@or.example", "Customer C1", "As at 30 Jun 2026")
    signed = statement(account, Scope(as_of=DAY), "C1", made_at=MADE, sender=["Example Ltd", "Dublin"])
    assert signed.addressed[-1] == "From Example Ltd, Dublin"


def test_a_settled_account_says_so(account: Store) -> None:
    document = statement(account, Scope(as_of=date(2026, 5, 31)), "C2", made_at=MADE)
    assert document.sections[0].blocks == (Sentence("There is no document and no payment up to 31 May 2026."),)


def test_a_balance_below_zero_is_in_the_customers_favour(ledger: Ledger, tmp_path: Path) -> None:
    with ledger.customer("C1").receipt("P1", "C1", "45.00", "2026-06-15").store(tmp_path) as store:
        said = [block.text for block in of(store).sections[0].blocks if isinstance(block, Sentence)]
    assert said == ["At the close of 30 Jun 2026 the balance in your favour is $45.00."]


def test_an_account_longer_than_a_page_of_the_list_is_whole(ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "LARGEST_PAGE", 4)
    book = ledger
    for number in range(10):
        book = book.invoice(f"I{number}", "C1", "10.00", issue="2026-06-01", due="2026-06-15")
    with book.store(tmp_path) as store:
        items = called(of(store), "Open items")
    assert (len(items.rows), items.total.values[-1]) == (10, Decimal("100.00"))


def test_the_command_writes_it_for_paper_and_for_a_page(account: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["statement", "--store", str(account.directory), "--customer", "C1", "--as-of", str(DAY), "--sender", "Example Ltd"]
    for suffix in (".pdf", ".html"):
        assert main([*words, "--out", str(tmp_path / f"account{suffix}")]) == 0
    assert capsys.readouterr().out == ""
    paper = pdf_text((tmp_path / "account.pdf").read_bytes())
    cells = [cell for table in html_tables((tmp_path / "account.html").read_bytes()) for row in table for cell in row]
    for figure in ("70.00", "40.00", "130.00", "2026-001"):
        assert figure in paper
        assert figure in cells
    assert "At the close of 30 Jun 2026 the balance in our favour is $108.00." in paper


def test_an_unknown_customer_is_a_sentence(account: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CustomerMissing):
        of(account, "C9")
    words = ["statement", "--store", str(account.directory), "--customer", "C9", "--out", str(tmp_path / "account.pdf")]
    assert main(words) == 1
    assert "customer 'C9' is not in the books" in capsys.readouterr().err
