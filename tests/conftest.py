"""What every test may ask for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from analytics import formats
from analytics.settings import Settings
from tests.ledger import Ledger
from tests.ledger import ledger as empty_ledger

if TYPE_CHECKING:
    from analytics.store import Store

DEMO_DAY = date(2026, 6, 30)


@pytest.fixture
def ledger() -> Ledger:
    """Empty books, to write a test's entries in."""
    return empty_ledger()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The material that may lie beside the project; tests that look at it skip where it does not."""
    directory = Path(__file__).parents[2] / "shared"
    if not directory.is_dir():
        pytest.skip(f"needs the folder {directory.name} beside the project")
    return directory


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A small demo book, loaded the way a user loads it."""
    from analytics import demo, store

    directory = tmp_path_factory.mktemp("demo")
    demo.write(directory / "files", invoices=5000 if os.environ.get("PICTURES") else 500, seed=7, today=DEMO_DAY)
    store.build([directory / "files"], into=directory / "store")
    with store.Store.open(directory / "store") as opened:
        yield opened


@pytest.fixture
def follow() -> Iterator[Callable[..., None]]:
    """Writes by other settings, for one test."""
    yield lambda **chosen: formats.follow(Settings(**chosen))
    formats.follow(Settings())
