"""Saved views in the frame: a fresh visit opens the default, an address that says something is left alone."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from analytics.store import Store, bookmarks
from analytics.store.bookmarks import Bookmark
from tests.ledger import Ledger
from tests.pages.conftest import Show

SIGNED_IN = "test@example.com"
"""Who signs in to a page under test."""


def book(ledger: Ledger, folder: Path) -> Store:
    large = ledger.customer("C1", name="Acme", segment="Large").customer("C2", name="Borg", segment="Small")
    large = large.invoice("I1", "C1", "100.00", issue="2026-05-01", due="2026-05-31")
    return large.invoice("I2", "C2", "60.00", issue="2026-05-01", due="2026-05-31").store(folder)


def open_amount(app: AppTest) -> str:
    return str(next(metric.value for metric in app.metric if metric.label == "Open receivables"))


def test_a_fresh_visit_opens_the_default_view(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    with book(ledger, tmp_path) as store:
        assert open_amount(show(store)) == "$160"
        bookmarks.keep(store.directory, SIGNED_IN, Bookmark("Large ones", "", "?segment=Large", is_default=True))
        assert open_amount(show(store)) == "$100"


def test_an_address_that_asks_something_is_left_alone(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    with book(ledger, tmp_path) as store:
        bookmarks.keep(store.directory, SIGNED_IN, Bookmark("Large ones", "", "?segment=Large", is_default=True))
        assert open_amount(show(store, segment="Small")) == "$60"


def test_a_view_that_is_no_default_changes_nothing(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    with book(ledger, tmp_path) as store:
        bookmarks.keep(store.directory, SIGNED_IN, Bookmark("Large ones", "", "?segment=Large"))
        assert open_amount(show(store)) == "$160"
