"""Saved views: a page's filters and layout by a name, as the text behind the question mark of its address.

Append-only, in the SQLite file of what people write: the last word on a name holds. A view belongs to whoever signed in; where nobody
signs in the owner is empty, and the views are everyone's.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from pathlib import Path

from analytics import dates
from analytics.errors import UsageError
from analytics.store import journal, places

LONGEST_NAME, LONGEST_QUERY, MOST = 80, 4_000, 200

_SCHEMA = """create table if not exists bookmarks (
    id text primary key, written_at text not null, owner text not null, page text not null, name text not null, kind text not null,
    query text not null
) strict"""


@dataclass(frozen=True)
class Bookmark:
    """A named view of `page` (its path in the address); the page opens with the one that `is_default`."""

    name: str
    page: str
    query: str
    is_default: bool = False


def keep(root: Path, owner: str, view: Bookmark, *, identity: str | None = None) -> None:
    """Keeps `view`, in place of one of the same name; the same `identity` twice is written once. Raises `UsageError` for a bad name."""
    name, query = view.name.strip(), view.query.lstrip("?")
    if not name or len(name) > LONGEST_NAME:
        raise UsageError(f"a saved view needs a name of at most {LONGEST_NAME} letters")
    if len(query) > LONGEST_QUERY:
        raise UsageError(f"the filters of '{name}' are too many to be saved")
    known = standing(root, owner, view.page)
    if len(known) >= MOST and name not in {each.name for each in known}:
        raise UsageError(f"there are {MOST} saved views of this page: take one away first")
    _write(root, owner, replace(view, name=name, query=query), "default" if view.is_default else "kept", identity)


def withdraw(root: Path, owner: str, page: str, name: str) -> None:
    """Takes the view `name` of `page` away."""
    _write(root, owner, Bookmark(name, page, ""), "withdrawn", None)


def standing(root: Path, owner: str, page: str) -> tuple[Bookmark, ...]:
    """The views of `page` that hold, by name; at most one is the default, the last that was made it."""
    if not places.journal(root).exists():
        return ()
    with journal.opened(root, _SCHEMA) as connection:
        rows = connection.execute(
            "select name, kind, query from bookmarks where owner = ? and page = ? order by rowid", (owner, page)
        ).fetchall()
    found: dict[str, Bookmark] = {}
    for name, kind, query in rows:
        if kind == "withdrawn":
            found.pop(name, None)
            continue
        if kind == "default":
            found = {each: replace(view, is_default=False) for each, view in found.items()}
        found[name] = Bookmark(name, page, query, kind == "default")
    return tuple(sorted(found.values(), key=lambda view: view.name.casefold()))


def default(root: Path, owner: str, page: str) -> Bookmark | None:
    """The view that `page` opens with, if one was chosen."""
    return next((view for view in standing(root, owner, page) if view.is_default), None)


def _write(root: Path, owner: str, view: Bookmark, kind: str, identity: str | None) -> None:
    row = (identity or str(uuid.uuid4()), dates.now().isoformat(), owner, view.page, view.name, kind, view.query)
    with journal.opened(root, _SCHEMA) as connection, connection:
        connection.execute("insert or ignore into bookmarks values (?, ?, ?, ?, ?, ?, ?)", row)
