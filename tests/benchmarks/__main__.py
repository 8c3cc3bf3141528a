"""`python -m tests.benchmarks [INVOICES]`: a load, a new day, every question, pages and threads, beside the same aging by other means."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from analytics import Scope, Store, aging, forecast
from tests.benchmarks import document, raw, serving
from tests.benchmarks.books import FOLDER, TODAY, days, parquet
from tests.benchmarks.questions import PAST, SIZES, questions, scan

ROUNDS = 7
LOAD_GOALS = dict(zip(SIZES, (5_000, 40_000), strict=True))
PEAK_GOALS = dict(zip(SIZES, (1_024, 4_096), strict=True))
BYTES_GOAL, DAY_GOAL, RERUN_GOAL, FIRST_GOAL = 80, 3_000, 150, 1_500
PATIENCE = 60_000
"""A means that has taken so many milliseconds is not asked the same again."""
LOADED = (
    "import resource, sys; from analytics.store import build; "
    "report = build([sys.argv[1]], into=sys.argv[2], append=len(sys.argv) > 3); assert not report.refused, report.as_json(); "
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
)
"""A load in a process of its own says how much memory it took."""

Row = dict[str, Any]


def main(invoices: int) -> None:
    """Prints the table of what was asked, the goal, the median it took, and their ratio; keeps it for the document."""
    print(f"{invoices:,} invoices as of {TODAY}, medians of {ROUNDS} in milliseconds\n")
    print(f"{'':<48}{'measured':>12}{'goal':>10}{'ratio':>8}")
    rows: list[Row] = []
    for row in _measured(invoices):
        rows.append(row)
        _print(row)
    with Store.open(FOLDER / f"store-{invoices}") as books:
        beside = _beside(books, parquet(invoices))
    document.keep(invoices, {"rows": rows, "beside": beside})
    document.write()


def _measured(invoices: int) -> Any:
    base, day = days(invoices)
    store = FOLDER / f"store-{invoices}"
    shutil.rmtree(store, ignore_errors=True)
    took, peak = _load(base, store)
    yield {"name": "load, validated", "value": took, "goal": LOAD_GOALS.get(invoices)}
    yield {"name": "  peak memory", "value": peak, "unit": "MiB", "goal": PEAK_GOALS.get(invoices)}
    with Store.open(store) as books:
        yield {"name": "  on disk, an invoice", "value": books.path.stat().st_size / invoices, "unit": "bytes", "goal": BYTES_GOAL}
    took, peak = _load(day, store, "append")
    yield {"name": "one new day, published", "value": took, "goal": DAY_GOAL}
    with Store.open(store) as books:
        yield {"name": "reading the columns of aging once", "value": _median(scan(books))}
        for question in questions(books):
            first = _seconds(question.ask) * 1000
            yield {"name": question.name, "value": _median(question.ask), "goal": question.goal(invoices), "first": f"{first:,.1f}"}
        for threads in serving.THREADS:
            rate, slow = serving.answers(books, threads)
            yield {"name": f"{threads} threads: answers a second", "value": rate, "unit": "/s", "first": f"95 %: {slow:,.1f} ms"}
        is_learned_from = books.documents <= forecast.LARGEST_BOOK
    if is_learned_from:
        learning = [sys.executable, "-m", "analytics.fitting", str(store)]
        yield {"name": "learned from, beside the pages", "value": _seconds(lambda: subprocess.run(learning, check=True)) * 1000}
    for page, (first, again) in serving.reruns(store, ROUNDS).items():
        yield {"name": f"page {page}, again", "value": again, "goal": RERUN_GOAL}
        yield {"name": f"page {page}, first", "value": first, "goal": FIRST_GOAL}


def _load(folder: Path, store: Path, *append: str) -> tuple[float, float]:
    """Milliseconds and peak memory (MiB) of a load."""
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", LOADED, str(folder), str(store), *append], check=True, capture_output=True, text=True)
    return (time.perf_counter() - started) * 1000, int(done.stdout.split()[-1]) / 1024


def _beside(store: Store, folder: Path) -> dict[str, tuple[float, float]]:
    """The same aging from the same Parquet by other means, interleaved, answers compared to the cent: milliseconds today and then."""
    means: dict[str, Callable[[date], raw.Answer]] = {"duebook": lambda day: _open(store, day)}
    means |= {name: make(folder) for name, make in raw.MEANS.items()}
    found: dict[str, list[float]] = {name: [] for name in means}
    for day in (TODAY, PAST):
        expected = _open(store, day)
        times: dict[str, list[float]] = {name: [] for name in means}
        for _ in range(ROUNDS):
            for name, ask in means.items():
                if sum(times[name]) > PATIENCE:
                    continue
                started = time.perf_counter()
                answer = ask(day)
                times[name].append((time.perf_counter() - started) * 1000)
                if answer != expected:
                    raise SystemExit(f"{name} answers {answer}, not {expected}, as of {day}")
        print(f"\nopen amounts as of {day}")
        for name in means:
            found[name].append(median(times[name]))
            print(f"{name:<48}{found[name][-1]:>12,.1f}{found[name][-1] / found['duebook'][-1]:>16,.1f} x")
    return {name: (today, past) for name, (today, past) in found.items()}


def _open(store: Store, day: date) -> raw.Answer:
    rows = aging.summary(store, Scope(as_of=day))
    return {currency: total for currency, total in zip(rows["currency"], rows["total"], strict=True) if total}


def _print(row: Row) -> None:
    goal = row.get("goal")
    compared = f"{goal:>10,.0f}{row['value'] / goal:>8.2f}" if goal else " " * 18
    print(f"{row['name']:<48}{row['value']:>12,.1f}{compared}  {row.get('unit', '')} {row.get('first', '')}".rstrip(), flush=True)


def _median(ask: Callable[[], Any]) -> float:
    return median(_seconds(ask) for _ in range(ROUNDS)) * 1000


def _seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
