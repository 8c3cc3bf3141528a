"""What was learned from a generation, kept beside it so that it need not be learned again: one file per question.

The questions of a *series* are the same but for their day: until this generation has been learned from, the answer of the one
before may stand in.
"""

from __future__ import annotations

import hashlib
import os
import time

from analytics.store import places
from analytics.store.store import Store

UNDER_WAY = "under-way"
PATIENCE = 900
"""Seconds after which learning that has not ended is taken for dead."""


def kept(store: Store, question: str) -> bytes | None:
    """What was kept for `question` of this generation; None where nothing was."""
    try:
        return places.fit(store.directory, store.generation, _digest(store, question)).read_bytes()
    except OSError:
        return None


def kept_before(store: Store, series: str) -> tuple[int, bytes] | None:
    """The last generation before this one for which something of `series` was kept, and what; None where there is none."""
    for number in reversed(places.generations(store.directory)):
        if number < store.generation:
            try:
                return number, places.fit(store.directory, number, _short(series)).read_bytes()
            except OSError:
                continue
    return None


def keep(store: Store, question: str, content: bytes, series: str | None = None) -> None:
    """Keeps `content`, and lets go of what was kept for generations that are gone. Books that cannot be written to keep nothing."""
    _write(store, _digest(store, question), content)
    if series is not None:
        _write(store, _short(series), content)


def begin(store: Store) -> None:
    """Notes that this generation is being learned from."""
    _write(store, UNDER_WAY, b"")


def end(store: Store) -> None:
    """Notes that this generation has been learned from."""
    places.fit(store.directory, store.generation, UNDER_WAY).unlink(missing_ok=True)


def under_way(store: Store) -> bool:
    """Whether this generation is being learned from."""
    try:
        return time.time() - places.fit(store.directory, store.generation, UNDER_WAY).stat().st_mtime < PATIENCE
    except OSError:
        return False


def _write(store: Store, name: str, content: bytes) -> None:
    if not store.path.exists():
        return
    target = places.fit(store.directory, store.generation, name)
    try:
        target.parent.mkdir(exist_ok=True)
        draft = target.with_suffix(f".{os.getpid()}")
        draft.write_bytes(content)
        os.replace(draft, target)
        alive = {str(number) for number in places.generations(store.directory)}
        for other in target.parent.iterdir():
            if other.name.split("-")[0] not in alive:
                other.unlink(missing_ok=True)
    except OSError:
        return


def _digest(store: Store, question: str) -> str:
    return _short(f"{store.published_at} {question}")


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]
