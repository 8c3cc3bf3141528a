"""Works out, after a load, the forecasts that the pages show first, so that nobody waits for them.

`python -m analytics.fitting STORE` does so now; `after_load` does so at once for small books, in a process of its own for others.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from analytics import choices, forecast
from analytics.errors import DuebookError
from analytics.scope import Scope
from analytics.store import Store

AT_ONCE = 20_000
"""With at most so many documents it takes about a second."""


def after_load(directory: Path) -> None:
    """Fits the books just published; those too large to be forecast in a page are left alone."""
    with Store.open(directory) as store:
        documents = store.documents
    if documents <= AT_ONCE:
        fit(directory)
    elif documents <= forecast.LARGEST_BOOK:
        command = [sys.executable, "-m", "analytics.fitting", str(directory.resolve())]
        nowhere = subprocess.DEVNULL
        subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True)


def fit(directory: Path) -> None:
    """Works the forecasts out, which keeps what they learned; books that cannot have one have none."""
    with Store.open(directory) as store, suppress(DuebookError):
        first = choices.currencies(store)[:1]
        converted = [Scope(currency=code) for code in first if code in choices.bases(store)]
        for scope in (Scope(), *converted):
            forecast.receipts(store, scope)


if __name__ == "__main__":
    fit(Path(sys.argv[1]))
