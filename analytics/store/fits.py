"""What was learned from a generation, kept beside it so that it need not be learned again: one file per question."""

from __future__ import annotations

import hashlib
import os

from analytics.store import places
from analytics.store.store import Store


def kept(store: Store, question: str) -> bytes | None:
    """What was kept for `question` of this generation; None where nothing was."""
    try:
        return places.fit(store.directory, store.generation, _digest(store, question)).read_bytes()
    except OSError:
        return None


def keep(store: Store, question: str, content: bytes) -> None:
    """Keeps `content`, and lets go of what was kept for generations that are gone. Books that cannot be written to keep nothing."""
    if not store.path.exists():
        return
    target = places.fit(store.directory, store.generation, _digest(store, question))
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
    return hashlib.sha256(f"{store.published_at} {question}".encode()).hexdigest()[:20]
