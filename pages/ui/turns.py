"""Runs take turns: of many at once, each ends sooner than if all shared the processor, which Python gives to one at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 2
"""One run that takes long leaves the other place to the rest."""
PATIENCE = 1.0
"""Seconds that a run waits for its turn: it goes on without one, should all places be taken by runs that take long."""

_places = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def turn() -> Iterator[None]:
    """A block that runs when it is its turn, the first come first."""
    is_ours = _places.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        if is_ours:
            _places.release()
