"""The pages about the data itself, without a browser: loading without books, generations, what the source says of itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from analytics.store import build, generations, places
from pages.ui import loading
from tests.pages.conftest import Show
from tests.sources.exports import write
from tests.sources.test_salesforce import PACKAGE
from tests.store.bundles import invoices, parquet, spoiled


def two_generations(folder: Path) -> Path:
    build([parquet(folder / "in", invoices=invoices())], into=folder / "store")
    build([parquet(folder / "in", invoices=spoiled(invoices(), "region", "South"))], into=folder / "store")
    return folder / "store"


def test_loading_needs_no_books(show: Show, tmp_path: Path) -> None:
    app = show(tmp_path / "nowhere", "data/load")

    assert [title.value for title in app.title] == ["Load"]
    assert not app.error


def test_before_the_first_load_there_are_templates_that_load_once_filled_in(show: Show, tmp_path: Path) -> None:
    app = show(tmp_path / "nowhere", "data/load")
    assert [button.label for button in app.get("download_button")] == ["invoices.csv", "payments.csv", "applications.csv"]

    given = {"invoice_id": "I1", "customer_id": "C1", "currency": "EUR", "issue_date": "2026-01-10", "total": "7.00"}
    (tmp_path / "in").mkdir()
    header = loading.template("invoices").decode().strip()
    (tmp_path / "in" / "invoices.csv").write_text(f"{header}\n{','.join(given.get(name, '') for name in header.split(','))}\n")
    (file,) = build([tmp_path / "in"], into=tmp_path / "store").as_json()["files"]
    assert (file["verdict"], file["accepted"]) == ("warn", 1)


def test_a_load_says_where_to_go_next(show: Show, tmp_path: Path) -> None:
    app = show(two_generations(tmp_path), "data/load")
    app.session_state["said"] = {"checked": False, "generation": 2, "seconds": 1, "files": []}
    app.run()
    assert [link.proto.label for link in app.get("page_link")][-3:] == [label for _, label, _ in loading.NEXT]


def test_a_generation_is_named_kept_and_let_go(show: Show, tmp_path: Path) -> None:
    store = two_generations(tmp_path)
    app = show(store, "data/generations")

    app.selectbox(key="acted_on").set_value(1).run()
    app.text_input(key="name_1").set_value("close 2026-06").run()
    app.button(key="pin").click().run()
    assert generations.pins(store) == {1: "close 2026-06"}

    app.button(key="unpin").click().run()
    assert generations.pins(store) == {}


def test_going_back_makes_an_older_generation_the_current_one(show: Show, tmp_path: Path) -> None:
    store = two_generations(tmp_path)
    app = show(store, "data/generations")

    app.selectbox(key="acted_on").set_value(1).run()
    app.button(key="use").click().run()

    assert places.current(store) == 1
    assert not app.exception


def test_two_generations_that_agree_on_the_day_say_so(show: Show, tmp_path: Path) -> None:
    app = show(two_generations(tmp_path), "data/generations")

    assert "Both say the same of this day." in [each.value for each in app.success]


def test_balances_of_the_source_stand_beside_ours(show: Show, tmp_path: Path) -> None:
    build([write(tmp_path / "in", **PACKAGE)], into=tmp_path / "store")

    app = show(tmp_path / "store", "data/health")

    assert "Balances of the source" in [each.value for each in app.header]
    assert "Problems by kind" in [each.value for each in app.header]


def test_rows_set_aside_are_shown_with_what_they_hold(show: Show, tmp_path: Path) -> None:
    build([parquet(tmp_path / "in", invoices=spoiled(invoices(), "status", "opne"))], into=tmp_path / "store")

    app = show(tmp_path / "store", "data/health")

    listed = next(each.value for each in app.dataframe if "content" in each.value)
    assert list(listed["message"]) == ["status 'opne' is not one of draft, posted, void"]
    assert '"invoice_id":"INV-00003"' in listed["content"].iloc[0]


def test_what_a_table_would_lose_stands_above_the_verdict() -> None:
    def headline() -> None:
        from pages.ui import loading

        lost = {"severity": "warn", "code": "shrunk", "message": "invoices.csv: 2 invoices, 20,961 in the books (-100 %)"}
        odd = {"severity": "warn", "code": "missing_table", "message": "payments file is missing"}
        loading._headline({"checked": True, "files": [{"quarantined": 0, "problems": [lost, odd]}]}, ["warn"])

    said = [each.value.replace("\\", "") for each in AppTest.from_function(headline).run().warning]
    assert said == ["invoices.csv: 2 invoices, 20,961 in the books (-100 %)"]


def test_the_verdict_of_a_load_writes_money_by_the_settings(follow: Callable[..., None]) -> None:
    follow(numbers="1.234,50")
    counts = {"rows": 3, "accepted": 2, "quarantined": 1}
    sums = {"EUR": {"accepted": "2000.50", "quarantined": "0.00"}, "shells": {"accepted": "0.00", "quarantined": "7.00"}}
    line = loading._line({"path": "in/invoices.csv", "table": "invoices", "verdict": "quarantine", "sums": sums} | counts)
    assert (line["sums"], line["aside"]) == ("€2.000,50, shells\N{NO-BREAK SPACE}0.00", "shells\N{NO-BREAK SPACE}7.00")
