"""The pages of the cash forecast: what they show, and what people write on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics import forecast
from analytics.scope import Scope
from analytics.store import Store, overrides
from pages.ui import format as write
from tests.answers import rows
from tests.forecast.histories import AS_OF, busy_book
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


def test_what_someone_says_of_an_invoice_is_kept_and_shown_beside_the_model(show: Show, busy: Store) -> None:
    before = forecast.receipts(busy, Scope(as_of=AS_OF)).totals
    overrides.write(busy.directory, overrides.Override("Slow-039", "exclude", None, "Ann", "bankrupt"))
    app = show(busy, "cash/forecast", as_of=str(AS_OF))
    table = next(frame.value for frame in app.dataframe if "who" in frame.value)
    assert table[["invoice", "what", "who", "why"]].to_numpy().tolist() == [["Slow-039", "not counted on", "Ann", "bankrupt"]]
    assert any("with what people said of 1 invoice" in text.value.replace("\\", "") for text in app.markdown)
    assert forecast.receipts(busy, Scope(as_of=AS_OF)).totals.equals(before)
