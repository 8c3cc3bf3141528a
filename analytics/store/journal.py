"""What people and loads write beside the books: pins, names, the log of loads. Append-only, in SQLite, synced at every write."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from analytics import dates
from analytics.errors import Refused
from analytics.store import places

_SCHEMA = """create table if not exists entries (
    id text primary key, written_at text not null, event text not null, generation integer, parent integer, detail text not null
) strict"""


@dataclass(frozen=True)
class Entry:
    """One event: `published`, `refused`, `unchanged`, `checked`, `killed`, `pinned`, `unpinned` or `used`, about a generation if any."""

    written_at: str
    event: str
    generation: int | None
    parent: int | None
    detail: str


def write(root: Path, event: str, generation: int | None = None, *, parent: int | None = None, detail: str = "") -> None:
    """Appends an event; it is on disk when this returns."""
    row = (str(uuid.uuid4()), dates.now().isoformat(), event, generation, parent, detail)
    with opened(root, _SCHEMA) as connection, connection:
        connection.execute("insert into entries values (?, ?, ?, ?, ?, ?)", row)


def entries(root: Path) -> list[Entry]:
    """Every event, oldest first."""
    if not places.journal(root).exists():
        return []
    with opened(root, _SCHEMA) as connection:
        rows = connection.execute("select written_at, event, generation, parent, detail from entries order by rowid").fetchall()
    return [Entry(*row) for row in rows]


@contextmanager
def opened(root: Path, schema: str) -> Iterator[sqlite3.Connection]:
    """The file of what people write, with the table of `schema` in it; raises `Refused` where it cannot be used."""
    try:
        with closing(sqlite3.connect(places.journal(root), timeout=10)) as connection:
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = full")
            connection.execute(schema)
            yield connection
    except sqlite3.Error as problem:
        journal = places.journal(root)
        raise Refused(f"the journal {journal} cannot be used ({problem}); nothing was written, nothing was published") from problem
