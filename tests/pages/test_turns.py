"""Runs of pages take turns, but never wait for long."""

from __future__ import annotations

import threading

import pytest

from pages.ui import turns


def _begins(held: threading.Event, seconds: float) -> bool:
    """Whether another run begins within so many seconds while as many as may run at once run until `held`."""
    began = threading.Event()
    ready = threading.Barrier(turns.AT_ONCE + 1)

    def runs() -> None:
        with turns.turn():
            ready.wait()
            held.wait()

    def comes_later() -> None:
        with turns.turn():
            began.set()

    running = [threading.Thread(target=runs) for _ in range(turns.AT_ONCE)]
    for run in running:
        run.start()
    ready.wait()
    later = threading.Thread(target=comes_later)
    later.start()
    found = began.wait(seconds)
    held.set()
    for run in (*running, later):
        run.join()
    return found


def test_a_run_waits_for_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 60.0)
    assert not _begins(threading.Event(), 0.05)


def test_runs_that_take_long_hold_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.01)
    assert _begins(threading.Event(), 60.0)


def test_a_turn_ends_with_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 60.0)
    for _ in range(turns.AT_ONCE + 1):
        with pytest.raises(ValueError, match="broken"), turns.turn():
            raise ValueError("broken")
    with turns.turn():
        pass
