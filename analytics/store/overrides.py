"""What people know better than the model: when an invoice will be paid, or that it should not be counted on.

Append-only, in the SQLite file of what people write: the last word on an invoice holds, and every earlier one is kept with who said
it and when.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from analytics import dates
from analytics.errors import UsageError
from analytics.store import journal, places

KINDS = ("date", "exclude", "withdrawn")

_SCHEMA = """create table if not exists overrides (
    id text primary key, written_at text not null, who text not null, invoice_id text not null, kind text not null,
    pay_date text, reason text not null
) strict"""


@dataclass(frozen=True)
class Override:
    """A word on an invoice: `date` (paid on `pay_date`), `exclude` (not counted on) or `withdrawn` (the model again)."""

    invoice_id: str
    kind: str
    pay_date: date | None
    who: str
    reason: str
    written_at: str = ""


def write(root: Path, said: Override, *, identity: str | None = None) -> None:
    """Appends `said`, on disk when this returns; the same `identity` twice is written once. Raises `UsageError` for what makes no sense."""
    if said.kind not in KINDS or (said.kind == "date") != (said.pay_date is not None):
        raise UsageError("an override is a date, an exclusion, or the withdrawal of one")
    if not said.who.strip():
        raise UsageError("an override is kept with who made it: give a name")
    day = said.pay_date.isoformat() if said.pay_date else None
    row = (identity or str(uuid.uuid4()), dates.now().isoformat(), said.who.strip(), said.invoice_id, said.kind, day, said.reason.strip())
    with journal.opened(root, _SCHEMA) as connection, connection:
        connection.execute("insert or ignore into overrides values (?, ?, ?, ?, ?, ?, ?)", row)


def history(root: Path) -> list[Override]:
    """Every word, oldest first."""
    if not places.journal(root).exists():
        return []
    with journal.opened(root, _SCHEMA) as connection:
        rows = connection.execute("select invoice_id, kind, pay_date, who, reason, written_at from overrides order by rowid").fetchall()
    return [Override(name, kind, date.fromisoformat(day) if day else None, who, why, at) for name, kind, day, who, why, at in rows]


def standing(root: Path) -> tuple[Override, ...]:
    """The last word on each invoice that is not withdrawn, in the order in which they were said."""
    last = {said.invoice_id: said for said in history(root)}
    return tuple(said for said in last.values() if said.kind != "withdrawn")
