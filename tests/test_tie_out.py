"""Tie-out: net receivables beside the control account, and what each difference comes from."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import Scope, demo, movements, tie_out
from analytics.errors import UsageError
from analytics.store import Store, build
from tests.answers import rows
from tests.ledger import Ledger, ledger

MAY, JUNE, JULY = date(2026, 5, 31), date(2026, 6, 30), date(2026, 7, 31)
PARTS = (*tie_out.CAUSES, "unexplained")

# Net receivables at the close of May: 100 + 80 = 180; of June: 180 - 40 - 15 + 60 = 185.
BOOK = (
    ledger()
    .invoice("I1", "C1", "100.00", issue="2026-05-04", entity="A")
    .invoice("I2", "C1", "80.00", issue="2026-05-20", entity="A")
    .receipt("P1", "C1", "40.00", "2026-06-30", entity="A")
    .receipt("P2", "C1", "15.00", "2026-06-29", entity="A")
    .invoice("I3", "C1", "60.00", issue="2026-06-12", entity="A")
)


def tied(book: Ledger, balances: dict[date, str], entity: str | None = "A", **scope: Any) -> tie_out.TieOut:
    """What is said of `balances` of the account, at the last of them."""
    for day, balance in balances.items():
        book = book.row("gl_balances", entity=entity, account="1200", balance_date=day, currency="USD", balance=balance)
    with book.direct_store() as store:
        return tie_out.accounts(store, Scope(as_of=max(balances), **scope))


def parts(found: tie_out.TieOut) -> list[dict[str, str]]:
    """Of each balance, oldest first, what its difference is made of, without the noughts."""
    return [{name: str(row[name].normalize()) for name in PARTS if row[name]} for row in reversed(rows(found.balances))]


def reasons(found: tie_out.TieOut) -> list[tuple[str, str, str]]:
    return [(row["cause"], row["what"], row["document_id"]) for row in rows(found.reasons)]


def test_an_account_that_agrees_has_no_difference() -> None:
    found = tied(BOOK, {MAY: "180.00", JUNE: "185.00"})
    assert [(row["net"], row["balance"], row["difference"], row["since"]) for row in rows(found.balances)] == [
        (Decimal(185), Decimal(185), Decimal(0), None),
        (Decimal(180), Decimal(180), Decimal(0), None),
    ]
    assert reasons(found) == []


def test_a_receipt_that_the_ledger_books_a_day_later_is_timing_and_gone_by_the_next_balance() -> None:
    found = tied(BOOK, {JUNE: "225.00", JULY: "185.00"})
    assert parts(found) == [{"timing": "-4E+1"}, {}]
    assert reasons(found) == [("timing", "receipt", "P1")]


def test_an_invoice_that_the_ledger_books_a_day_early_is_timing() -> None:
    book = BOOK.invoice("I4", "C1", "7.00", issue="2026-07-01", entity="A")
    assert reasons(tied(book, {JUNE: "192.00"})) == [("timing", "invoice", "I4")]


def test_what_lies_more_than_a_week_away_is_no_timing() -> None:
    book = BOOK.invoice("I4", "C1", "7.00", issue="2026-07-08", entity="A")
    assert parts(tied(book, {JUNE: "192.00"})) == [{"unexplained": "-7"}]


def test_days_that_the_ledger_left_out_are_timing_when_they_add_up() -> None:
    """The ledger closed two days early: without the receipts of 29 and 30 June."""
    found = tied(BOOK.receipt("P0", "C1", "1.00", "2026-06-26", entity="A"), {JUNE: "239.00"})
    assert parts(found) == [{"timing": "-55"}]
    assert sorted(reasons(found)) == [("timing", "receipt", "P1"), ("timing", "receipt", "P2")]


def test_days_that_the_ledger_took_in_early_are_timing_too() -> None:
    """The ledger closed two days late: with the invoice of 1 July and the receipt of 2 July."""
    book = BOOK.invoice("I4", "C1", "7.00", issue="2026-07-01", entity="A").receipt("P3", "C1", "3.00", "2026-07-02", entity="A")
    found = tied(book.invoice("I5", "C1", "1.00", issue="2026-07-03", entity="A"), {JUNE: "189.00"})
    assert parts(found) == [{"timing": "-4"}]
    assert [(row["document_id"], row["amount"]) for row in rows(found.reasons)] == [("I4", Decimal(-7)), ("P3", Decimal(3))]


def test_a_part_of_a_day_is_not_left_out() -> None:
    book = BOOK.receipt("P3", "C1", "3.00", "2026-06-29", entity="A")
    assert parts(tied(book, {JUNE: "225.00"})) == [{"unexplained": "-43"}]


def test_a_draft_that_the_ledger_has_posted_is_unposted_here() -> None:
    book = BOOK.invoice("I4", "C1", "12.00", issue="2026-06-03", entity="A", status="draft")
    found = tied(book, {JUNE: "197.00"})
    assert parts(found) == [{"unposted": "-12"}]
    assert reasons(found) == [("unposted", "invoice", "I4")]


def test_a_void_that_the_ledger_has_not_seen() -> None:
    book = BOOK.invoice("I4", "C1", "12.00", issue="2026-05-03", entity="A", status="void", voided_date="2026-06-10")
    found = tied(book, {MAY: "192.00", JUNE: "197.00"})
    assert parts(found) == [{}, {"void": "-12"}]
    assert reasons(found) == [("void", "invoice", "I4")]


def test_a_void_before_the_balance_before_explains_nothing_new() -> None:
    book = BOOK.invoice("I4", "C1", "12.00", issue="2026-05-03", entity="A", status="void", voided_date="2026-06-10")
    assert parts(tied(book, {MAY: "192.00", JUNE: "185.00", JULY: "197.00"})) == [{}, {}, {"unexplained": "-12"}]


def test_an_invoice_that_counts_here_is_neither_void_nor_a_draft() -> None:
    assert parts(tied(BOOK, {JUNE: "245.00"})) == [{"unexplained": "-6E+1"}]


def test_a_credit_note_is_looked_for_with_its_sign() -> None:
    book = BOOK.credit_note("N1", "C1", "9.00", issue="2026-06-30", entity="A")
    found = tied(book, {JUNE: "185.00"})
    assert parts(found) == [{"timing": "-9"}]
    assert reasons(found) == [("timing", "credit_note", "N1")]


def test_what_nothing_explains_stands_since_the_balance_that_first_had_it() -> None:
    found = tied(BOOK, {MAY: "181.11", JUNE: "226.11", JULY: "186.11"})
    assert parts(found) == [{"unexplained": "-1.11"}, {"timing": "-4E+1", "unexplained": "-1.11"}, {"unexplained": "-1.11"}]
    assert {row["since"] for row in rows(found.balances)} == {MAY}


def test_what_was_unexplained_and_is_cleared_needs_no_reason() -> None:
    """The receipt of 40 would fit what stood, were there still a difference to explain."""
    found = tied(BOOK, {MAY: "140.00", JUNE: "185.00"})
    assert parts(found) == [{"unexplained": "4E+1"}, {}]
    assert [row["since"] for row in rows(found.balances)] == [None, MAY]


def test_where_several_events_fit_the_nearest_is_named_and_the_others_counted() -> None:
    book = BOOK.receipt("P3", "C1", "40.00", "2026-06-25", entity="A").invoice("I4", "C1", "40.00", issue="2026-07-05", entity="A")
    found = rows(tied(book, {JUNE: "185.00"}).reasons)
    assert [(row["document_id"], row["fitting"]) for row in found] == [("P1", 3)]


def test_receivables_without_an_account_are_listed() -> None:
    found = rows(tied(BOOK.invoice("E1", "C1", "5.00", issue="2026-06-01", currency="EUR", entity="A"), {JUNE: "185.00"}).balances)
    assert [(row["currency"], row["net"], row["balance"], row["difference"]) for row in found] == [
        ("EUR", Decimal(5), None, None),
        ("USD", Decimal(185), Decimal(185), Decimal(0)),
    ]


def test_an_account_of_which_there_is_no_document_differs_by_all_of_its_balance() -> None:
    book = BOOK.row("gl_balances", entity="Z", account="1200", balance_date=JUNE, currency="CHF", balance="12.00")
    found = rows(tied(book, {JUNE: "185.00"}).balances)
    assert [(row["entity"], row["net"], row["unexplained"]) for row in found] == [("A", 185, 0), ("Z", 0, -12)]


def test_an_account_without_an_entity_is_of_all_of_them() -> None:
    book = BOOK.invoice("B1", "C1", "5.00", issue="2026-06-01", entity="B")
    assert [row["difference"] for row in rows(tied(book, {JUNE: "190.00"}, entity=None).balances)] == [Decimal(0)]


def test_accounts_of_an_entity_and_a_currency_add_up() -> None:
    book = BOOK.row("gl_balances", entity="A", account="1210", balance_date=JUNE, currency="USD", balance="85.00")
    found = rows(tied(book, {JUNE: "100.00"}).balances)
    assert [(row["accounts"], row["balance"], row["difference"]) for row in found] == [("1200, 1210", Decimal(185), Decimal(0))]


def test_only_entity_and_currency_cut_an_account() -> None:
    book = BOOK.invoice("B1", "C1", "5.00", issue="2026-06-01", entity="B")
    assert [row["entity"] for row in rows(tied(book, {JUNE: "185.00"}, where={"entity": "B"}).balances)] == ["B"]
    assert rows(tied(book, {JUNE: "185.00"}, where={"currency": "EUR"}).balances) == []
    with pytest.raises(UsageError, match="an account of the ledger has no customer"):
        tied(book, {JUNE: "185.00"}, where={"customer": "C1"})


def test_the_latest_balance_of_each_account_and_those_of_a_day() -> None:
    found = tied(BOOK, {MAY: "181.11", JUNE: "226.11"})
    assert [row["balance_date"] for row in rows(found.latest().balances)] == [JUNE]
    assert reasons(found.latest()) == [("timing", "receipt", "P1")]
    assert found.days == [JUNE, MAY]
    assert [row["balance_date"] for row in rows(found.at(MAY).balances)] == [MAY]
    assert reasons(found.at(MAY)) == []


@settings(max_examples=20, deadline=None)
@given(st.lists(st.decimals("-300", "300", places=2), min_size=3, max_size=3))
def test_the_parts_always_add_up_to_the_difference(away: list[Decimal]) -> None:
    found = tied(BOOK, {day: str(185 + each) for day, each in zip((MAY, JUNE, JULY), away, strict=True)})
    for row in rows(found.balances):
        assert sum((row[name] for name in PARTS), Decimal(0)) == row["difference"] == row["net"] - row["balance"]
        assert (row["since"] is None) == (row["unexplained"] == 0)
        mine = [each["amount"] for each in rows(found.reasons) if each["balance_date"] == row["balance_date"]]
        assert sum(mine, Decimal(0)) == row["difference"] - row["unexplained"]


def test_the_two_differences_of_the_demo_are_found_and_no_other(tmp_path: Path) -> None:
    today = date(2026, 7, 15)
    demo.write(tmp_path / "book", 2_000, today=today)
    assert not build([tmp_path / "book"], into=tmp_path / "store").refused
    with Store.open(tmp_path / "store") as store:
        found = tie_out.accounts(store, Scope(as_of=today))
        net = {row["currency"]: row["closing"] for row in rows(movements.roll_forward(store, Scope(as_of=JUNE), start=MAY))}
    odd = [row for row in rows(found.balances) if row["difference"]]
    assert {(row["entity"], row["currency"], row["balance_date"], row["unexplained"], row["since"]) for row in odd} == {
        ("DE01", "EUR", day, Decimal("-125.40"), date(2026, 3, 31)) for day in (date(2026, 3, 31), date(2026, 4, 30), MAY, JUNE)
    }
    assert [(row["balance_date"], row["cause"], row["what"]) for row in rows(found.reasons)] == [(MAY, "timing", "receipt")]
    for currency, closing in net.items():
        assert sum((row["net"] for row in rows(found.at(JUNE).balances) if row["currency"] == currency), Decimal(0)) == closing
    assert all(row["balance_date"] - timedelta(days=400) < today for row in rows(found.latest().balances))
