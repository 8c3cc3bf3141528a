"""The layout of a generation: which tables and columns it has, as a number that it carries."""

from __future__ import annotations

import duckdb

from analytics.errors import OtherLayout

LAYOUT = 3
"""To be raised with every change to a table of a generation."""
FIRST = 1
"""That of generations that carry no number."""


def check(connection: duckdb.DuckDBPyConnection, table: str = "generation") -> None:
    """Raises `OtherLayout` unless the generation that `connection` has open is of this layout."""
    found = connection.table(table)
    (facts,) = found.fetchall()
    generation = dict(zip(found.columns, facts, strict=True))
    layout = generation.get("layout", FIRST)
    if layout != LAYOUT:
        raise OtherLayout(generation["number"], older=layout < LAYOUT)
