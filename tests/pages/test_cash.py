"""The pages of the cash forecast: what they show, and what people write on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analytics import fitting, forecast
from analytics.scope import Scope
from analytics.store import Store, fits, overrides
from pages.ui import cash, what_if
from pages.ui import format as write
from tests.answers import rows
from tests.forecast.histories import AS_OF, after, busy_book
from tests.ledger import ledger
from tests.pages.conftest import Show


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Store]:
    with busy_book(ledger(), weeks=40).store(tmp_path) as store:
        yield store


def test_the_headlines_are_the_cumulative_amounts_of_all_sources(show: Show, busy: Store) -> None:
    app = show(busy, "cash/forecast", as_of=str(AS_OF))
    wanted = [write.money(row["mean"], "USD") for row in rows(forecast.receipts(busy, Scope(as_of=AS_OF)).cumulative)]
    assert [metric.value for metric in app.metric[:3]] == wanted


def test_a_week_is_put_together_from_its_sources_and_each_from_its_rows(show: Show, busy: Store) -> None:
    found = forecast.receipts(busy, Scope(as_of=AS_OF))
    week = rows(found.totals)[2]
    named = f"{write.day(week['start'])} to {write.day(week['end'])}"
    app = show(busy, "cash/forecast", as_of=str(AS_OF), week=named, rows_by="Documents", of_source="Open invoices")
    assert app.selectbox(key="week").value == named
    equation = next(code.value for code in app.code if code.value.startswith("Expected")).splitlines()
    assert equation[-1] == f"= {write.money(week['mean'], 'USD')}"
    behind = rows(found.behind("open", week["start"]))
    total = write.money(sum(row["expected"] for row in behind), "USD")
    assert total in equation[-2]
    shown = app.dataframe[-1].value
    assert list(shown["number"]) == [row["invoice_id"] for row in behind][:25]
    assert list(shown["expected"]) == [float(row["expected"]) for row in behind][:25]


def test_an_invoice_is_called_by_its_number_where_it_has_one(show: Show, tmp_path: Path) -> None:
    with busy_book(ledger()).invoice("Late-x", "Late", "9999.00", issue=after(-5), due=after(2), number="2026/17").store(tmp_path) as store:
        app = show(store, "cash/forecast", as_of=str(AS_OF), rows_by="Documents", of_source="Open invoices")
    for table in (app.dataframe[0].value, app.dataframe[-1].value):
        assert "2026/17" in list(table["number"])
        assert "Late-x" not in list(table["number"])


def test_the_list_of_this_week_says_what_the_week_expects(show: Show, busy: Store) -> None:
    found = forecast.receipts(busy, Scope(as_of=AS_OF))
    first = rows(found.behind("open", after(1)))[0]
    listed = show(busy, "cash/forecast", as_of=str(AS_OF)).dataframe[0].value
    assert listed[["number", "this_week"]].to_numpy().tolist()[0] == [first["invoice_id"], float(first["expected"])]


def test_the_file_of_the_invoices_names_them_and_says_what_the_week_expects(show: Show, tmp_path: Path) -> None:
    book = busy_book(ledger().customer("Other", name="Other Ltd"))
    with book.invoice("Other-x", "Other", "9999.00", issue=after(-5), due=after(2), number="2026/17").store(tmp_path) as store:
        view = show(store, "cash/forecast", as_of=str(AS_OF)).session_state["view"]
        written = cash.named(view, cash._open_ones(view)).set_index("invoice_id")
        wanted = {row["invoice_id"]: row["expected"] for row in rows(forecast.receipts(store, Scope(as_of=AS_OF)).behind("open", after(1)))}
    assert written.loc["Other-x", ["number", "name"]].tolist() == ["2026/17", "Other Ltd"]
    assert {invoice: amount for invoice, amount in written["this_week"].items() if amount} == wanted


def test_a_list_says_how_many_of_all_it_shows(show: Show, busy: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = show(busy, "cash/forecast", as_of=str(AS_OF))
    monkeypatch.setattr(cash, "LISTED", 2)
    part = show(busy, "cash/forecast", as_of=str(AS_OF), listed="largest")
    (count,) = (each.value for each in whole.caption if re.fullmatch(r"\d+ open invoices", each.value))
    assert f"the first 2 of {count}" in [each.value for each in part.caption]


def test_while_a_load_is_learned_from_the_page_shows_what_the_load_before_taught(show: Show, tmp_path: Path) -> None:
    book = busy_book(ledger(), weeks=40)
    with book.store(tmp_path) as store:
        fitting.after_load(store.directory)
    with book.invoice("New", "Late", "100.00", issue=after(1), due=after(31)).store(tmp_path) as store:
        fits.begin(store)
        app = show(store, "cash/forecast")
        assert any("the intervals are those of generation 1" in text.value for text in app.caption)
        fits.end(store)
        app = show(store, "cash/forecast")
        assert not any("the intervals are those of generation 1" in text.value for text in app.caption)


def test_the_intervals_are_said_to_hold_as_often_as_the_back_test_found(show: Show, busy: Store) -> None:
    total = next(row for row in rows(forecast.backtest(busy, Scope(as_of=AS_OF)).sources) if row["source"] == "total")
    app = show(busy, "cash/forecast", as_of=str(AS_OF))
    assert any(f"the 90% interval {write.percent(total['coverage90'])} of the weekly" in text.value for text in app.caption)


def test_the_model_table_names_every_model(show: Show, busy: Store) -> None:
    app = show(busy, "cash/backtest", as_of=str(AS_OF))
    shown = app.dataframe[0].value
    assert list(shown["model"]) == list(forecast.backtest(busy, Scope(as_of=AS_OF)).models["model"])


def test_the_scenario_that_is_chosen_is_the_one_shown(show: Show, busy: Store) -> None:
    app = show(busy, "cash/scenarios", as_of=str(AS_OF))
    app.session_state["what"] = "new terms"
    app.run()
    app.session_state["terms_longer"] = 30
    app.run()
    wanted = forecast.compare(busy, Scope(as_of=AS_OF), forecast.Scenario(terms_longer=30))
    assert app.metric[0].value == write.short(rows(wanted.figures)[0]["receipts_changed"], "USD")


def test_the_customers_behind_a_week_of_a_scenario_add_up_to_it(show: Show, busy: Store) -> None:
    url = {"as_of": str(AS_OF), "what": what_if.LABELS["is lost"], "whose": "Late"}
    found = forecast.compare(busy, Scope(as_of=AS_OF), forecast.Scenario(lost=("Late",)))
    week = rows(found.weeks)[-1]
    app = show(busy, "cash/scenarios", **url, week=write.span(week["start"], week["end"]))
    table = app.dataframe[-1].value
    assert list(table["customer_id"])[:-1] == [row["customer_id"] for row in rows(found.by_customer(week["start"]))]
    assert table["name"].iloc[0] == "Late"
    assert table[["base", "changed", "difference"]].iloc[-1].tolist() == [float(week[name]) for name in ("base", "changed", "difference")]


def test_without_a_week_chosen_the_customers_are_those_of_the_first_that_changes(show: Show, busy: Store) -> None:
    found = rows(forecast.compare(busy, Scope(as_of=AS_OF), forecast.Scenario(terms_longer=30)).weeks)
    first = next(row for row in found if row["difference"])
    for chosen in ({}, {"week": "a week of another year"}):
        app = show(busy, "cash/scenarios", as_of=str(AS_OF), what=what_if.LABELS["new terms"], terms_longer="30", **chosen)
        assert app.dataframe[-1].value["difference"].iloc[-1] == float(first["difference"])


def test_what_someone_says_of_an_invoice_is_kept_and_shown_beside_the_model(show: Show, busy: Store) -> None:
    before = forecast.receipts(busy, Scope(as_of=AS_OF)).totals
    overrides.write(busy.directory, overrides.Override("Slow-039", "exclude", None, "Ann", "bankrupt"))
    app = show(busy, "cash/forecast", as_of=str(AS_OF))
    table = next(frame.value for frame in app.dataframe if "who" in frame.value)
    assert table[["invoice", "what", "who", "why"]].to_numpy().tolist() == [["Slow-039", "not counted on", "Ann", "bankrupt"]]
    assert any("with what people said of 1 invoice" in text.value.replace("\\", "") for text in app.markdown)
    assert forecast.receipts(busy, Scope(as_of=AS_OF)).totals.equals(before)


BACKTEST = "cash/backtest"


def equation(app: AppTest) -> list[str]:
    return app.code[0].value.splitlines()


@pytest.mark.parametrize(
    ("error", "column"), [("Weekly error", "wape"), ("Bias", "bias"), ("60 days", "error_60"), ("90% held", "coverage90")]
)
def test_the_equation_behind_an_error_ends_with_the_figure_of_the_table(show: Show, busy: Store, error: str, column: str) -> None:
    said = rows(forecast.backtest(busy, Scope(as_of=AS_OF)).models)[-1]
    app = show(busy, BACKTEST, as_of=str(AS_OF), error=error)
    assert equation(app)[0] == error
    assert equation(app)[-1] == f"= {write.percent(said[column])}"


def test_choosing_a_past_day_shows_its_weeks_and_their_equation(show: Show, busy: Store) -> None:
    found = rows(forecast.backtest(busy, Scope(as_of=AS_OF)).weeks)
    mine = [row for row in found if row["model"] == "due date" and row["cutoff"] == found[0]["cutoff"]]
    app = show(busy, BACKTEST, as_of=str(AS_OF), model="due date", said_on=write.day(found[0]["cutoff"]))
    missed, came = sum(abs(row["expected"] - row["actual"]) for row in mine), sum(row["actual"] for row in mine)
    assert equation(app)[2] == f"= {write.money(missed, 'USD')} / {write.money(came, 'USD')}"
    table = next(frame.value for frame in app.dataframe if "start" in frame.value and "part" in frame.value)
    assert list(table["start"]) == [*(write.day(row["start"]) for row in mine), "Total"]
    assert table["part"].iloc[-1] == float(missed)


def test_days_off_are_those_of_the_invoices_shown(show: Show, busy: Store) -> None:
    whole = rows(forecast.backtest(busy, Scope(as_of=AS_OF)).pay_dates)[-1]
    app = show(busy, BACKTEST, as_of=str(AS_OF), error="Days off")
    assert equation(app)[2].endswith(f" / {whole['items']:,}")
    assert equation(app)[3] == f"= {write.days(whole['error'])}"
    table = next(frame.value for frame in app.dataframe if "paid_date" in frame.value)
    assert list(table["days_off"]) == sorted(table["days_off"], reverse=True)


def test_a_model_that_has_no_interval_gives_way_to_the_forecast(show: Show, busy: Store) -> None:
    app = show(busy, BACKTEST, as_of=str(AS_OF), error="80% held", model="due date", said_on="2020-01-01")
    assert next(box.value for box in app.selectbox if box.label == "Model") == "payment hazard, blended"
    assert next(box.value for box in app.selectbox if box.label == "Said on") is None


def test_without_half_a_year_of_payments_the_back_test_says_only_what_it_takes(show: Show, busy: Store) -> None:
    app = show(busy, BACKTEST, as_of=str(after(-150)))
    assert [each.value.split(":")[0] for each in app.info] == [
        "There is too little past to compare. It takes half a year of payments up to the as-of day"
    ]
    assert (len(app.metric), len(app.dataframe)) == (0, 0)


def test_notes_on_invoices_are_counted_only_where_there_are_some(show: Show, busy: Store) -> None:
    assert not any("note" in each.value for each in show(busy, "cash/forecast", as_of=str(AS_OF)).caption if each.value[0].isdigit())
    overrides.write(busy.directory, overrides.Override("Slow-039", "exclude", None, "Ann", "bankrupt"))
    assert "1 note" in [each.value for each in show(busy, "cash/forecast", as_of=str(AS_OF)).caption]
