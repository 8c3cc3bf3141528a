"""One load at a time: a lock on a file of the store, let go by the system if its holder dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analytics.errors import Refused
from analytics.store import places

PATIENCE = 5.0
"""Seconds that a second load waits for the first."""


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Holds the store's lock, making the store's folders if need be; raises `Refused` if another holds it for too long."""
    places.inbox(directory).mkdir(parents=True, exist_ok=True)
    places.generation_file(directory, 0).parent.mkdir(exist_ok=True)
    handle = os.open(places.lock(directory), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _wait(handle, directory)
        yield
    finally:
        os.close(handle)


def _wait(handle: int, directory: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise Refused(f"another load into {directory} is under way; wait until it is done, then load again") from None
            time.sleep(0.1)
