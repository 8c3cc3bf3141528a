"""The rows behind a figure add up to the sum that it is made of, exactly."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from operator import mul
from pathlib import Path
from typing import get_args

import pytest

from analytics import Scope, Store, changes, evidence, kpis, movements
from analytics.errors import UsageError
from analytics.kpis import Inputs
from analytics.money import rounded
from tests.ledger import Ledger

JUNE = Scope(as_of=date(2026, 6, 30))


def sums(found: Inputs, start: date) -> dict[evidence.Sum, Decimal]:
    return {
        "open": found.open,
        "overdue": found.overdue,
        "not due": found.open - found.overdue,
        "opening": found.opening,
        "sales": sum((amount for day, amount in found.sales_by_day.items() if day > start), Decimal(0)),
        "unapplied": found.unapplied,
        "applied": found.paid.amount,
    }


@pytest.mark.parametrize("of", get_args(evidence.Input))
@pytest.mark.parametrize("scope", [JUNE, Scope(as_of=date(2026, 3, 31), where={"segment": ["Enterprise"]})], ids=["all", "filtered"])
def test_the_rows_of_a_sum_are_all_of_it_and_nothing_else(demo_store: Store, scope: Scope, of: evidence.Sum) -> None:
    start = date.fromordinal(scope.day.toordinal() - 90)
    asked = {currency: sums(found, start)[of] for currency, found in kpis.inputs(demo_store, scope).items()}
    asked = {currency: rounded(amount, currency) for currency, amount in asked.items() if amount}
    papers = evidence.documents(demo_store, scope, of, size=None)
    owners = evidence.customers(demo_store, scope, of, size=None)
    for found in (papers, owners):
        assert {currency: amount for currency, amount in found.total_amount.items() if amount} == asked
        assert found.total_items == len(found.rows)
        assert {code: rows["amount"].sum() for code, rows in found.rows.groupby("currency") if rows["amount"].sum()} == asked
    assert owners.rows["items"].sum() == papers.total_items


@pytest.mark.parametrize("scope", [JUNE, Scope(as_of=date(2026, 3, 31), where={"segment": ["Enterprise"]})], ids=["all", "filtered"])
@pytest.mark.parametrize("of", get_args(evidence.Move))
def test_the_rows_of_a_movement_are_its_line(demo_store: Store, scope: Scope, of: evidence.Move) -> None:
    start, line = scope.day - timedelta(days=90), of.replace(" ", "_").replace("-", "_")
    lines = movements.roll_forward(demo_store, scope, start=start).merge(changes.since(demo_store, scope, start=start), on="currency")
    asked = {row["currency"]: row[line] for row in lines.to_dict("records") if row[line]}
    papers = evidence.documents(demo_store, scope, of, size=None)
    owners = evidence.customers(demo_store, scope, of, size=None)
    for found in (papers, owners):
        assert {currency: amount for currency, amount in found.total_amount.items() if amount} == asked
        assert {code: rows["amount"].sum() for code, rows in found.rows.groupby("currency") if rows["amount"].sum()} == asked
    assert owners.rows["items"].sum() == papers.total_items


def test_what_went_lessens_its_line_on_the_day_it_went(ledger: Ledger, tmp_path: Path) -> None:
    book = (
        ledger.invoice("I1", "C1", "100.00", issue="2026-05-01", status="void", voided_date="2026-06-20")
        .invoice("I2", "C1", "70.00", issue="2026-06-05")
        .invoice("I3", "C1", "60.00", issue="2026-06-06", status="void", voided_date="2026-06-07")
    )
    with book.store(tmp_path) as store:
        found = evidence.documents(store, JUNE, "invoices", days=30)
    assert found.total_amount == {"USD": Decimal("-30.00")}
    assert [*zip(found.rows["document_id"], found.rows["amount"], strict=True)] == [("I2", Decimal("70.00")), ("I1", Decimal("-100.00"))]
    assert found.rows["ended"].dropna().astype(str).tolist() == ["2026-06-20"]


def test_a_converted_sum_is_that_of_the_figure(demo_store: Store) -> None:
    scope = Scope(as_of=JUNE.as_of, currency="EUR")
    found = kpis.inputs(demo_store, scope)["EUR"]
    assert evidence.documents(demo_store, scope, "open").total_amount["EUR"] == rounded(found.open, "EUR")
    assert evidence.documents(demo_store, scope, "applied").total_amount["EUR"] == rounded(found.paid.amount, "EUR")


def test_days_to_pay_can_be_worked_out_from_the_rows(demo_store: Store) -> None:
    scope = JUNE.narrowed("currency", "USD")
    rows = evidence.documents(demo_store, scope, "applied", size=None).rows
    paid = kpis.inputs(demo_store, scope)["USD"].paid
    assert sum(map(mul, rows["amount"], rows["days_to_pay"])) == paid.amount_days_to_pay
    assert sum(map(mul, rows["amount"], rows["days_late"])) == paid.amount_days_late


def test_each_row_says_which_paper_it_is(ledger: Ledger, tmp_path: Path) -> None:
    book = (
        ledger.customer("C1", name="Acme")
        .invoice("I1", "C1", "100.00", issue="2026-05-01", due="2026-05-31")
        .receipt("P1", "C1", "40.00", "2026-06-10", applied={"I1": "30.00"})
    )
    with book.store(tmp_path) as store:
        (late,) = evidence.documents(store, JUNE, "overdue").rows.to_dict("records")
        (paid,) = evidence.documents(store, JUNE, "applied").rows.to_dict("records")
        (free,) = evidence.documents(store, JUNE, "unapplied").rows.to_dict("records")
        assert evidence.documents(store, JUNE, "not due").total_items == 0
        (billed,) = evidence.customers(store, JUNE, "sales").rows.to_dict("records")
    assert (late["name"], late["document_id"], late["days_late"], late["amount"]) == ("Acme", "I1", 30, Decimal("70.00"))
    assert (paid["document_id"], paid["payment_id"], paid["days_to_pay"], paid["amount"]) == ("I1", "P1", 40, Decimal("30.00"))
    assert (free["document_id"], free["kind"], free["amount"]) == ("P1", "receipt", Decimal("10.00"))
    assert (billed["customer_id"], billed["items"], billed["amount"]) == ("C1", 1, Decimal("100.00"))


def test_a_part_of_an_application_is_late_by_its_own_installment(ledger: Ledger, tmp_path: Path) -> None:
    book = (
        ledger.invoice("I1", "C1", "100.00", issue="2026-05-01")
        .row("installments", invoice_id="I1", installment_no=1, due_date="2026-05-31", amount="60.00")
        .row("installments", invoice_id="I1", installment_no=2, due_date="2026-06-30", amount="40.00")
        .receipt("P1", "C1", "80.00", "2026-06-10", applied={"I1": "80.00"})
    )
    with book.store(tmp_path) as store:
        rows = evidence.documents(store, JUNE, "applied").rows
    assert [*zip(rows["amount"], rows["days_late"], strict=True)] == [(Decimal("60.00"), 10), (Decimal("20.00"), -20)]


def test_a_payment_of_nobody_is_among_the_rows(ledger: Ledger) -> None:
    book = ledger.receipt("P1", None, "70.00", "2026-01-20").receipt("P2", "C1", "30.00", "2026-01-21")
    scope = Scope(as_of=date(2026, 2, 1))
    with book.direct_store() as store:
        papers, owners = evidence.documents(store, scope, "unapplied"), evidence.customers(store, scope, "unapplied")
    assert papers.total_amount == owners.total_amount == {"USD": Decimal("100.00")}
    assert (papers.total_items, owners.total_items) == (2, 2)
    assert list(papers.rows["payment_id"]) == ["P1", "P2"]
    assert list(owners.rows["amount"]) == [Decimal("70.00"), Decimal("30.00")]


def test_a_sum_that_is_none_is_a_sentence(demo_store: Store) -> None:
    with pytest.raises(UsageError, match="'profit' is not one of open, overdue"):
        evidence.documents(demo_store, JUNE, "profit")  # type: ignore[arg-type]
