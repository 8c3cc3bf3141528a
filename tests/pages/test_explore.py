"""The page for analysts: what is chosen is what the URL says, and what is drawn is what the table holds."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analytics import allowance, cohorts, pivot, time_to_pay
from analytics.scope import Scope
from analytics.store import Store
from pages.ui import explored, figures
from pages.ui import format as write
from tests.answers import rows
from tests.ledger import Ledger
from tests.pages.conftest import Show

EXPLORE = "analyse/explore"


def sentences(app: AppTest) -> list[str]:
    return [error.value for error in app.error]


@pytest.mark.parametrize("view", ["Pivot", "Cohorts", "Time to pay", "Roll rates", "Concentration", "Allowance"])
def test_every_way_of_looking_stands(show: Show, demo_store: Store, view: str) -> None:
    app = show(demo_store, EXPLORE, explore=view)
    assert sentences(app) == []
    assert len(app.dataframe) == (2 if view == "Cohorts" else 1)


def test_the_allowance_is_that_of_the_factor_in_the_url(show: Show, demo_store: Store) -> None:
    shown = show(demo_store, EXPLORE, explore="Allowance", factor="1.25").dataframe[0].value
    found = allowance.matrix(demo_store, Scope(currency="EUR"), factor=Decimal("1.25"))
    wanted = [*rows(found.rows), *rows(found.totals)]
    assert shown["allowance"].dropna().tolist() == [float(row["allowance"]) for row in wanted if row["allowance"] is not None]
    assert shown["exposure"].tolist() == [float(row["exposure"]) for row in wanted]
    assert [bool(rate) for rate in shown["rate"][:-1]] == [row["rate"] is not None for row in rows(found.rows)]


def test_the_time_to_pay_is_that_of_the_books(show: Show, demo_store: Store) -> None:
    app = show(demo_store, EXPLORE, explore="Time to pay")
    found = rows(time_to_pay.curve(demo_store, Scope(currency="EUR")).summary)[0]
    assert [metric.value for metric in app.metric] == [write.items(found[name], "day") for name in ("quarter", "median", "three_quarters")]
    risks = rows(time_to_pay.at_risk(demo_store, Scope(currency="EUR")))
    assert app.dataframe[0].value["unpaid"].dropna().tolist() == [float(row["unpaid"]) for row in risks if row["unpaid"] is not None]


def test_a_month_shows_the_documents_that_it_billed(show: Show, demo_store: Store) -> None:
    app = show(demo_store, EXPLORE, explore="Cohorts")
    months, latest = app.dataframe[0].value, app.selectbox(key="cohort").value
    assert latest == f"{months['month'].iloc[-1]:%b %y}"
    month = months["month"].iloc[2]
    app = app.selectbox(key="cohort").set_value(f"{month:%b %y}").run()
    assert sentences(app) == []
    found = cohorts.documents(demo_store, Scope(currency="EUR"), month)
    said = write.plain(f"{found.total_items} documents · {write.money(found.total_amount['EUR'], 'EUR')}")
    assert said in [caption.value for caption in app.caption]
    assert list(app.dataframe[1].value["document"]) == [row["document"] for row in rows(found.rows)][:25]


def test_the_url_says_what_is_cut_by_what(show: Show, demo_store: Store) -> None:
    app = show(demo_store, EXPLORE, measure="Overdue", rows="Region", columns="Segment")
    table = app.dataframe[0].value
    found = pivot.table(demo_store, Scope(currency="EUR"), measure="overdue", rows="region", columns="segment").frame
    assert list(table["name"]) == [*found["region"].dropna(), "Total"]
    assert [Decimal(str(value)) for value in table["total"]] == [value.normalize() for value in found["total"]]


@pytest.mark.parametrize("measure", ["Open", "Overdue share", "DSO, simple", "Open items", "Weighted days to pay", "Receipts"])
@pytest.mark.parametrize("chart", ["bars", "lines", "heat map"])
def test_every_unit_is_drawn_every_way(show: Show, demo_store: Store, measure: str, chart: str) -> None:
    app = show(demo_store, EXPLORE, measure=measure, rows="Customer", columns="Month", chart=chart)
    assert sentences(app) == []
    assert app.dataframe[0].value["name"].iloc[-1] == "Total"


def test_a_choice_that_is_not_offered_falls_back(show: Show, demo_store: Store) -> None:
    app = show(demo_store, EXPLORE, measure="Profit", rows="Colour", columns="Customer", chart="pie")
    assert sentences(app) == []
    assert app.header[0].value == "Open by segment and month"


def test_no_more_than_a_page_of_rows_is_sent(show: Show, demo_store: Store) -> None:
    app = show(demo_store, EXPLORE, rows="Customer", columns="nothing")
    assert len(app.dataframe[0].value) == 16


@pytest.mark.parametrize("measure", explored.MEASURES)
def test_every_measure_leads_to_how_it_is_computed(show: Show, demo_store: Store, measure: str) -> None:
    app = show(demo_store, EXPLORE, measure=measure).button(key="how_explored").click().run()
    assert sentences(app) == []
    assert app.title[0].value == ("Movements of receivables" if measure == "Receipts" else "How a figure is computed")


def test_concentration_says_who_is_left_out(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    book = ledger.invoice("I1", "C1", "117.00", issue="2026-05-01")
    book = book.invoice("I3", "C3", "20.00", issue="2026-05-01").receipt("P1", "C3", "50.00", "2026-05-02", applied={"I3": "50.00"})
    with book.store(tmp_path) as store:
        app = show(store, EXPLORE, explore="Concentration")
    assert any("Left out: 1 customer in credit, -$30.00 in all" in each.value.replace("\\", "") for each in app.caption)


def test_a_share_is_rounded_half_up_as_everywhere(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    book = ledger.invoice("I1", "C1", "117.00", issue="2026-05-01").invoice("I2", "C2", "1883.00", issue="2026-05-01")
    with book.store(tmp_path) as store:
        app = show(store, "receivables/customers")
    assert app.dataframe[0].value["share"].tolist() == [94.2, 5.9]  # 94.15 and 5.85


def test_a_measure_has_the_name_that_it_has_where_it_is_computed() -> None:
    names = {method.column: name for name, method in figures.FIGURES.items()}
    written = {column: name for name, column in explored.MEASURES.items() if column in names and column != "open"}
    assert written == {column: names[column] for column in written}
