"""Movements: the rows behind a line are those of its balance, its period and its currency."""

from __future__ import annotations

from pathlib import Path

from tests.ledger import Ledger
from tests.pages.conftest import Show

PAGE = "receivables/movements"
JUNE = {"period": "Another day", "from": "2026-05-31"}


def book(ledger: Ledger) -> Ledger:
    """In June: $200 billed, $100 of May voided, $90 received, $60 of it applied."""
    return (
        ledger.customer("C1", name="Acme")
        .invoice("I1", "C1", "100.00", issue="2026-05-01", status="void", voided_date="2026-06-20")
        .invoice("I2", "C2", "200.00", issue="2026-06-10", due="2026-07-31")
        .receipt("P1", "C2", "90.00", "2026-06-15", applied={"I2": "60.00"})
    )


def test_a_line_shows_what_came_and_what_went(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    with book(ledger).store(tmp_path) as store:
        app = show(store, PAGE, as_of="2026-06-30", **JUNE, behind="invoices", rows_by="Documents")
    rows = app.dataframe[1].value
    assert rows[["document", "amount"]].to_numpy().tolist() == [["I2", 200.0], ["I1", -100.0]]
    assert rows["ended"].dropna().astype(str).tolist() == ["2026-06-20"]
    assert any("2 documents · $100.00" in each.value.replace("\\", "") for each in app.caption)


def test_what_is_open_moves_by_what_is_applied_and_net_by_what_is_received(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    with book(ledger).store(tmp_path) as store:
        opened = show(store, PAGE, as_of="2026-06-30", **JUNE, balance="Open", behind="paid")
        net = show(store, PAGE, as_of="2026-06-30", **JUNE, behind="receipts")
    assert dict(opened.dataframe[0].value.to_numpy().tolist()) == {
        "Close of 31 May 2026": "100.00",
        "Invoiced": "100.00",
        "Paid": "-60.00",
        "Credited": "0.00",
        "Written off": "0.00",
        "Currency": "0.00",
        "Close of 30 Jun 2026": "140.00",
        "Closes": "yes, to the cent",
    }
    assert opened.dataframe[1].value["amount"].tolist() == [60.0]
    assert net.dataframe[1].value["amount"].tolist() == [90.0]


def test_a_line_of_the_other_balance_gives_way_to_the_first(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    with book(ledger).store(tmp_path) as store:
        app = show(store, PAGE, as_of="2026-06-30", **JUNE, behind="paid")
    assert any("2 customers · $100.00" in each.value.replace("\\", "") for each in app.caption)


def test_customers_without_names_are_shown_by_their_ids(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    with ledger.invoice("I1", "C9", "80.00", issue="2026-06-10").store(tmp_path) as store:
        app = show(store, PAGE, as_of="2026-06-30", **JUNE, rows_by="Documents")
    assert app.dataframe[1].value["name"].tolist() == ["C9"]


LEDGER = {"account": "1200", "currency": "USD"}


def test_each_difference_to_the_ledger_is_named_and_the_day_can_be_chosen(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    accounts = book(ledger).invoice("E1", "C1", "5.00", issue="2026-06-01", currency="EUR")
    accounts = accounts.row("gl_balances", **LEDGER, balance_date="2026-05-31", balance="101.50")
    accounts = accounts.row("gl_balances", **LEDGER, balance_date="2026-06-15", balance="301.50")
    with accounts.store(tmp_path) as store:
        newest = show(store, PAGE, as_of="2026-06-20", **JUNE)
        older = show(store, PAGE, as_of="2026-06-20", **JUNE, balance_date="31 May 2026")
    said = [each.value.replace("\\", "") for each in newest.caption]
    assert newest.dataframe[-1].value[["net", "balance", "difference"]].to_numpy().tolist() == [["210.00", "301.50", "-91.50"]]
    assert "USD: -$90.00 is receipt P1 of 15 Jun 2026, which the ledger booked on the other side of its close." in said
    assert "USD: -$1.50 is unexplained since 31 May 2026." in said
    assert "EUR: no account for €5.00 of net AR." in said
    assert older.dataframe[-1].value["unexplained"].tolist() == ["-1.50"]


def test_books_without_balances_of_the_ledger_show_no_tie_out(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    with book(ledger).store(tmp_path) as store:
        app = show(store, PAGE, as_of="2026-06-30", **JUNE)
    assert "Tie-out to the ledger" not in [each.value for each in app.header]
