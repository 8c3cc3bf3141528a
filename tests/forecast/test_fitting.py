"""The forecasts that pages show first are learned after a load: at once for small books, apart for others, not at all for huge ones."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from analytics import fitting, forecast, serving
from analytics.scope import Scope
from analytics.store import Store
from tests.forecast.histories import AS_OF, after, busy_book
from tests.ledger import ledger

BOOK = (
    ledger()
    .customer("C1", name="Acme")
    .invoice("I1", "C1", "100.00", issue="2026-01-10", due="2026-02-09")
    .invoice("I2", "C1", "50.00", issue="2026-05-10", due="2026-06-09")
    .receipt("P1", "C1", "100.00", "2026-02-20", applied={"I1": "100.00"})
)


EARLIER = "until then the intervals are those of generation 1."


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


def test_what_the_pages_show_first_is_fitted_and_tested(tmp_path: Path) -> None:
    book = busy_book(ledger()).invoice("Euro", "Late", "100.00", issue=after(-60), due=after(-30), currency="EUR")
    with book.store(tmp_path) as store:
        fitting.after_load(store.directory)
        before = {path.name for path in store.directory.glob("fits/*")}
        shown = forecast.receipts(store, Scope(where={"currency": ["USD"]}))
        forecast.backtest(store, Scope(where={"currency": ["USD"]}))
        assert {path.name for path in store.directory.glob("fits/*")} == before
        assert shown.coverage.inside_90 is not None


def test_what_the_load_before_taught_stands_in_until_the_new_books_are_learned_from(tmp_path: Path) -> None:
    book = busy_book(ledger())
    with book.store(tmp_path) as store:
        fitting.after_load(store.directory)
    newer = book.invoice("New", "Late", "100.00", issue=after(1), due=after(31))
    with newer.store(tmp_path) as store:
        first = forecast.receipts(store, Scope(), stand_in=True)
        assert any(EARLIER in note for note in first.notes)
        fitting.after_load(store.directory)
        learned = forecast.receipts(store, Scope(), stand_in=True)
        assert not any(EARLIER in note for note in learned.notes)


def test_the_demo_book_is_fitted_before_the_dashboard_starts(tmp_path: Path) -> None:
    serving.load_demo(tmp_path / "store")
    with Store.open(tmp_path / "store") as store:
        assert fits(store) > 0


def test_nothing_later_than_the_day_stands_in(tmp_path: Path) -> None:
    book = busy_book(ledger())
    with book.store(tmp_path) as store:
        forecast.receipts(store, Scope(as_of=AS_OF))
    with book.invoice("New", "Late", "100.00", issue=after(1), due=after(31)).store(tmp_path) as store:
        past = forecast.receipts(store, Scope(as_of=after(-30)), stand_in=True)
        assert not any(EARLIER in note for note in past.notes)


def test_books_are_being_fitted_from_the_load_until_the_process_has_ended(
    tmp_path: Path, started: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "AT_ONCE", 1)
    with BOOK.store(tmp_path / "book") as store:
        fitting.after_load(store.directory)
        assert fitting.under_way(store)
        monkeypatch.undo()
        subprocess.run([*started[0][:-1], str(store.directory)], check=True, timeout=120)
        assert not fitting.under_way(store)
        assert fits(store) > 0


def test_a_larger_book_is_fitted_in_a_process_of_its_own(tmp_path: Path, started: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "AT_ONCE", 1)
    with BOOK.store(tmp_path / "book") as store:
        fitting.after_load(store.directory)
        assert [path.name for path in store.directory.glob("fits/*")] == ["1-under-way"]
        assert [command[1:3] for command in started] == [["-m", "analytics.fitting"]]


def test_a_book_too_large_for_pages_is_left_alone(tmp_path: Path, started: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "AT_ONCE", 1)
    monkeypatch.setattr(forecast, "LARGEST_BOOK", 1)
    with BOOK.store(tmp_path / "book") as store:
        fitting.after_load(store.directory)
        assert (fits(store), started) == (0, [])
