"""The forecasts that pages show first are learned after a load: at once for small books, apart for others, not at all for huge ones."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from analytics import fitting, forecast
from analytics.store import Store
from tests.ledger import ledger

BOOK = (
    ledger()
    .customer("C1", name="Acme")
    .invoice("I1", "C1", "100.00", issue="2026-01-10", due="2026-02-09")
    .invoice("I2", "C1", "50.00", issue="2026-05-10", due="2026-06-09")
    .receipt("P1", "C1", "100.00", "2026-02-20", applied={"I1": "100.00"})
)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The processes that would have been started."""
    commands: list[Any] = []
    monkeypatch.setattr(subprocess, "Popen", lambda command, **_options: commands.append(command))
    return commands


def fits(store: Store) -> int:
    return len(list(store.directory.glob("fits/*")))


def test_a_small_book_is_fitted_at_once(tmp_path: Path, started: list[Any]) -> None:
    with BOOK.store(tmp_path / "book") as store:
        fitting.after_load(store.directory)
        assert fits(store) > 0
    assert started == []


def test_a_larger_book_is_fitted_in_a_process_of_its_own(tmp_path: Path, started: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "AT_ONCE", 1)
    with BOOK.store(tmp_path / "book") as store:
        fitting.after_load(store.directory)
        assert fits(store) == 0
        assert [command[1:3] for command in started] == [["-m", "analytics.fitting"]]


def test_a_book_too_large_for_pages_is_left_alone(tmp_path: Path, started: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "AT_ONCE", 1)
    monkeypatch.setattr(forecast, "LARGEST_BOOK", 1)
    with BOOK.store(tmp_path / "book") as store:
        fitting.after_load(store.directory)
        assert (fits(store), started) == (0, [])
