"""The checks of a load, in order: each row by itself, rows that share an id, rows beside each other; then the totals."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from typing import Any

import duckdb

from analytics.schema import TABLES, Table
from analytics.sources.problems import Problem
from analytics.store.books import COUNT_BOOKS
from analytics.store.report import FileReport, Totals, exact_text
from analytics.store.rules import ROW_CHECKS, SUSPECTS
from analytics.store.statements import statement

LISTED = 1_000
"""How many problems of one kind a file's report lists; all of them are stored."""

EXAMPLES = 20
CAREFUL = "careful"
LOSSES = ("shrunk", "set_aside_later")
"""Warnings that say of a whole table what the books would lose of it."""
CLAIMS = "claims"
EXTRACTED = "extracted"
REFERENCES: dict[str, tuple[str, ...]] = {
    "lost_documents": (),
    "applications": ("applications",),
    "parts_of_unknown_invoices": ("invoice_lines", "installments", "disputes"),
    "part_amounts": ("invoice_lines", "installments", "disputes"),
    "installment_sums": (),
    "installments": ("installments",),
    "invoice_lines": ("invoice_lines",),
    "derived": (),
    "payments": ("payments",),
    "unknown_customers": ("customers",),
    "due_dates": ("invoices",),
    "outliers": ("invoices",),
    "near_duplicates": ("invoices",),
    "sums_of_others": ("invoices", "payments"),
    "claims": (CLAIMS,),
    "stated_balances": (EXTRACTED,),
}
"""The statements that look at rows beside each other, in the order in which they build on each other, each with the tables of
which one must have rows for it to find anything (none: later ones need what it makes)."""


def _key_present(table: Table) -> str:
    return " and ".join(f"{name} is not null" for name in table.key if table.column(name).required)


def _twins(table: Table) -> str:
    """The rows that share their key, each with its place among the ones that are the same throughout."""
    key, names = ", ".join(table.key), ", ".join(f"a.{name}" for name in table.names)
    same = " and ".join(f"a.{name} is not distinct from k.{name}" for name in table.key)
    shared = f"select {key} from all_{table.name} where {_key_present(table)} group by {key} having count(*) > 1"
    return (
        "create or replace temp table twins as "
        f"select a.*, row_number() over (partition by {names} order by file_id, file_row) as place "
        f"from all_{table.name} a join ({shared}) k on {same}"
    )


def _copies(table: Table) -> str:
    return (
        "insert into flaws (table_name, file, row, code, severity, column_name, message, by_reference) "
        f"select '{table.name}', file_id, file_row, 'copy', 'quarantine', '{table.key[0]}', "
        f"'is an exact copy of a row that is loaded already (' || concat_ws(', ', {', '.join(table.key)}) || ')', false "
        "from twins where place > 1"
    )


def _contradicting(table: Table) -> str:
    key = ", ".join(table.key)
    return (
        f"select * from twins where place = 1 qualify count(*) over (partition by {key}) > 1 "
        f"and dense_rank() over (order by {key}) <= {EXAMPLES * 2} order by {key}, file_id, file_row"
    )


TWINS: dict[str, str] = {name: _twins(table) for name, table in TABLES.items()}
COPIES: dict[str, str] = {name: _copies(table) for name, table in TABLES.items()}
CONTRADICTING: dict[str, str] = {name: _contradicting(table) for name, table in TABLES.items()}
COUNT_FAULTS: dict[str, str] = {name: f"select count(faults) from staged_{name}" for name in TABLES}
COUNT_REMARKS: dict[str, str] = {name: f"select count(remarks) from staged_{name}" for name in TABLES}
COUNT_ALL: dict[str, str] = {name: f"select count(*) from all_{name}" for name in TABLES}


def _kind(table: Table, name: str) -> str:
    kinds = ", ".join(f"'{column.name}': '{column.kind}'" for column in table.columns)
    return f"map {{{kinds}}}[{name}] as kind"


def _faults(table: Table) -> str:
    currency = "currency" if "currency" in table.names else "null::varchar as currency"
    return (
        f"select '{table.name}' as table_name, file, row, f.name, f.cell, f.value, currency, {_kind(table, 'f.name')} "
        f"from (select file, row, unnest(faults) as f, {currency} from staged_{table.name} where kept and faults is not null)"
    )


def _remarked(table: Table) -> str:
    remarked = f"select file, row, unnest(remarks) as r from staged_{table.name} where kept and remarks is not null"
    return f"select '{table.name}' as table_name, file, row, r.name, r.cell, {_kind(table, 'r.name')} from ({remarked})"


FAULTS: dict[str, str] = {name: f"create or replace temp view unreadable as {_faults(table)}" for name, table in TABLES.items()}
REMARKS: dict[str, str] = {name: f"create or replace temp view remarked as {_remarked(table)}" for name, table in TABLES.items()}


def note_flaws(connection: duckdb.DuckDBPyConnection, brought: Collection[str]) -> None:
    """Notes what is wrong with each new row by itself."""
    for name in brought:
        connection.execute(SUSPECTS[name])
        if _count(connection, "select count(*) from suspects"):
            connection.execute(ROW_CHECKS[name])
        if _count(connection, COUNT_FAULTS[name]):
            connection.execute(FAULTS[name])
            connection.execute(statement("staging/faults"))
        if _count(connection, COUNT_REMARKS[name]):
            connection.execute(REMARKS[name])
            connection.execute(statement("staging/remarks"))
    connection.execute("update flaws set by_reference = false")


def _count(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    return int(connection.execute(sql).fetchall()[0][0])


def contradictions(connection: duckdb.DuckDBPyConnection, brought: Collection[str]) -> Iterator[tuple[int, Problem]]:
    """Notes exact copies; yields, by file number, a rejection for each id that stands for two different contents."""
    names = dict(connection.execute("select file, name || ' ' || word from incoming_files").fetchall())
    for table in TABLES.values():
        if table.name not in brought:
            continue
        connection.execute(TWINS[table.name])
        connection.execute(COPIES[table.name])
        rows = connection.sql(CONTRADICTING[table.name]).to_arrow_table().to_pylist()
        groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
        for row in rows:
            groups.setdefault(tuple(row[name] for name in table.key), []).append(row)
        for key, group in list(groups.items())[:EXAMPLES]:
            yield group[-1]["file_id"], _contradiction(table, key, group, names)


def _contradiction(table: Table, key: tuple[Any, ...], group: list[dict[str, Any]], names: dict[int, str]) -> Problem:
    differing = [name for name in table.names if len({row[name] for row in group}) > 1]
    places = ", ".join(f"{names.get(row['file_id'], 'the books, row')} {row['file_row']}" for row in group[:5])
    what = ", ".join(f"{name} {part}" for name, part in zip(table.key, key, strict=True) if part is not None)
    if table.name == "customers" and "name" in differing:
        sentence = f"{places}: customer {key[0]} has {len({row['name'] for row in group})} names"
    else:
        sentence = f"{places}: {what} appears {len(group)} times with different {', '.join(differing)}"
    return Problem("contradiction", "reject", f"{sentence}; keep the right one", group[-1]["file_row"], differing[0])


def emptied(connection: duckdb.DuckDBPyConnection, files: Sequence[FileReport], replaces: bool) -> Iterator[tuple[int, Problem]]:
    """Yields a rejection for files without a row that would empty a table of the books; a warning for other empty ones."""
    for file in files:
        if file.table is None or file.rows or file.verdict == "reject":
            continue
        name = file.short_name
        held = _count(connection, COUNT_BOOKS[file.table]) if replaces else 0
        others = sum(other.rows for other in files if other.table == file.table)
        if held and not others:
            yield file.number, Problem("no_rows", "reject", f"{name}: file has 0 rows, the books hold {held:,} {file.table}")
        else:
            yield file.number, Problem("no_rows", "warn", f"{name}: file has 0 rows")


def shrunk(connection: duckdb.DuckDBPyConnection, files: Sequence[FileReport]) -> Iterator[tuple[int, Problem]]:
    """Yields a warning for the first file of a table that would lose every second row, or more; a rejection if it would lose all.

    Rows that wait for others count as there: they are tried again with every load.
    """
    waiting = dict(connection.execute("select file, count(*) from flawed where by_reference group by file").fetchall())
    for table in TABLES:
        parts = [file for file in files if file.table == table and file.rows]
        if not parts:
            continue
        new = sum(file.accepted + waiting.get(file.number, 0) for file in parts)
        held = _count(connection, COUNT_BOOKS[table])
        if held and not new:
            sentence = f"no row of it can be accepted, the books hold {held:,} {table}"
            yield parts[0].number, Problem("no_rows", "reject", f"{parts[0].short_name}: {sentence}")
        elif 0 < new <= held // 2:
            lost = 100 - 100 * new // held
            sentence = f"{new:,} {table}, {held:,} in the books (-{lost} %): make sure that the export is complete"
            yield parts[0].number, Problem("shrunk", "warn", f"{parts[0].short_name}: {sentence}")


def losses(files: Sequence[FileReport]) -> Iterator[tuple[int, Problem]]:
    """Yields a rejection where a table would lose rows that the books hold, of which there are warnings already."""
    for file in files:
        if any(problem.code in LOSSES for problem in file.problems):
            sentence = f"{file.short_name}: the books would lose rows; a careful load does not do that, and nothing was published"
            yield file.number, Problem(CAREFUL, "reject", sentence)


def unexpected(files: Sequence[FileReport], expected: Totals) -> Iterator[tuple[int, Problem]]:
    """Yields a rejection for each table and currency whose files hold another sum than is expected; what is set aside counts too."""
    for (table, currency), sum_expected in expected.items():
        parts = [file for file in files if file.table == table]
        found = sum((sum(file.sums.get(currency, ()), Decimal(0)) for file in parts), Decimal(0))
        if found != sum_expected:
            held, wanted, away = (exact_text(amount, currency) for amount in (found, sum_expected, found - sum_expected))
            sentence = f"the {table} in {currency} add up to {held}, not to {wanted} as expected ({away} away)"
            yield (parts or files)[0].number, Problem("not_expected", "reject", f"{sentence}; nothing was published")


def set_aside_later(connection: duckdb.DuckDBPyConnection) -> Iterator[Problem]:
    """Yields a warning for each table that stays and has rows which no longer fit."""
    for table, count, message in connection.execute(statement("staging/set_aside_later")).fetchall():
        sentence = f"{count:,} {table} of earlier loads do not fit the books any more and are set aside, like: {message}"
        yield Problem("set_aside_later", "warn", sentence)


def note_references(connection: duckdb.DuckDBPyConnection) -> None:
    """Notes what is wrong with rows beside each other, over the books as they will be."""
    occupied = {name for name in TABLES if _count(connection, COUNT_ALL[name])}
    if _count(connection, "select count(claim) from staged_invoices"):
        occupied.add(CLAIMS)
    if _count(connection, "select count(*) from extracted"):
        occupied.add(EXTRACTED)
    for name, tables in REFERENCES.items():
        if not tables or occupied & set(tables):
            connection.execute(statement(f"staging/{name}"))
    _note_circles(connection)


def note_over_applied(connection: duckdb.DuckDBPyConnection) -> None:
    """Warns of what more is applied to or from than it holds; the books hold their rows."""
    connection.execute(statement("staging/over_applied"))


def _note_circles(connection: duckdb.DuckDBPyConnection) -> None:
    """Warns of customers that are their own ancestors."""
    rows = connection.execute(
        "select customer_id, parent_id, file_id, file_row from candidate_customers where parent_id is not null"
    ).fetchall()
    parents = {customer: parent for customer, parent, _, _ in rows}
    circling = _circling(parents)
    for customer, parent, file, row in rows:
        if customer in circling:
            sentence = f"parent_id '{parent}' makes customer '{customer}' its own ancestor"
            values = ["customers", file, row, "parent_circle", "warn", "parent_id", sentence]
            connection.execute(
                "insert into flaws (table_name, file, row, code, severity, column_name, message) values (?, ?, ?, ?, ?, ?, ?)", values
            )


def _circling(parents: dict[str, str]) -> set[str]:
    """The members of circles: each customer is walked over once."""
    settled: set[str] = set()
    circling: set[str] = set()
    for start in parents:
        path: dict[str, int] = {}
        step = start
        while step in parents and step not in settled and step not in path:
            path[step] = len(path)
            step = parents[step]
        if step in path:
            circling.update(list(path)[path[step] :])
        settled.update(path)
    return circling


def report(connection: duckdb.DuckDBPyConnection, files: Sequence[FileReport]) -> None:
    """Fills in what each file accepted and set aside, in rows and in sums, and lists its problems."""
    connection.execute(statement("staging/flawed"))
    aside = dict(connection.execute("select file, count(*) from flawed group by file").fetchall())
    sums: dict[int, dict[str, tuple[Decimal, Decimal]]] = {}
    for file, currency, accepted, quarantined in connection.execute(statement("staging/control_totals")).fetchall():
        sums.setdefault(file, {})[currency] = (accepted, quarantined)
    for report in files:
        refused = report.verdict == "reject"
        report.problems.extend(_listed(connection, report))
        report.quarantined = report.rows if refused else aside.get(report.number, 0)
        report.accepted = report.rows - report.quarantined
        report.sums = {
            currency: (Decimal(0), accepted + quarantined) if refused else (accepted, quarantined)
            for currency, (accepted, quarantined) in sums.get(report.number, {}).items()
        }


def _listed(connection: duckdb.DuckDBPyConnection, report: FileReport) -> Iterator[Problem]:
    rows = connection.execute(statement("staging/listed_flaws"), {"file": report.number, "listed": LISTED}).fetchall()
    name = report.short_name
    for row, code, severity, column, message, place, count in rows:
        yield Problem(code, severity, f"{name} {report.word} {row}: {message}", row, column)
        if place == LISTED and count > LISTED:
            yield Problem(code, severity, f"{name}: {count - LISTED:,} more rows like that (column {column})", None, column)
