"""The books as they will be after the load: new rows that hold by themselves, and rows that stay from the generation before.

`candidate_<table>` is a view of the rows not set aside so far; `all_<table>` of every row, set aside or not. Both have
`file_id` and `file_row`: which row of which file a row comes from. Rows set aside only because of other rows (an application
to an invoice nobody knows) are tried again with every load.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import duckdb
import pyarrow as pa

from analytics.schema import SQL_TYPES, TABLES, Column, Table
from analytics.store import extend, marts
from analytics.store.layout import LAYOUT
from analytics.store.report import FileReport
from analytics.store.stage import WIDE_TYPES
from analytics.store.statements import statement

ORIGIN = "file_id integer, file_row bigint"
"""Two more columns of every stored table."""
LISTS = ("generation", "files", "file_sums", "problems", "quarantine", "contents")
"""What a generation holds beside the canonical tables."""

CARRIED = ("files", "file_sums", "problems")
"""What is said about rows that stay goes with them into the next generation."""

PASSING = ("missing_table", "shrunk", "passed_over", "set_aside_later")
"""Problems of one load as a whole: they are not carried into the next generation."""


def _everything(table: Table, staying: str | None) -> str:
    """The staged rows, and those of `staying`, a relation of rows that stay."""
    names = ", ".join(table.names)
    new = f"select {names}, file as file_id, row as file_row from staged_{table.name} where kept"
    if staying is None:
        return f"create or replace temp view all_{table.name} as {new}"
    # An application whose file was read for payments was derived from one; it is derived anew.
    own = "semi join (select file_id from books.files where table_name = 'applications') f using (file_id)"
    only = own if table.name == "applications" else ""
    return f"create or replace temp view all_{table.name} as {new} union all by name select * from {staying} {only}"


def _candidates(table: Table) -> str:
    return (
        f"create or replace temp view candidate_{table.name} as select a.* from all_{table.name} a anti join flaws f "
        f"on f.table_name = '{table.name}' and f.severity = 'quarantine' and f.file = a.file_id and f.row = a.file_row"
    )


def _json_cell(column: Column) -> str:
    return f"try_cast(content ->> '$.{column.name}' as {WIDE_TYPES[column.kind]})"


def _readmit(table: Table) -> str:
    cells = ", ".join(_json_cell(column) for column in table.columns)
    return (
        f"insert into staged_{table.name} (file, row, {', '.join(table.names)}) "
        f"select file_id, file_row, {cells} from books.quarantine where table_name = '{table.name}' and by_reference"
    )


def _accepted(table: Table, rows: str) -> str:
    """The rows of the relation `rows`, and what is derived from payments, in the types that are stored."""
    columns = ", ".join(f"cast({column.name} as {marts.stored_type(table, column)}) as {column.name}" for column in table.columns)
    origin = "cast(file_id as integer) as file_id, cast(file_row as bigint) as file_row"
    derived = " union all by name select * from derived" if table.name == "applications" else ""
    return f"select {columns}, {origin} from (select * from {rows}{derived})"


def _store(table: Table) -> str:
    """As a table of its own, or, for those that a mart holds, as the relation that the mart is made from."""
    stored = f"create temp view accepted_{table.name}" if table.name in marts.VIEWS else f"create table {table.name}"
    return f"{stored} as {_accepted(table, f'candidate_{table.name}')}"


def _added(table: Table) -> str:
    """The accepted rows that the books do not hold; what is derived from a payment has its origin."""
    held = [f"near_{table.name}", *(["near_payments"] if table.name == "applications" else [])]
    left_out = " ".join(f"anti join {near} using (file_id, file_row)" for near in held)
    return f"select * from ({_accepted(table, f'candidate_{table.name}')}) a {left_out}"


def _set_aside(table: Table) -> str:
    # Amounts are texts there: a patch of JSON takes numbers through floating point.
    shown = {column.name: "shown_amount(a.{0})" if column.kind in ("money", "number") else "a.{0}" for column in table.columns}
    content = ", ".join(f"{name}: {cell.format(name)}" for name, cell in shown.items())
    return (
        f"insert into quarantine select a.file_id, '{table.name}', a.file_row, q.code, q.message, q.by_reference, "
        f"json_merge_patch(to_json({{{content}}}), to_json(map_from_entries([{{k: f.name, v: f.cell}} for f in coalesce(s.faults, [])]))) "
        f"from (select * from all_{table.name} union all by name select {', '.join(table.names)}, file as file_id, row as file_row "
        f"from staged_{table.name} where not kept) a "
        f"join flawed q on q.table_name = '{table.name}' and q.file = a.file_id and q.row = a.file_row "
        f"left join staged_{table.name} s on s.file = a.file_id and s.row = a.file_row"
    )


def _carry(table: Table) -> str:
    """What an earlier load set aside for what it is, unless a right row with its key has come since."""
    same = " and ".join(
        f"t.{name} is not distinct from try_cast(q.content ->> '$.{name}' as {SQL_TYPES[table.column(name).kind]})" for name in table.key
    )
    return (
        f"insert into quarantine select q.* from books.quarantine q where q.table_name = '{table.name}' and not q.by_reference "
        f"and (q.code = 'copy' or not exists (select 1 from {table.name} t where {same}))"
    )


def _digest(table: Table, rows: str, earlier: str = "select 0 as held_rows, 0 as digest") -> str:
    """Order does not matter to a sum of hashes, nor how the rows were split into files; `earlier` are the sums of other rows."""
    cells = ", ".join(f"cast({column.name} as {WIDE_TYPES[column.kind]})" for column in table.columns)
    return (
        f"insert into contents select '{table.name}', (select count(*) from {marts.VIEWS.get(table.name, table.name)}), "
        f"b.held_rows + a.held_rows, b.digest + a.digest from ({earlier}) b, ("
        f"select count(*) as held_rows, coalesce(sum(cast(hash({cells}) as hugeint)), 0) as digest from {rows} r "
        f"anti join flawed f on f.table_name = '{table.name}' and not f.by_reference and f.file = r.file and f.row = r.row) a"
    )


def _digest_of_all(table: Table) -> str:
    return _digest(table, f"(select *, file_id as file, file_row as row from all_{table.name})")


def _digest_of_added(table: Table) -> str:
    """The books' own digest, and that of the rows of new files: a row tried again was in it all along."""
    rows = f"(select s.* from staged_{table.name} s join incoming_files n on n.file = s.file and n.is_new where s.kept)"
    return _digest(table, rows, f"select held_rows, digest from books.contents where table_name = '{table.name}'")


EVERYTHING_NEW: dict[str, str] = {name: _everything(table, None) for name, table in TABLES.items()}
EVERYTHING: dict[str, str] = {name: _everything(table, f"books.{name}") for name, table in TABLES.items()}
EVERYTHING_NEAR: dict[str, str] = {name: _everything(table, f"near_{name}") for name, table in TABLES.items()}
CANDIDATES: dict[str, str] = {name: _candidates(table) for name, table in TABLES.items()}
COUNT_BOOKS: dict[str, str] = {name: f"select count(*) from books.{name}" for name in TABLES}
READMIT: dict[str, str] = {name: _readmit(table) for name, table in TABLES.items()}
STORE: dict[str, str] = {name: _store(table) for name, table in TABLES.items()}
CARRY: dict[str, str] = {name: _carry(table) for name, table in TABLES.items()}
SET_ASIDE: dict[str, str] = {name: _set_aside(table) for name, table in TABLES.items()}
DROP: dict[str, str] = {name: f"drop table if exists next.main.{name}" for name in (*LISTS, "snapshots")}
ADDED: dict[str, str] = {name: _added(table) for name, table in TABLES.items()}
INSERT: dict[str, str] = {name: f"insert into next.main.{name} by name {ADDED[name]}" for name in TABLES}
DIGESTS: dict[str, str] = {name: _digest_of_all(table) for name, table in TABLES.items()}
DIGESTS_OF_ADDED: dict[str, str] = {name: _digest_of_added(table) for name, table in TABLES.items()}


def readmit(connection: duckdb.DuckDBPyConnection, staying: Collection[str], has_parent: bool) -> None:
    """Stages once more what earlier loads set aside because of other rows; tables in `staying` keep their rows."""
    connection.register("given_staying", pa.table({"table_name": pa.array(sorted(staying), pa.string())}))
    connection.execute("create temp table staying as from given_staying")
    connection.unregister("given_staying")
    connection.execute(statement("staging/earlier_quarantine" if has_parent else "staging/no_earlier_quarantine"))
    connection.execute(statement("staging/earlier_losses"))
    for name in staying:
        connection.execute(READMIT[name])
    if has_parent:
        connection.execute(statement("staging/earlier_files"))


def assemble(connection: duckdb.DuckDBPyConnection, staying: Collection[str]) -> None:
    """Makes the views of the books after the load; tables in `staying` keep their rows (`books` is attached)."""
    for name in TABLES:
        stays = name in staying and connection.execute(COUNT_BOOKS[name]).fetchall() != [(0,)]
        connection.execute(EVERYTHING[name] if stays else EVERYTHING_NEW[name])
        connection.execute(CANDIDATES[name])
    connection.execute(statement("staging/document_totals"))
    connection.execute(statement("staging/known_ids"))


def assemble_near(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes the same views of the staged rows and of what they touch in the books: enough to check an addition by."""
    extend.find_near(connection)
    for name in TABLES:
        connection.execute(EVERYTHING_NEAR[name])
        connection.execute(CANDIDATES[name])
    connection.execute(statement("extend/document_totals"))
    for ids in ("near_ids", "known_ids"):
        connection.execute(statement(f"extend/{ids}"))


def next_file(connection: duckdb.DuckDBPyConnection, has_parent: bool) -> int:
    """A number that no file of the books has."""
    if not has_parent:
        return 1
    return 1 + int(connection.execute("select coalesce(max(file_id), 0) from books.files").fetchall()[0][0])


def held_rows(connection: duckdb.DuckDBPyConnection, staying: Collection[str]) -> int:
    """How many rows of the books stay."""
    return sum(int(connection.execute(COUNT_BOOKS[name]).fetchall()[0][0]) for name in staying)


def missing_tables(connection: duckdb.DuckDBPyConnection, brought: Collection[str]) -> list[str]:
    """The tables that the load before brought and this one does not."""
    rows = connection.execute(
        "select distinct table_name from books.files where table_name is not null and loaded_in = (select number from books.generation)"
    ).fetchall()
    return sorted({name for (name,) in rows} - set(brought), key=list(TABLES).index)


def hold(connection: duckdb.DuckDBPyConnection) -> None:
    """Writes the rows that are not set aside into the draft: most canonical tables as they are, the others as marts."""
    marts.define(connection)
    for name in TABLES:
        connection.execute(STORE[name])
    connection.execute(statement("staging/last_installments"))
    marts.hold(connection)
    connection.execute(statement("staging/held_applications"))


def add(connection: duckdb.DuckDBPyConnection, extension: extend.Extension) -> None:
    """Adds the new rows that are not set aside to the copy of the books; what is said about rows is written anew."""
    for dropped in DROP.values():
        connection.execute(dropped)
    for name in TABLES:
        connection.execute(f"create temp view accepted_{name} as {ADDED[name]}" if name in marts.VIEWS else INSERT[name])
    connection.execute(statement("staging/last_installments"))
    extension.hold()
    connection.execute(statement("staging/held_applications"))


def store(
    connection: duckdb.DuckDBPyConnection,
    number: int,
    parent: int | None,
    moment: datetime,
    files: Sequence[FileReport],
    staying: Collection[str],
    *,
    is_addition: bool = False,
) -> None:
    """Writes everything said about the rows into the draft of generation `number`, and what is set aside."""
    for stored in LISTS:
        connection.execute(statement(f"staging/stored_{stored}"))
    connection.execute("insert into generation values (?, ?, ?, ?)", [number, moment.replace(tzinfo=None), parent, LAYOUT])
    for (name,) in connection.execute("select distinct table_name from flawed").fetchall():
        connection.execute(SET_ASIDE[name])
    for name in TABLES:
        connection.execute(DIGESTS_OF_ADDED[name] if is_addition else DIGESTS[name])
    _store_files(connection, number, files)
    if parent is not None:
        for carried in CARRIED:
            connection.execute(statement(f"staging/carried_{carried}"))
    if is_addition:
        connection.execute(statement("extend/carried_problems"))
    for name in staying:
        connection.execute(CARRY[name])


def _store_files(connection: duckdb.DuckDBPyConnection, number: int, files: Sequence[FileReport]) -> None:
    for file in files:
        values = [
            file.number,
            file.table,
            file.path,
            file.digest,
            file.size,
            file.word,
            file.verdict,
            file.rows,
            file.accepted,
            file.quarantined,
            number,
        ]
        connection.execute("insert into files values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        for currency, (accepted, quarantined) in file.sums.items():
            connection.execute("insert into file_sums values (?, ?, ?, ?)", [file.number, currency, accepted, quarantined])
        for problem in file.problems:
            if problem.row is None:
                values = [
                    file.number,
                    file.table,
                    problem.code,
                    problem.severity,
                    None,
                    problem.column,
                    problem.message,
                    problem.code in PASSING,
                ]
                connection.execute("insert into problems values (?, ?, ?, ?, ?, ?, ?, ?)", values)


def unchanged(connection: duckdb.DuckDBPyConnection, brought: Collection[str]) -> bool:
    """True if the tables brought hold the same rows as the books do now, and set the same rows aside."""
    return all(connection.execute(statement("staging/same_content"), {"table_name": name}).fetchall()[0][0] for name in brought)
