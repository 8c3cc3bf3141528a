"""Ways through the dashboard: back again, two tabs at once, a file of what is filtered, books without anything."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from analytics import overdue
from analytics.scope import Scope
from analytics.store import Store
from pages.ui import format as write
from tests.browser.conftest import Visit, failures, serving, settled
from tests.browser.test_pages import pick, query, save
from tests.ledger import ledger

pytestmark = pytest.mark.browser


def test_back_returns_to_the_page_before_as_it_was(visit: Visit) -> None:
    page = visit("?segment=Enterprise")
    page.get_by_role("link", name="Explore").click()
    expect(page.locator("h1")).to_have_text("Explore")
    settled(page)
    page.go_back()
    expect(page.locator("h1")).to_have_text("Receivables overview")
    settled(page)
    assert query(page)["segment"] == ["Enterprise"]


def test_two_tabs_keep_their_own_filters(visit: Visit) -> None:
    page = visit("explore?measure=Overdue")
    other = page.context.new_page()
    other.goto(page.url.replace("Overdue", "DSO,+simple"))
    settled(other)
    expect(other.locator("h2").first).to_have_text("DSO, simple by segment and month")
    page.reload()
    settled(page)
    expect(page.locator("h2").first).to_have_text("Overdue by segment and month")
    other.close()


def test_a_row_of_a_cut_narrows_the_view_to_it_and_asks_for_its_customers(visit: Visit) -> None:
    page = visit("explore?rows=Region&columns=nothing")
    pick(page, "explored_table", 1)
    expect(page.locator("h2").first).to_have_text("Open by customer")
    settled(page)
    assert query(page)["rows"] == ["Customer"]
    assert len(query(page)["region"]) == 1


def test_a_line_of_the_movements_chooses_its_rows_and_a_balance_opens_its_figure(visit: Visit) -> None:
    page = visit("movements")
    pick(page, "movement_lines", 5)
    expect(page.get_by_text("Rows behind receipts")).to_be_visible()
    settled(page)
    assert query(page)["behind"] == ["receipts"]
    pick(page, "movement_lines", 1)
    expect(page.locator("h1")).to_have_text("How a figure is computed")
    settled(page)
    assert query(page)["figure"] == ["Net AR"]


def test_a_click_on_any_cell_chooses_its_row_and_one_on_a_header_none(visit: Visit) -> None:
    page = visit("movements")
    pick(page, "movement_lines", 5, at=200)
    expect(page.get_by_text("Rows behind receipts")).to_be_visible()
    settled(page)
    pick(page, "movement_lines", 0, at=200)
    settled(page)
    assert query(page)["behind"] == ["receipts"]


def test_a_week_of_the_forecast_shows_what_it_is_made_of(visit: Visit) -> None:
    page = visit("forecast")
    pick(page, "weeks", 2)
    expect(page).to_have_url(re.compile("week="))
    (chosen,) = query(page)["week"]
    page.goto(page.url)
    expect(page.get_by_role("heading", name=f"Behind {chosen}")).to_be_visible()
    settled(page)


def test_what_changed_leads_to_the_movements_of_the_same_days(visit: Visit) -> None:
    page = visit("")
    page.get_by_role("button", name="Rows behind").click()
    expect(page.locator("h1")).to_have_text("Movements of receivables")
    settled(page)
    assert query(page)["balance"] == ["Open"]
    assert query(page)["period"] == ["Another day"]


@pytest.mark.parametrize(
    ("view", "table", "title"),
    [("Roll rates", "roll_table", "Aging"), ("Concentration", "concentration_table", "How a figure is computed")],
)
def test_patterns_lead_to_their_items(visit: Visit, view: str, table: str, title: str) -> None:
    page = visit(f"explore?explore={view}")
    pick(page, table, 1)
    expect(page.locator("h1")).to_have_text(title)
    settled(page)


def test_without_books_the_page_says_how_to_begin(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path) as address:
        page = browser.new_page()
        page.goto(address)
        settled(page)
        expect(page.locator("h1")).to_have_text("No books yet")
        expect(page.get_by_text("python -m analytics demo")).to_be_visible()
        page.close()


def test_damaged_books_are_a_sentence_without_a_traceback(browser: Browser, tmp_path: Path) -> None:
    with ledger().invoice("I1", "C1", "100.00", issue="2026-01-10").store(tmp_path) as store:
        books, file = store.directory, store.path
    file.write_bytes(b"not a database")
    with serving(books) as address:
        page = browser.new_page()
        page.goto(address)
        settled(page)
        assert "restore" in failures(page)[0]
        assert "Traceback" not in page.content()
        page.close()


def test_a_book_in_which_nothing_is_open_says_so(browser: Browser, tmp_path: Path) -> None:
    book = ledger().invoice("I1", "C1", "100.00", issue="2026-01-10", due="2026-02-09")
    book = book.receipt("P1", "C1", "100.00", "2026-02-01", applied={"I1": "100.00"})
    with book.store(tmp_path) as settled_book, serving(settled_book.directory) as address:
        page = browser.new_page()
        for path in ("", "aging", "figure", "overdue"):
            page.goto(f"{address}/{path}")
            settled(page)
            assert failures(page) == []
            expect(page.locator("[data-testid=stAlertContentInfo]").first).to_be_visible()
        page.close()


def test_a_customer_who_is_not_in_the_books_is_a_sentence(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/customers?of=C-unknown")
    settled(page)
    assert "is not in the books" in failures(page)[0]
    page.close()


def test_a_figure_leads_to_customers_to_documents_and_to_applications(visit: Visit, tmp_path: Path) -> None:
    page = visit("")
    page.get_by_role("button", name="How computed").click()
    page.get_by_text("DSO, simple", exact=True).last.click()
    expect(page.locator("h1")).to_have_text("How a figure is computed")
    settled(page)
    page.locator(".st-key-behind").get_by_text("sales", exact=True).click()
    expect(page.get_by_role("heading", name="Rows behind sales")).to_be_visible()
    settled(page)
    pick(page, "evidence_owners", 1)
    expect(page.locator(".st-key-evidence_papers canvas").first).to_be_visible()
    settled(page)
    assert query(page)["behind"] == ["sales"]
    with save(page, "evidence", "CSV", tmp_path).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    total = sum(Decimal(row["amount"]) for row in rows)
    expect(page.get_by_text(f"{write.items(len(rows), 'document')} · {write.money(total, rows[0]['currency'])}")).to_be_visible()
    page.keyboard.press("Escape")
    pick(page, "evidence_papers", 1)
    expect(page.get_by_role("radio", name="Applications", checked=True)).to_be_visible()
    assert rows[0]["customer_id"] in query(page)["of"][0]


def test_the_file_of_a_selection_is_the_selection(visit: Visit, demo_store: Store, tmp_path: Path) -> None:
    page = visit("overdue?min_days=30&min_amount=1000")
    found = overdue.page(demo_store, Scope(currency="EUR"), min_days=30, min_amount=Decimal(1000))
    expect(page.get_by_text(write.items(found.total_items))).to_be_visible()
    with save(page, "overdue", "CSV", tmp_path).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == found.total_items
    assert sum(Decimal(row["open_amount"]) for row in rows) == found.total_amount["EUR"]
