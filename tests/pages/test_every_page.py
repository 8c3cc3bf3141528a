"""Every page, over books large, small and missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analytics.store import Store
from tests.ledger import Ledger
from tests.pages.conftest import PAGES, ROOT, Show


def sentences(app: AppTest) -> list[str]:
    return [error.value.replace("\\", "") for error in app.error]


def every_page(app: AppTest) -> Iterator[AppTest]:
    yield app
    for page in PAGES[1:]:
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception, page
        yield app


def test_the_demo_book_is_shown_on_every_page(show: Show, demo_store: Store) -> None:
    for app in every_page(show(demo_store)):
        assert sentences(app) == []
        assert len(app.title) == 1


def test_one_unpaid_invoice_is_a_book(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    with ledger.invoice("I1", "C1", "100.00", issue="2026-01-10").store(tmp_path) as store:
        for app in every_page(show(store)):
            assert sentences(app) == []


def test_a_book_in_which_everything_is_settled_has_nothing_to_show_and_says_so(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    book = ledger.invoice("I1", "C1", "100.00", issue="2026-01-10", due="2026-02-09")
    book = book.receipt("P1", "C1", "100.00", "2026-02-01", applied={"I1": "100.00"})
    with book.store(tmp_path) as store:
        app = show(store)
        assert any("Nothing is open here" in info.value for info in app.info)
        for page in every_page(app):
            assert sentences(page) == []


def test_several_currencies_are_shown_apart_on_every_page(show: Show, two_currencies: Store) -> None:
    for app in every_page(show(two_currencies, currency="own currencies")):
        assert sentences(app) == []
        assert "each in its own currency" in app.caption[0].value.replace("\\", "")


@pytest.mark.parametrize("page", [PAGES[0], PAGES[-1]])
def test_without_books_every_page_says_how_to_begin(show: Show, tmp_path: Path, page: str) -> None:
    app = show(tmp_path / "nowhere", page)
    assert app.title[0].value == "No books yet"
    assert any("python -m analytics demo" in code.value for code in app.code)


def test_a_customer_who_is_in_no_table_is_a_sentence(show: Show, demo_store: Store) -> None:
    app = show(demo_store, of="C-unknown")
    app.switch_page("pages/receivables/customers.py").run()
    assert "is not in the books" in sentences(app)[0]


def test_damaged_books_are_a_sentence(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    with ledger.invoice("I1", "C1", "100.00", issue="2026-01-10").store(tmp_path) as store:
        path = store.path
    path.write_bytes(b"not a database")
    app = show(tmp_path / "store")
    assert "restore" in sentences(app)[0]


def test_pages_lie_one_folder_down_so_that_no_link_passes_by_the_frame() -> None:
    assert not list((ROOT / "pages").glob("*.py"))
