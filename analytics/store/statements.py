"""The SQL statements, one a file under `analytics/sql`; values are bound, never written into the text."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent.parent / "sql"


@cache
def statement(name: str) -> str:
    """The text of `analytics/sql/<name>.sql`."""
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def quote(text: str) -> str:
    """`text` as a literal, for the few statements that take no parameters."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """`name` as a quoted identifier, for the few statements whose tables or columns have names made elsewhere."""
    return '"' + name.replace('"', '""') + '"'
