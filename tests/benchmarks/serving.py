"""Many at once: threads that ask, and pages that run again."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles

from streamlit.testing.v1 import AppTest

from analytics import Scope, Store, aging
from tests.benchmarks.books import TODAY

ROOT = Path(__file__).parents[2]
PAGES = ("receivables/overview", "receivables/aging", "receivables/dso", "collections/overdue")
THREADS = (1, 8, 32)
ASKED = 320


def answers(store: Store, threads: int) -> tuple[float, float]:
    """Answers a second and the 95th percentile in milliseconds, where `threads` ask for aging on many days; wrong answers stop it."""
    scopes = [Scope(as_of=TODAY - timedelta(days=place * 3)) for place in range(40)]
    expected = [aging.summary(store, scope) for scope in scopes]

    def ask(place: int) -> float:
        started = time.perf_counter()
        answer = aging.summary(store, scopes[place % 40])
        took = time.perf_counter() - started
        if not answer.equals(expected[place % 40]):
            raise SystemExit(f"a thread got another answer as of {scopes[place % 40].day}")
        return took

    started = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        times = list(pool.map(ask, range(ASKED)))
    return ASKED / (time.perf_counter() - started), quantiles(times, n=20)[-1] * 1000


def reruns(directory: Path, rounds: int) -> dict[str, tuple[float, float]]:
    """Page -> milliseconds of its first run in a new session, and the median of running it again."""
    os.environ["AR_STORE"] = str(directory)
    found: dict[str, tuple[float, float]] = {}
    for page in PAGES:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=600)
        # A session begins on the first page, and goes on from there.
        first = _milliseconds(app.run)
        if page != PAGES[0]:
            app.switch_page(f"pages/{page}.py")
            first = _milliseconds(app.run)
        found[page] = first, median(_milliseconds(app.run) for _ in range(rounds))
        if app.exception or app.error:
            raise SystemExit(f"{page} failed: {[*app.exception, *app.error]}")
    return found


def _milliseconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return (time.perf_counter() - started) * 1000
