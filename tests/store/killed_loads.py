"""Loads killed at random moments, one after the other: `python -m tests.store.killed_loads STORE GOOD OTHER TIMES SEED`.

Everything is imported once; each load is a child that is killed, each look at the books another, as a reader would take it. Prints
how many loads were killed before they were done. A look that finds anything but one of the two books, whole, fails.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from analytics import Scope, aging
from analytics.store import Store, build

LONGEST = 1.2
"""Seconds after which the latest kill comes: about what a whole load takes."""


def child(work: Callable[[], None]) -> int:
    """Runs `work` in a process of its own; returns its id."""
    process = os.fork()
    if process:
        return process
    try:
        work()
    except BaseException as problem:
        print(f"{type(problem).__name__}: {problem}", file=sys.stderr)
        os._exit(1)
    os._exit(0)


def look(store: Path, totals: frozenset[Decimal]) -> None:
    """Fails unless the books hold one of the two totals."""
    with Store.open(store) as opened:
        found = sum(aging.summary(opened, Scope())["total"], Decimal(0))
        if opened.notice or found not in totals:
            raise AssertionError(f"{opened.notice}: {found}")


def main(store: Path, good: Path, other: Path, times: int, seed: int) -> None:
    """Kills loads of `other` and `good` in turn, and looks at the books after each."""
    chance = random.Random(seed)
    totals = frozenset(Decimal(text) for text in os.environ["TOTALS"].split(","))
    killed = 0
    for turn in range(times):
        process = child(lambda turn=turn: build([other if turn % 2 == 0 else good], into=store) and None)  # type: ignore[misc]
        time.sleep(chance.uniform(0, LONGEST))
        os.kill(process, signal.SIGKILL)
        killed += os.WIFSIGNALED(os.waitpid(process, 0)[1])
        seen = child(lambda: look(store, totals))
        if os.waitpid(seen, 0)[1]:
            raise SystemExit(f"after load {turn + 1} the books were not whole")
    print(killed)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]), *map(int, sys.argv[4:6]))
