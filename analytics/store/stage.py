"""Staging: the rows of every file, read and typed but not yet believed, in temporary tables of the connection that builds.

`staged_<table>` has the canonical columns in wide types, and for each row: its file and row number, whether `keep` takes it,
the cells that could not be read (`faults`), the ones read differently than written (`remarks`), what the source claimed as
status (`claim`) and the other columns that `keep` looks at (`others`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import reduce
from operator import and_, eq, ge, gt, le, lt, ne, or_
from typing import Protocol

import duckdb
import pyarrow as pa
from duckdb import CoalesceOperator, ColumnExpression, ConstantExpression, Expression, FunctionExpression
from duckdb.sqltypes import VARCHAR

from analytics.money import MINOR_UNITS
from analytics.schema import TABLES, Column, Kind, Table
from analytics.sources.keep import Combination, Condition
from analytics.sources.mapping import SIGNED, TableMapping, date_pattern
from analytics.sources.problems import Problem, Rejected
from analytics.store.report import FileReport
from analytics.store.rules import CURRENCY_COLUMNS
from analytics.store.statements import statement

WIDE_TYPES: dict[Kind, str] = {
    "text": "varchar",
    "money": "decimal(18, 4)",
    "number": "decimal(38, 10)",
    "date": "date",
    "moment": "timestamp",
    "integer": "bigint",
}
MACROS = ("amount_of", "number_of", "day_of", "moment_of", "whole_of", "shown", "shown_amount", "has_places", "likeness")
ISO_DATE = "%Y-%m-%d"
LEAST_MEMORY, MOST_MEMORY = 600 * 10**6, 2_600 * 10**6
"""Bytes of memory that a load may take for its tables, once its rows are staged."""
HELD_ROW = 170
"""Bytes that a row takes where it is worked with."""

_COMPARE: dict[str, Callable[[Expression, Expression], Expression]] = {
    "=": eq,
    "<>": ne,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}
_ISO_PATTERN = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CELLS = "struct(name varchar, cell varchar)[]"
_FAULTS = "struct(name varchar, cell varchar, value decimal(38, 10))[]"


class Reader(Protocol):
    """An open file of a source."""

    is_text: bool
    word: str
    notices: list[Problem]

    def batches(self, mapped: TableMapping) -> Iterator[pa.RecordBatch]:
        """The rows in canonical columns."""


def _create(table: Table) -> str:
    columns = ", ".join(f"{column.name} {WIDE_TYPES[column.kind]}" for column in table.columns)
    return (
        f"create temp table staged_{table.name} (file integer, row bigint, kept boolean default true, {columns}, "
        f"faults {_FAULTS}, remarks {_CELLS}, claim varchar, others varchar[])"
    )


_READ: dict[Kind, str] = {
    "text": "{0}",
    "money": "amount_of({0}, $narrow, $thousands, $mark, $cents)",
    "number": "number_of({0}, $free, $thousands, $mark)",
    "date": "day_of({0}, $day_pattern, $day_format)",
    "moment": "moment_of({0})",
    "integer": "whole_of({0})",
}


def _final(column: Column, value: str) -> str:
    """`value` as it is staged: currencies in capitals and trimmed, defaults filled in."""
    if column.name in CURRENCY_COLUMNS:
        value = f"nullif(upper(trim({value})), '')"
    return f"coalesce({value}, '{column.default}')" if column.default else value


def _remarks(table: Table, *, as_text: bool) -> str:
    """The cells that were read differently than they are written; a typed file says so of its numbers by the column."""
    read = {name: f"given.{name} <> upper(trim(given.{name}))" for name in CURRENCY_COLUMNS if name in table.names}
    cells = {name: f"given.{name}" for name in read}
    for column in table.columns if as_text else ():
        if column.kind == "number":
            cells[column.name] = f"given.{column.name}_cell"
            read[column.name] = f"length(rtrim(split_part({cells[column.name]}, $mark, 2), '0')) > 10"
    cases = [f"case when {differs} then {{name: '{name}', cell: {cells[name]}}} end" for name, differs in read.items()]
    return (
        f"case when {' or '.join(read.values())} then list_filter([{', '.join(cases)}], lambda r: r is not null) end" if cases else "null"
    )


def _insert(table: Table, reads: str, faults: str, remarks: str) -> str:
    """`reads`: the columns of `given` made of `incoming`."""
    names = ", ".join(table.names)
    finals = ", ".join(f"{_final(column, f'given.{column.name}')} as {column.name}" for column in table.columns)
    return (
        f"insert into staged_{table.name} (file, row, {names}, faults, remarks, claim, others) "
        f"select $file, row, {finals}, {faults}, {remarks}, claim, others from (select {reads} from incoming) given"
    )


def _insert_typed(table: Table) -> str:
    reads = ", ".join(f"nullif({column.name}, '') as {column.name}" if column.kind == "text" else column.name for column in table.columns)
    return _insert(table, f"row, claim, others, faults, {reads}", "faults", _remarks(table, as_text=False))


def _value(column: Column) -> str:
    """What a cell that cannot be held counts in sums: its value, if it is a number at all."""
    if column.kind != "money":
        return "null::decimal(38, 10)"
    return f"(number_of(given.{column.name}_cell, $free, $thousands, $mark) * case when $cents then 0.01 else 1 end)::decimal(38, 10)"


def _insert_text(table: Table) -> str:
    raw = ", ".join(f"nullif({column.name}, '') as {column.name}_cell" for column in table.columns)
    reads = ", ".join(f"{_READ[column.kind].format(f'{column.name}_cell')} as {column.name}" for column in table.columns)
    typed = [column for column in table.columns if column.kind != "text"]
    unread = [f"(given.{column.name}_cell is not null and given.{column.name} is null)" for column in typed]
    cases = ", ".join(
        f"case when {test} then {{name: '{column.name}', cell: given.{column.name}_cell, value: {_value(column)}}} end"
        for column, test in zip(typed, unread, strict=True)
    )
    faults = f"case when {' or '.join(unread)} then list_filter([{cases}], lambda f: f is not null) end" if typed else "null"
    inner = (
        f"row, claim, others, {reads}, {', '.join(f'{column.name}_cell' for column in typed)}" if typed else f"row, claim, others, {reads}"
    )
    return _insert(table, inner, faults, _remarks(table, as_text=True)).replace(
        "from incoming", f"from (select row, claim, others, {raw} from incoming)"
    )


CREATE: dict[str, str] = {name: _create(table) for name, table in TABLES.items()}
INSERT_TYPED: dict[str, str] = {name: _insert_typed(table) for name, table in TABLES.items()}
INSERT_TEXT: dict[str, str] = {name: _insert_text(table) for name, table in TABLES.items()}
LEAVE_OUT: dict[str, str] = {
    name: f"update staged_{name} set kept = false where file = $file and row not in (from taken)" for name in TABLES
}
LEFT_OUT: dict[str, str] = {
    name: "insert into flaws (table_name, file, row, code, severity, message) "
    f"select '{name}', file, row, 'not_kept', 'quarantine', $sentence from staged_{name} where file = $file and not kept"
    for name in TABLES
}
REVERSE: dict[str, str] = {
    name: f"update staged_{name} set {', '.join(f'{amount} = -{amount}' for amount in amounts)} where file = $file"
    for name, (_, amounts) in SIGNED.items()
}
TURN: dict[str, str] = {
    name: f"update staged_{name} set kind = '{kind}', {', '.join(f'{amount} = -{amount}' for amount in amounts)} "
    f"where file = $file and {amounts[0]} < 0"
    for name, (kind, amounts) in SIGNED.items()
}
DISCARD: dict[str, str] = {name: f"drop table temp.staged_{name}" for name in TABLES}
FORGET: dict[str, str] = {name: f"delete from staged_{name} where file = $file" for name in TABLES}


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes the empty staging tables, the currencies and what the statements call."""
    for macro in MACROS:
        connection.execute(statement(f"staging/macro_{macro}"))
    connection.execute(statement("staging/flaws"))
    connection.execute(statement("staging/incoming_files"))
    connection.execute(statement("staging/extracted"))
    connection.execute(statement("staging/snapshots"))
    connection.execute(statement("staging/nothing_held"))
    currencies = pa.table({"code": list(MINOR_UNITS), "places": pa.array(MINOR_UNITS.values(), pa.int8())})
    connection.register("given_currencies", currencies)
    connection.execute("create temp table currencies as from given_currencies")
    connection.unregister("given_currencies")
    for name in TABLES:
        connection.execute(CREATE[name])


def stage(connection: duckdb.DuckDBPyConnection, file: int, reader: Reader, mapped: TableMapping) -> int:
    """Adds the rows of one file to its staging table and returns their number; raises `Rejected` where it cannot be read."""
    name = mapped.table.name
    stream = _Stream(reader.batches(mapped))
    if stream.is_empty:
        return 0
    connection.register("incoming", stream.reader())
    try:
        if reader.is_text:
            connection.execute(INSERT_TEXT[name], _text_parameters(file, mapped))
        else:
            connection.execute(INSERT_TYPED[name], {"file": file})
    except duckdb.Error:
        if stream.refusal:
            raise stream.refusal from None
        raise
    finally:
        connection.unregister("incoming")
        # Arrow would keep what reading took for itself; the books can do with it.
        pa.default_memory_pool().release_unused()
    return stream.rows


def note_files(connection: duckdb.DuckDBPyConnection, files: Sequence[FileReport]) -> None:
    """Tells the statements what the new files are called."""
    for file in files:
        values = [file.number, file.table, file.short_name, file.word]
        connection.execute("insert into incoming_files values (?, ?, ?, ?, true)", values)


def bound(connection: duckdb.DuckDBPyConnection, held: int) -> None:
    """Lets the rest of a load take memory in proportion to what is staged and the `held` rows of the books that stay.

    Left to itself, DuckDB keeps all that it writes in memory, up to its limit; what it may not keep goes to disk. Where somebody
    has said how much a load may take, that is what it may take.
    """
    if "AR_MEMORY" in os.environ:
        return
    staged = int(connection.execute(statement("staging/staged_bytes")).fetchall()[0][0]) + held * HELD_ROW
    limit = min(max(LEAST_MEMORY, staged * 11 // 10), MOST_MEMORY)
    connection.execute(f"set memory_limit = '{int(limit)}B'")


def leave_out(connection: duckdb.DuckDBPyConnection, file: int, mapped: TableMapping) -> None:
    """Notes the rows of a file that its `keep` does not take; no other check looks at them."""
    if mapped.condition is None:
        return
    name = mapped.table.name
    of_file = connection.table(f"temp.staged_{name}").filter(ColumnExpression("file") == ConstantExpression(file))
    of_file.filter(kept_rows(mapped.condition, mapped)).select("row").create_view("taken")
    connection.execute(LEAVE_OUT[name], {"file": file})
    connection.execute("drop view taken")
    connection.execute(LEFT_OUT[name], {"file": file, "sentence": f"is left out by keep = {mapped.keep}"})


def turn(connection: duckdb.DuckDBPyConnection, file: int, mapped: TableMapping) -> None:
    """Makes the amounts of a file positive, where its mapping says that it signs them: what was negative is of the other kind."""
    if mapped.sign == "positive":
        return
    if mapped.sign == "reversed":
        connection.execute(REVERSE[mapped.table.name], {"file": file})
    connection.execute(TURN[mapped.table.name], {"file": file})


def kept_rows(condition: Condition, mapped: TableMapping) -> Expression:
    """A condition of a mapping as an expression over the staged table."""
    if isinstance(condition, Combination):
        parts = [kept_rows(part, mapped) for part in condition.parts]
        return reduce(and_ if condition.word == "and" else or_, parts)
    if isinstance(condition.value, Decimal):
        return _COMPARE[condition.operator](ColumnExpression(condition.column), ConstantExpression(condition.value))
    if condition.column in mapped.table.names:
        cell = ColumnExpression(condition.column).cast(VARCHAR)
    else:
        place = 1 + mapped.others.index(condition.column)
        cell = FunctionExpression("list_extract", ColumnExpression("others"), ConstantExpression(place))
    if condition.operator in ("=", "<>", "!="):
        cell = CoalesceOperator(cell, ConstantExpression(""))
    else:
        cell = FunctionExpression("nullif", cell, ConstantExpression(""))
    return _COMPARE[condition.operator](cell, ConstantExpression(condition.value))


def remember_flaws(connection: duckdb.DuckDBPyConnection) -> None:
    """Keeps what reading found, so that the checks can be made again."""
    connection.execute("create temp table read_flaws as from flaws")


def recall_flaws(connection: duckdb.DuckDBPyConnection) -> None:
    """Forgets what the checks found since `remember_flaws`."""
    connection.execute("delete from flaws")
    connection.execute("insert into flaws from read_flaws")


def discard(connection: duckdb.DuckDBPyConnection) -> None:
    """Drops the staging tables: once the books hold their rows, the marts can do with the memory."""
    for name in TABLES:
        connection.execute(DISCARD[name])


def forget(connection: duckdb.DuckDBPyConnection, file: int, table: str) -> None:
    """Takes back the rows of a file that turned out to be unreadable."""
    connection.execute(FORGET[table], {"file": file})


class _Stream:
    """Batches handed to DuckDB as they come; remembers why the source stopped, which DuckDB would reword."""

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self._batches = batches
        self.rows = 0
        self.refusal: Rejected | None = None
        self._first = next(batches, None)

    @property
    def is_empty(self) -> bool:
        """True if there is not one batch."""
        return self._first is None

    def reader(self) -> pa.RecordBatchReader:
        """The batches, to be read once."""
        assert self._first is not None
        return pa.RecordBatchReader.from_batches(self._first.schema, self._counted())

    def _counted(self) -> Iterator[pa.RecordBatch]:
        batch = self._first
        try:
            while batch is not None:
                self.rows += batch.num_rows
                yield batch
                batch = next(self._batches, None)
        except Rejected as refusal:
            self.refusal = refusal
            raise


def _text_parameters(file: int, mapped: TableMapping) -> dict[str, object]:
    """What the statement of the mapping's table asks for; DuckDB takes no other."""
    places = 2 if mapped.unit == "cents" else 4
    parameters = {
        "file": file,
        "narrow": _number_pattern(mapped, 17 - places, f"{{0,{places}}}0*"),
        "free": _number_pattern(mapped, 20, "*"),
        "thousands": mapped.thousands,
        "mark": mapped.decimal,
        "cents": mapped.unit == "cents",
        "day_pattern": date_pattern(mapped.date) if mapped.date else _ISO_PATTERN,
        "day_format": mapped.date or ISO_DATE,
    }
    return {name: value for name, value in parameters.items() if f"${name}" in INSERT_TEXT[mapped.table.name]}


def _number_pattern(mapped: TableMapping, digits: int, decimals: str) -> str:
    """What a number of at most so many digits looks like, in the marks of the mapping."""
    mark, thousands = re.escape(mapped.decimal), re.escape(mapped.thousands)
    grouped = f"|[0-9]{{1,3}}({thousands}[0-9]{{3}})+" if thousands else ""
    return f"[+-]?((0*[0-9]{{1,{digits}}}{grouped})({mark}[0-9]{decimals})?|{mark}[0-9][0-9]{decimals})"
