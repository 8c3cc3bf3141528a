"""Columns of text that are in another format than declared: one odd cell is a row's problem, most of a column is the file's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import duckdb

from analytics.schema import TABLES, Kind
from analytics.sources.mapping import TableMapping, date_pattern
from analytics.sources.problems import Problem
from analytics.store.report import FileReport

_COUNTS: dict[str, str] = {
    name: ", ".join(f"count({column.name})" for column in table.columns if column.kind != "text") for name, table in TABLES.items()
}
READ_CELLS: dict[str, str] = {
    name: f"select {counts} from staged_{name} where file = $file and kept" for name, counts in _COUNTS.items() if counts
}
_FAULTS: dict[str, str] = {
    name: f"(select row, unnest(faults) as f from staged_{name} where file = $file and kept and faults is not null)" for name in TABLES
}
UNREAD_CELLS: dict[str, str] = {
    name: f"select f.name, count(*), min(row), arg_min(f.cell, row) from {faults} where f.value is null group by f.name order by f.name"
    for name, faults in _FAULTS.items()
}
OTHER_ORDER: dict[str, str] = {
    name: f"select row, f.name, f.cell from {faults} where day_of(f.cell, $pattern, $format) is not null order by row limit 1"
    for name, faults in _FAULTS.items()
}
_DAY_LIKE = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{2}|[0-9]{4})", re.ASCII)
_COMMA = re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(\.[0-9]{3})+),[0-9]+", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", re.ASCII)
_MONTHS = "January February March April May June July August September October November December".split()
_EXPECTED: dict[Kind, str] = {
    "money": "a number like 1234.50",
    "number": "a number like 1.5",
    "date": "a date like 2026-06-30",
    "moment": "a moment like 2026-06-30T12:00:00Z",
    "integer": "a whole number",
}


def undeclared(connection: duckdb.DuckDBPyConnection, report: FileReport, mapped: TableMapping) -> Iterator[Problem]:
    """Yields a rejection for each column most of whose cells cannot be read, or whose dates are in the other order."""
    table = mapped.table
    unread = connection.execute(UNREAD_CELLS[table.name], {"file": report.number}).fetchall()
    if not unread:
        return
    typed = [column.name for column in table.columns if column.kind != "text"]
    read = dict(zip(typed, connection.execute(READ_CELLS[table.name], {"file": report.number}).fetchall()[0], strict=True))
    swapped = _in_other_order(connection, report, mapped)
    for name, count, row, cell in unread:
        where = f"{report.short_name}: column '{mapped.columns.get(name, name)}'"
        place = f"{report.word} {row}"
        if swapped and swapped[1] == name:
            yield Problem(
                "date_order", "reject", f"{where} {report.word} {swapped[0]}: {swapped[2]} does not fit {mapped.date}", swapped[0], name
            )
        elif count > 1 and count > read[name]:
            yield Problem("undeclared_format", "reject", _sentence(where, place, table.column(name).kind, cell, mapped), row, name)


def _in_other_order(connection: duckdb.DuckDBPyConnection, report: FileReport, mapped: TableMapping) -> tuple[Any, ...] | None:
    """The first date that fits the declared format with day and month exchanged, and does not fit it as it is."""
    if mapped.date is None or not {"%d", "%m"} <= set(re.findall("%.", mapped.date)):
        return None
    other = re.sub("%[dm]", lambda found: "%m" if found.group() == "%d" else "%d", mapped.date)
    parameters = {"file": report.number, "pattern": date_pattern(other), "format": other}
    rows: list[tuple[Any, ...]] = connection.execute(OTHER_ORDER[mapped.table.name], parameters).fetchall()
    return rows[0] if rows else None


def _sentence(where: str, place: str, kind: Kind, cell: str, mapped: TableMapping) -> str:
    shown = cell if len(cell) <= 40 else f"{cell[:40]}…"
    day = _DAY_LIKE.fullmatch(cell)
    if kind == "date" and day and mapped.date is None:
        return f"{where}: {_which_day(shown, int(day[1]), int(day[2]), place)}; set the date format in a mapping"
    if kind == "date" and mapped.date is not None:
        return f"{where} {place}: '{shown}' does not fit {mapped.date}"
    if kind in ("money", "number") and mapped.decimal == "." and _THOUSANDS.fullmatch(cell):
        return f"{where} {place}: '{shown}' has thousands marks (or a decimal comma); set the number format in a mapping"
    if kind in ("money", "number") and mapped.decimal == "." and _COMMA.fullmatch(cell):
        return f"{where} {place}: '{shown}' uses a decimal comma; set the number format in a mapping"
    return f"{where} {place}: '{shown}' is not {_EXPECTED[kind]}; most of the column is like that"


def _which_day(cell: str, first: int, second: int, place: str) -> str:
    if 1 <= first <= 12 and 1 <= second <= 12:
        return f"{cell} may be {first} {_MONTHS[second - 1]} or {second} {_MONTHS[first - 1]}"
    return f"{place}: {cell} is not like 2026-06-30"
