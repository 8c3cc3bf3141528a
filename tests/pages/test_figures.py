"""How a figure is computed: the equation has the figures put in, and the rows behind add up to them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ledger import Ledger
from tests.pages.conftest import Show

FIGURE = "receivables/figure"


def book(ledger: Ledger) -> Ledger:
    """$300 billed in the period, $90 of it paid."""
    return (
        ledger.customer("C1", name="Acme")
        .invoice("I1", "C1", "100.00", issue="2026-05-01", due="2026-05-31")
        .invoice("I2", "C2", "200.00", issue="2026-05-10", due="2026-07-31")
        .receipt("P1", "C1", "90.00", "2026-06-10", applied={"I1": "90.00"})
    )


def test_an_equation_has_the_sums_put_in(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    with book(ledger).store(tmp_path) as store:
        app = show(store, FIGURE, figure="DSO, simple")
    steps = ["open / sales x days", "$210.00 / $300.00 x\N{NO-BREAK SPACE}90", "63.0\N{NO-BREAK SPACE}d"]
    assert app.code[0].value.splitlines() == ["DSO, simple", *(f"= {step}" for step in steps)]
    assert app.metric[0].value == "63.0\N{NO-BREAK SPACE}d"


def test_days_to_pay_are_a_weighted_sum(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    with book(ledger).store(tmp_path) as store:
        app = show(store, FIGURE, figure="Weighted days to pay", rows_by="Documents")
    assert "= $3,600.00 / $90.00" in app.code[0].value
    assert app.dataframe[0].value[["document", "payment_id", "days_to_pay", "days_late"]].to_numpy().tolist() == [["I1", "P1", 40, 10]]


def test_a_balance_has_no_period_and_its_equation_no_repetition(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    with book(ledger).store(tmp_path) as store:
        app = show(store, FIGURE, figure="Overdue")
    assert app.code[0].value.splitlines() == ["Overdue", "= overdue", "= $10.00"]
    assert [group.label for group in app.button_group if group.label == "Sales of"] == []


def test_the_rows_are_those_of_the_chosen_input(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    with book(ledger).store(tmp_path) as store:
        app = show(store, FIGURE, figure="DSO, simple", behind="sales")
    assert app.dataframe[0].value["amount"].tolist() == [200.0, 100.0]
    assert app.dataframe[0].value["name"].tolist() == ["C2", "Acme"]
    assert any("2 customers · $300.00" in each.value.replace("\\", "") for each in app.caption)


def test_an_input_that_a_figure_does_not_have_gives_way_to_its_first(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    with book(ledger).store(tmp_path) as store:
        app = show(store, FIGURE, figure="Overdue", behind="applied")
    assert any("1 customer · $10.00" in each.value.replace("\\", "") for each in app.caption)


@pytest.mark.parametrize("page", ["receivables/overview", "receivables/figure", "receivables/aging", "receivables/customers"])
def test_a_sum_of_nothing_is_0_and_only_a_ratio_of_nothing_is_undefined(show: Show, ledger: Ledger, tmp_path: Path, page: str) -> None:
    book = ledger.invoice("I1", "C1", "50.00", issue="2026-05-01").invoice("I2", "C2", "60.00", issue="2026-06-01")
    with book.store(tmp_path) as store:
        app = show(store, page, as_of="2026-05-01", customer="C2", of="C2")
    shown = {metric.label: metric.value for metric in app.metric}
    undefined = {"Overdue share", "DSO", "Credit limit used", "Days late, median"}
    assert {label for label, value in shown.items() if value == "n/a"} <= undefined
    assert shown.get("Open receivables", "$0.00") in ("$0", "$0.00")
    assert not any("n/a" in caption.value for caption in app.caption)
