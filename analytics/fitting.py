"""Works out, after a load, what the cash pages show first, so that nobody waits for it.

`python -m analytics.fitting STORE` does so now; `after_load` does so at once for small books, in a process of its own for others.
Until that is done, `under_way`, what was learned from the load before may stand in.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from analytics import choices, forecast
from analytics.errors import DuebookError
from analytics.scope import Scope
from analytics.store import Store, fits

AT_ONCE = 10_000
"""With at most so many documents it takes about two seconds."""
TESTED = 200_000
"""Larger books are not back-tested before somebody asks: it takes a minute and gigabytes."""


def after_load(directory: Path) -> None:
    """Fits the books just published; those too large to be forecast in a page are left alone."""
    with Store.open(directory) as store:
        if store.documents <= AT_ONCE:
            _fit(store)
        elif store.documents <= forecast.LARGEST_BOOK:
            fits.begin(store)
            command = [sys.executable, "-m", "analytics.fitting", str(directory.resolve())]
            nowhere = subprocess.DEVNULL
            subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True)


def under_way(store: Store) -> bool:
    """Whether the books are being fitted."""
    return fits.under_way(store)


def _fit(store: Store) -> None:
    """Works forecast and back-test out, which keeps what they learned; books that cannot have one have none."""
    with suppress(DuebookError):
        forecast.receipts(store, _shown_first(store))
    fits.end(store)
    if store.documents <= TESTED:
        with suppress(DuebookError):
            forecast.backtest(store, _shown_first(store))


def _shown_first(store: Store) -> Scope:
    """What the pages show before anybody chooses: of several currencies the first one, or all of them converted into it."""
    first, *others = choices.currencies(store) or [None]
    if first is None or not others:
        return Scope()
    return Scope(currency=first) if first in choices.bases(store) else Scope(where={"currency": [first]})


if __name__ == "__main__":
    with Store.open(sys.argv[1]) as opened:
        _fit(opened)
