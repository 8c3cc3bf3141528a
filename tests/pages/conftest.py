"""The dashboard without a browser, over books of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analytics.store import Store
from tests.ledger import ledger

ROOT = Path(__file__).parents[2]
PAGES = (
    "receivables/overview",
    "receivables/aging",
    "receivables/dso",
    "receivables/customers",
    "receivables/movements",
    "receivables/figure",
    "collections/overdue",
    "cash/forecast",
    "cash/backtest",
    "cash/scenarios",
    "analyse/explore",
    "share/pack",
    "data/generations",
    "data/health",
)
Show = Callable[..., AppTest]


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch) -> Show:
    """Runs a page over the books at a directory, with the URL's parameters; fails on a traceback."""

    def run(books: Path | Store, page: str = PAGES[0], **url: str | list[str]) -> AppTest:
        monkeypatch.setenv("AR_STORE", str(books.directory if isinstance(books, Store) else books))
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for name, value in url.items():
            app.query_params[name] = value
        app.run()
        if page != PAGES[0]:
            app.switch_page(f"pages/{page}.py").run()
        assert not app.exception
        return app

    return run


@pytest.fixture(scope="session")
def two_currencies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Dollars and euros with a rate, and yen without."""
    book = (
        ledger()
        .customer("C1", name="Acme", segment="Large", region="North")
        .customer("C2", name="Borg", segment="Small", region="South")
        .invoice("I1", "C1", "100.00", issue="2026-05-01", due="2026-05-31", currency="EUR")
        .invoice("I2", "C2", "60.00", issue="2026-05-01", due="2026-07-31", currency="EUR")
        .invoice("I3", "C2", "50.00", issue="2026-06-01", due="2026-06-10", currency="USD")
        .invoice("I4", "C2", "900", issue="2026-06-01", due="2026-06-10", currency="JPY")
        .rate("2026-06-29", "USD", "EUR", "0.9")
    )
    with book.store(tmp_path_factory.mktemp("two_currencies")) as store:
        yield store
