"""Exports of other systems: their files as they are in a raw database of the load's own, then their rows in canonical tables.

A file is read for every table that its rows become: a `FileReport` each, of the rows that the table's statement answers. Every
row that a statement answers is accepted, or set aside with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from analytics.errors import Refused
from analytics.money import MINOR_UNITS
from analytics.schema import TABLES, Table
from analytics.sources import connectors
from analytics.sources.bundle import Bundle
from analytics.sources.mapping import TableMapping, canonical
from analytics.sources.parquet import ParquetReader
from analytics.sources.problems import Problem, Rejected
from analytics.sources.readers import opened
from analytics.sources.source import SAYS, Extract, Object, Source
from analytics.sources.typed import FAULTS, side_by_side
from analytics.store import formats, publish, stage
from analytics.store.report import FileReport
from analytics.store.statements import identifier, statement

MACROS = (
    *("book_day", "amount", "unsigned", "is_true", "in_units", "stripe_places"),
    *("own_currency", "applied_day", "applied_amount", "moment"),
)
ANY_FILE = TableMapping(Table("file", (), ()), {}, open_end=True)
"""How a file is opened to look at its columns."""

_NOTES = ("left_out", "stated", "note_code", "note")
"""What a row carries beside its cells, in this order, in the column `others` of its staging table."""

LEAVE_OUT: dict[str, str] = {name: f"update staged_{name} set kept = false where file = $file and others[1] is not null" for name in TABLES}
LEFT_OUT: dict[str, str] = {
    name: "insert into flaws (table_name, file, row, code, severity, message, by_reference) "
    f"select '{name}', file, row, 'not_kept', 'quarantine', 'is left out: ' || others[1], false "
    f"from staged_{name} where file = $file and not kept"
    for name in TABLES
}
NOTED: dict[str, str] = {
    name: "insert into flaws (table_name, file, row, code, severity, message, by_reference) "
    f"select '{name}', file, row, others[3], 'warn', others[4], false "
    f"from staged_{name} where file = $file and kept and others[3] is not null"
    for name in TABLES
}


@dataclass(frozen=True)
class _File:
    """A private copy of a file, opened: `number` tells it apart in the raw database."""

    number: int
    path: Path
    copy: Path
    digest: str
    size: int
    names: tuple[str, ...]


def read(
    connection: duckdb.DuckDBPyConnection, work: Path, bundle: Bundle, first: int, progress: Callable[[str, float], None]
) -> list[FileReport]:
    """Stages the files of `bundle` that belong to a system's export; their reports are numbered from `first`.

    Raises `Refused` where no connector, or more than one, knows the files.
    """
    reports: list[FileReport] = []
    files = list(_opened(bundle, work, first, reports))
    source = bundle.source or connectors.recognised({file.path.name: file.names for file in files})
    if source is None:
        raise Refused(_unknown(files))
    with closing(_Raw(work, source, bundle.currency)) as raw:
        numbered = first + len(reports)
        for place, file in enumerate(files):
            progress(f"reading {file.path.name}", 0.3 * place / len(files))
            known = source.identify(file.path.name, file.names)
            if known is None:
                bundle.passed_over.append(file.path)
                if source.is_unread(file.path.name, file.names):
                    bundle.unread.add(file.path)
            elif (refusal := raw.add(file, known)) is not None:
                reports.append(_report(file, None, numbered + len(reports), [refusal]))
        if not reports:
            progress(f"taking in the export of {source.title}", 0.3)
            reports.extend(_extracted(connection, raw, source, files, numbered))
            _take_snapshots(connection, raw)
    return reports


def store_snapshots(connection: duckdb.DuckDBPyConnection, has_parent: bool) -> bool:
    """Writes the balances that the source has drawn up into the draft; a load that brings none keeps the ones before it.

    True where they are others than the books hold.
    """
    held = has_parent and connection.execute(statement("staging/holds_snapshots")).fetchall()
    if held and not connection.execute("select count(*) from given_snapshots").fetchall()[0][0]:
        connection.execute("insert into given_snapshots from books.snapshots")
    connection.execute(statement("staging/stored_snapshots"))
    if not held:
        return bool(connection.execute("select count(*) from given_snapshots").fetchall()[0][0])
    return bool(connection.execute(statement("staging/other_snapshots")).fetchall()[0][0])


def _take_snapshots(connection: duckdb.DuckDBPyConnection, raw: _Raw) -> None:
    if raw.source.snapshots is None:
        return
    text = statement(f"sources/{raw.source.name}/{raw.source.snapshots}")
    connection.register("incoming", raw.connection.sql(text).to_arrow_reader())
    connection.execute("insert into given_snapshots select * exclude (file, row) from incoming")
    connection.unregister("incoming")


def _opened(bundle: Bundle, work: Path, first: int, reports: list[FileReport]) -> Iterator[_File]:
    for number, path in enumerate(bundle.loose, start=1):
        try:
            copy, digest, size = publish.private_copy(path, work, -number)
            yield _File(number, path, copy, digest, size, opened(path, copy, ANY_FILE).names)
        except Rejected as refusal:
            reports.append(FileReport(str(path), None, [refusal.problem], number=first + len(reports)))


def _extracted(
    connection: duckdb.DuckDBPyConnection, raw: _Raw, source: Source, files: Sequence[_File], first: int
) -> Iterator[FileReport]:
    number = first
    for extract in sorted(source.extracts, key=lambda each: list(TABLES).index(each.table)):
        for file in files:
            if raw.kinds.get(file.number) != extract.object:
                continue
            report = _report(file, extract.table, number, list(raw.notices.pop(file.number, [])))
            mapped = canonical(TABLES[extract.table])
            rows = stage.stage(connection, number, _Rows(raw, extract, file.number), mapped)
            if not rows and not raw.is_own(extract):
                continue
            if raw.is_own(extract) and rows != raw.count(file.number):
                raise Refused(f"{file.path.name}: {rows:,} of {raw.count(file.number):,} rows were accounted for; nothing was published")
            report.rows = rows
            for sql in (LEAVE_OUT, LEFT_OUT, NOTED):
                connection.execute(sql[extract.table], {"file": number})
            report.problems.extend(formats.undeclared(connection, report, mapped))
            connection.execute("insert into extracted values (?)", [number])
            yield report
            number += 1
    for file in files:
        if raw.kinds.get(file.number) in raw.beside:
            report = _report(file, None, number, list(raw.notices.pop(file.number, [])))
            report.rows = raw.count(file.number)
            yield report
            number += 1


def _report(file: _File, table: str | None, number: int, problems: list[Problem]) -> FileReport:
    return FileReport(
        str(file.path),
        table,
        problems,
        number=number,
        digest=file.digest,
        size=file.size,
        word="line" if file.path.suffix.lower() == ".csv" else "row",
    )


def _unknown(files: Sequence[_File]) -> str:
    named = ", ".join(file.path.name for file in files[:5]) or "no file"
    return (
        f"{named}: not named for a table like invoices.csv, and not the export of one known system "
        f"({', '.join(connectors.SOURCES)}); name the source, or give a mapping"
    )


class _Raw:
    """The files of an export as tables of text, one per object, each row with its `file` and `row`."""

    def __init__(self, work: Path, source: Source, currency: str | None) -> None:
        self.source = source
        self.kinds: dict[int, str] = {}
        """File number -> the object it was read as."""
        self.notices: dict[int, list[Problem]] = {}
        self.connection = duckdb.connect(str(work / "raw.duckdb"), config={"temp_directory": str(work / "raw-spill")})
        self.connection.execute("set preserve_insertion_order = false")
        self.connection.execute(statement("sources/created_units"))
        self.connection.execute(statement("sources/created_own"))
        self.connection.execute("insert into own values (?)", [currency])
        for macro in MACROS:
            self.connection.execute(statement(f"sources/macro_{macro}"))
        given = pa.table({"code": list(MINOR_UNITS), "places": pa.array(MINOR_UNITS.values(), pa.int8())})
        self.connection.register("given_units", given)
        self.connection.execute("insert into units from given_units")
        for each in source.objects:
            columns = ", ".join(f"{identifier(name)} varchar" for name in each.names)
            self.connection.execute(f"create table {identifier(each.name)} (file integer, row bigint, {columns})")

    @property
    def beside(self) -> set[str]:
        """The objects that no table is read from by themselves: others look things up in them."""
        return {each.name for each in self.source.objects} - {extract.object for extract in self.source.extracts}

    def is_own(self, extract: Extract) -> bool:
        """True if it is the first table that the object's rows become, and so answers for each of them."""
        return next(each for each in self.source.extracts if each.object == extract.object) == extract

    def add(self, file: _File, known: Object) -> Problem | None:
        """Takes a file in as an object; the problem for which it cannot be."""
        try:
            mapped = known.mapped(file.names)
            reader = opened(file.path, file.copy, mapped)
            for batch in reader.texts(mapped) if isinstance(reader, ParquetReader) else reader.batches(mapped):
                self._insert(file.number, known, batch)
        except Rejected as refusal:
            return refusal.problem
        self.kinds[file.number] = known.name
        self.notices[file.number] = [*reader.notices, *_unused(file, known)]
        return None

    def _insert(self, number: int, known: Object, batch: pa.RecordBatch) -> None:
        self.connection.register("incoming", pa.Table.from_batches([batch]))
        cells = ", ".join(f"nullif({identifier(name)}, '')" for name in known.names)
        self.connection.execute(f"insert into {identifier(known.name)} select ?, row, {cells} from incoming", [number])
        self.connection.unregister("incoming")

    def count(self, number: int) -> int:
        """How many rows a file brought."""
        table = self.connection.table(self.kinds[number])
        return int(table.filter(f"file = {int(number)}").aggregate("count(*)").fetchall()[0][0])

    def answer(self, extract: Extract, number: int) -> pa.RecordBatchReader:
        """What the rows of one file become: one each, even where a look-up finds a document twice."""
        text = statement(f"sources/{self.source.name}/{extract.statement}")
        return self.connection.sql(
            f"select distinct on (row) * from ({text}) answered where file = $file", params={"file": number}
        ).to_arrow_reader()

    def close(self) -> None:
        """Lets go of the raw database."""
        self.connection.close()


class _Rows:
    """What the rows of a file become, as `stage` reads it."""

    word = "line"
    is_text = True

    def __init__(self, raw: _Raw, extract: Extract, number: int) -> None:
        self.notices: list[Problem] = []
        self._raw, self._extract, self._number = raw, extract, number

    def batches(self, mapped: TableMapping) -> Iterator[pa.RecordBatch]:
        """The rows in canonical columns, all text."""
        for batch in self._raw.answer(self._extract, self._number):
            if batch.num_rows:
                yield self._canonical(batch, mapped)

    def _canonical(self, batch: pa.RecordBatch, mapped: TableMapping) -> pa.RecordBatch:
        rows = batch.num_rows

        def cells(name: str) -> pa.Array:
            return batch.column(name).cast(pa.string()) if name in batch.schema.names else pa.nulls(rows, pa.string())

        arrays = {"row": batch.column("row")} | {name: cells(name) for name in mapped.table.names}
        arrays |= {"claim": cells("claim"), "faults": pa.nulls(rows, FAULTS)}
        return pa.RecordBatch.from_pydict(arrays | {"others": side_by_side([cells(name) for name in _NOTES], rows)})


def _unused(file: _File, known: Object) -> Iterator[Problem]:
    unused = [name for name in file.names if not known.uses(name)]
    if unused:
        listed = ", ".join(unused[:12]) + (f" and {len(unused) - 12} more" if len(unused) > 12 else "")
        what = "1 column is" if len(unused) == 1 else f"{len(unused)} columns are"
        yield Problem("unused_columns", "warn", f"{file.path.name}: {what} not used ({listed})")


assert set(_NOTES) < set(SAYS)
