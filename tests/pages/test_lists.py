"""The lists: searched, sorted and paged in the store, with the count and amount of all that match."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics import debtors
from analytics.store import Store
from pages.ui import export
from pages.ui import format as write
from tests.ledger import Ledger
from tests.ledger import ledger as empty_ledger
from tests.pages.conftest import Show


@pytest.fixture(scope="module")
def sixty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Sixty overdue invoices of $1 to $60, by turns of Borg and Acme, and a receipt of $1."""
    book = empty_ledger()
    for place in range(60):
        customer = "Acme" if place % 2 else "Borg"
        book = book.invoice(f"I{place:03}", customer, f"{place + 1}.00", issue="2026-01-01", due="2026-01-31")
    book = book.receipt("P1", "Acme", "1.00", "2026-03-01")
    with book.store(tmp_path_factory.mktemp("sixty")) as store:
        yield store


def test_a_page_of_rows_goes_to_the_browser_and_the_count_is_of_all(show: Show, sixty: Store) -> None:
    app = show(sixty, "collections/overdue")
    assert len(app.dataframe[0].value) == 50
    assert any("60 items · $1,830.00" in each.value for each in app.caption)
    app = show(sixty, "collections/overdue", overdue_page="2")
    assert len(app.dataframe[0].value) == 10


def test_a_search_narrows_the_list_and_its_total(show: Show, sixty: Store) -> None:
    app = show(sixty, "collections/overdue")
    app.text_input(key="search").set_value("i003").run()
    assert list(app.dataframe[0].value["open_amount"]) == [4.0]
    assert any("1 item · $4.00" in each.value for each in app.caption)


def test_a_least_amount_is_inclusive(show: Show, sixty: Store) -> None:
    app = show(sixty, "collections/overdue", min_amount="59")
    assert list(app.dataframe[0].value["open_amount"]) == [60.0, 59.0]


def test_the_list_can_begin_with_what_asking_gains_most(show: Show, demo_store: Store) -> None:
    app = show(demo_store, "collections/overdue", sort="expected gain first")
    gains = app.dataframe[0].value["expected_gain"].tolist()
    assert gains == sorted(gains, reverse=True)
    assert gains[0] > 0


def test_a_bucket_without_items_says_what_to_change(show: Show, sixty: Store) -> None:
    app = show(sixty, "collections/overdue", late="Over 90")
    assert "No open item matches" in app.info[0].value


def test_a_customers_page_has_its_documents_and_not_anothers(show: Show, sixty: Store) -> None:
    app = show(sixty, "receivables/customers", of="Acme")
    numbers = set(app.dataframe[0].value["number"])
    assert len(numbers) == 25
    assert numbers <= {f"I{place:03}" for place in range(1, 60, 2)}


def test_movements_close_in_sight(show: Show, sixty: Store) -> None:
    app = show(sixty, "receivables/movements", period="12 months")
    lines = app.dataframe[0].value.set_index("line")["USD"]
    assert lines["Invoices"] == "1,830.00"
    assert lines["Receipts"] == "-1.00"
    assert lines["Closes"] == "yes, to the cent"


def test_health_shows_verdicts_and_what_asks_for_a_decision(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    book = ledger.invoice("I1", "C1", "100.00", issue="2026-01-10", due="2026-02-09")
    book = book.receipt("P1", "C1", "120.00", "2026-02-01", applied={"I1": "120.00"})
    with book.store(tmp_path) as store:
        app = show(store, "data/health")
    assert next(metric.value for metric in app.metric if metric.label == "Equations").endswith("hold")
    over = next(each.value for each in app.dataframe if "due_date" in each.value)
    assert list(over["amount"]) == ["-20.00"]


def test_a_large_list_is_written_in_sight_and_then_there_to_be_saved(show: Show, sixty: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "LARGE", 59)
    app = show(sixty, "collections/overdue")
    assert [button.label for button in app.get("download_button") if button.label.startswith("Save")] == []
    app.button(key="overdue_csv").click().run()
    assert not app.exception
    (there,) = (button for button in app.get("download_button") if button.label.startswith("Save"))
    assert there.label.endswith("generation-1.csv")


@pytest.fixture(scope="module")
def overpaid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """An invoice of $100 with $120 applied, which is a problem and asks for a decision, and an overdue one."""
    book = empty_ledger().invoice("I1", "C1", "100.00", issue="2026-01-10", due="2026-02-09")
    book = book.invoice("I2", "C1", "70.00", issue="2026-01-10", due="2026-02-09")
    book = book.receipt("P1", "C1", "120.00", "2026-02-01", applied={"I1": "120.00"})
    with book.store(tmp_path_factory.mktemp("overpaid")) as store:
        yield store


@pytest.mark.parametrize(
    ("page", "key"),
    [
        ("receivables/overview", "top_debtors"),
        ("receivables/aging", "debtors"),
        ("receivables/aging", "items"),
        ("receivables/figure", "evidence"),
        ("data/health", "problems"),
        ("data/health", "decisions"),
    ],
)
def test_every_list_is_written_in_sight_when_it_is_large(
    show: Show, overpaid: Store, monkeypatch: pytest.MonkeyPatch, page: str, key: str
) -> None:
    monkeypatch.setattr(export, "LARGE", 0)
    app = show(overpaid, page, as_of="2026-03-01")
    app.button(key=f"{key}_csv").click().run()
    assert not app.exception
    assert any(button.label.startswith("Save") for button in app.get("download_button"))


def test_the_file_of_the_debtors_has_those_that_were_searched(show: Show, sixty: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "LARGE", 0)
    asked: list[dict[str, object]] = []
    ranked = debtors.ranked
    monkeypatch.setattr(debtors, "ranked", lambda *scope, **how: asked.append(how) or ranked(*scope, **how))
    app = show(sixty, "receivables/aging")
    app.text_input(key="debtor_search").set_value("acme").run()
    app.button(key="debtors_csv").click().run()
    assert asked[-1]["size"] is None
    assert asked[-1]["search"] == "acme"


def test_how_a_customer_pays_is_said_in_its_own_currency_whatever_is_shown(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    book = ledger.rate("2026-06-29", "USD", "EUR", "0.9")
    book = book.invoice("I1", "Acme", "50.00", issue="2026-05-01", due="2026-05-10", currency="USD")
    book = book.receipt("P1", "Acme", "50.00", "2026-05-14", currency="USD", applied={"I1": "50.00"})
    book = book.invoice("I2", "Acme", "7.00", issue="2026-06-01", due="2026-06-10", currency="EUR")
    with book.store(tmp_path) as store:
        app = show(store, "receivables/customers", as_of="2026-06-30", of="Acme", currency="EUR")
    assert [each.value for each in app.metric if each.label == "Days late, median"] == [write.days(4)]
    said = [each.value.replace("\\", "") for each in app.caption]
    assert "1 settled invoice in USD, 100% of them late; last receipt $50.00 on 14 May 2026." in said


def test_a_customer_outside_the_filters_is_not_said_to_owe_nothing(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    book = ledger.customer("C1", region="North").customer("C2", region="South")
    for customer in ("C1", "C2"):
        book = book.invoice(f"I-{customer}", customer, "50.00", issue="2026-05-01", due="2026-05-10")
    with book.store(tmp_path) as store:
        inside, outside = (show(store, "receivables/customers", of="C1", region=region) for region in ("North", "South"))
    sentence = "Nothing of it is open within the filters."
    assert not any(sentence in each.value for each in inside.info)
    assert any(sentence in each.value for each in outside.info)


def test_a_draft_among_a_customers_documents_says_that_it_is_one(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    book = ledger.invoice("I1", "C1", "50.00", issue="2026-05-01").invoice("I2", "C1", "9.00", issue="2026-05-02", status="draft")
    with book.store(tmp_path) as store:
        app = show(store, "receivables/customers", of="C1")
    assert dict(app.dataframe[0].value[["number", "status"]].to_numpy()) == {"I1": "Posted", "I2": "Draft"}
