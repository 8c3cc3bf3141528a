"""`python -m tests.benchmarks [INVOICES]`: medians of load, of every question, and of the same aging by other means."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

from analytics import Scope, Store, aging, customers, kpis, movements, overdue
from tests.benchmarks import raw
from tests.benchmarks.books import FOLDER, TODAY, parquet

PAST = date(2025, 3, 31)
ROUNDS = 7
LIMITS = {"one call": 100.0, "trend": 1000.0, "load": 20_000.0, "demo": 60_000.0}
"""Milliseconds at a million invoices."""


def main(invoices: int) -> None:
    """Prints the table of what was asked, the median it took, and its limit at a million invoices."""
    made = _seconds(lambda: parquet(invoices)) if not (FOLDER / f"book-{invoices}").exists() else None
    folder, store = parquet(invoices), FOLDER / f"store-{invoices}"
    shutil.rmtree(store, ignore_errors=True)
    print(f"{invoices:,} invoices as of {TODAY}, medians of {ROUNDS} in milliseconds; limits hold at a million\n")
    if made is not None:
        _row("make the demo book", made * 1000, LIMITS["demo"])
    seconds, peak = _load(folder, store)
    _row("load, validated", seconds * 1000, LIMITS["load"], f"peak {peak:,.0f} MiB")
    with Store.open(store) as books:
        _row("  of which on disk", None, None, f"{books.path.stat().st_size / invoices:,.0f} bytes per invoice")
        for name, ask, limit in _questions(books):
            first = _seconds(ask)
            times = [_seconds(ask) for _ in range(ROUNDS)]
            _row(name, median(times) * 1000, limit, f"first {first * 1000:,.1f}")
        _beside(books, folder)


def _load(folder: Path, store: Path) -> tuple[float, float]:
    """Seconds and peak memory (MiB) of a load in a process of its own."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "analytics", "load", str(folder), "--store", str(store)], check=True, capture_output=True)
    return time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _questions(store: Store) -> list[tuple[str, Callable[[], Any], float]]:
    today, past, converted = Scope(as_of=TODAY), Scope(as_of=PAST), Scope(as_of=TODAY, currency="EUR")
    names = store.rows("select min(region::varchar) as region from documents")[0]
    region = Scope(as_of=PAST, currency="EUR", where={"region": [names["region"]]})
    largest = store.rows(
        "select customer_id from customer_list join (select customer_key, count(*) as n from documents group by 1) "
        "using (customer_key) order by n desc, customer_id limit 1"
    )[0]["customer_id"]
    one, trend = LIMITS["one call"], LIMITS["trend"]
    return [
        ("aging today", lambda: aging.summary(store, today), one),
        ("aging at a past date", lambda: aging.summary(store, past), one),
        ("aging, a region, converted, by segment", lambda: aging.summary(store, region, by=("segment",)), one),
        ("aging by customer", lambda: aging.summary(store, today, by=("customer",)), one),
        ("aging, own edges, by issue date", lambda: aging.summary(store, past, edges=(15, 45, 120), basis="issue"), one),
        ("unapplied", lambda: aging.unapplied(store, today), one),
        ("kpis, every method", lambda: kpis.summary(store, today), one),
        ("kpis, a region, converted", lambda: kpis.summary(store, region), one),
        ("overdue, a page of 50 by amount", lambda: overdue.page(store, converted), one),
        ("overdue, over 1,000, searched", lambda: overdue.page(store, converted, min_amount=Decimal(1000), search="holding"), one),
        ("the largest customer's profile", lambda: customers.profile(store, today, largest), one),
        ("movements of a month", lambda: movements.roll_forward(store, today, start=date(2026, 5, 31)), trend),
        ("trend of 60 month ends", lambda: aging.trend(store, today, start=date(2021, 7, 31)), trend),
        ("trend of 52 weeks, a region", lambda: aging.trend(store, region, every="week"), trend),
    ]


def _beside(store: Store, folder: Path) -> None:
    """The same aging from the same Parquet by other means, interleaved, answers compared to the cent."""
    means: dict[str, Callable[[date], raw.Answer]] = {
        "duebook": lambda day: _open(store, day),
        "duckdb, raw tables": raw.with_duckdb(folder),
        "polars, raw tables": raw.with_polars(folder),
        "pandas, raw tables": raw.with_pandas(folder),
    }
    print()
    for day, title in ((TODAY, "today"), (PAST, "at a past date")):
        expected = _open(store, day)
        times: dict[str, list[float]] = {name: [] for name in means}
        for _ in range(ROUNDS):
            for name, ask in means.items():
                started = time.perf_counter()
                answer = ask(day)
                times[name].append(time.perf_counter() - started)
                if answer != expected:
                    raise SystemExit(f"{name} answers {answer}, not {expected}, as of {day}")
        ours = median(times["duebook"])
        for name in means:
            took = median(times[name])
            _row(f"open amounts {title}: {name}", took * 1000, None, f"{took / ours:,.1f} x")


def _open(store: Store, day: date) -> raw.Answer:
    rows = aging.summary(store, Scope(as_of=day))
    return {currency: total for currency, total in zip(rows["currency"], rows["total"], strict=True) if total}


def _row(name: str, measured: float | None, limit: float | None, more: str = "") -> None:
    time_text = f"{measured:>12,.1f}" if measured is not None else " " * 12
    limit_text = f"{limit:>12,.0f}" if limit is not None else " " * 12
    print(f"{name:<48}{time_text}{limit_text}  {more}", flush=True)


def _seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
