"""A load: files are read, every row is checked, and a new generation of the books is published; or nothing changes at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from functools import cached_property
from pathlib import Path

import duckdb

from analytics import dates
from analytics.errors import DuebookError, OtherLayout, Refused, UsageError, first_line
from analytics.schema import TABLES
from analytics.sources import connectors
from analytics.sources import mapping as mappings
from analytics.sources.bundle import Bundle, Piece, found
from analytics.sources.columns import unknown_columns
from analytics.sources.problems import Problem, Rejected
from analytics.sources.readers import Reader, opened
from analytics.store import books, checks, equations, extend, extract, formats, generations, journal, layout, marts, places, publish, stage
from analytics.store.lock import locked
from analytics.store.report import FileReport, LoadReport, Totals
from analytics.store.statements import quote
from analytics.store.store import DEFAULT_DIRECTORY

MAPPINGS = Path(__file__).parents[2] / "data" / "mappings"
Progress = Callable[[str, float], None]


def build(
    paths: Sequence[str | os.PathLike[str]],
    *,
    into: str | os.PathLike[str] | None = None,
    source: str | None = None,
    source_currency: str | None = None,
    mapping: str | os.PathLike[str] | None = None,
    append: bool = False,
    careful: bool = False,
    check: bool = False,
    expected: Totals | None = None,
    progress: Progress | None = None,
) -> LoadReport:
    """Loads the files or folders at `paths` into the store at `into` (default: `AR_STORE`, else `data/warehouse`).

    One call is one load: all of it is published as a new generation, or nothing changes and the report says why. A load replaces
    the tables it brings; with `append` it adds to them; a `careful` one refuses to leave a table with half of its rows. `source` names a
    connector, or a mapping of `data/mappings`; `mapping` is the file of one. `source_currency` is the currency of an export whose rows name
    none. `check` validates only. `expected`: the money that the files hold, by table and currency; other sums are refused. `progress` is
    called with a sentence and the share that is done. A store that cannot be used, or is being loaded into, refuses too. Raises
    `UsageError` for a mapping that makes no sense, and for a `source` beside a `mapping`.
    """
    if source and mapping:
        raise UsageError("name a source or give a mapping: files are read by one of them")
    directory = Path(into or os.environ.get("AR_STORE") or DEFAULT_DIRECTORY)
    connector = connectors.named(source, [path.stem for path in MAPPINGS.glob("*.toml")]) if source else None
    chosen = MAPPINGS / f"{source}.toml" if source and connector is None else mapping
    bundle = found([Path(path) for path in paths], mappings.read(Path(chosen)) if chosen else None, connector)
    bundle.currency = source_currency
    try:
        with locked(directory), publish.workspace(directory) as work, closing(_Load(directory, work, bundle, append, progress)) as load:
            return load.run(check, careful, expected or {})
    except (Refused, OSError, duckdb.Error, MemoryError) as problem:
        sentence = str(problem) if isinstance(problem, Refused) else f"the load failed ({first_line(problem)}); nothing was published"
        return LoadReport([FileReport(str(path), None, [Problem("not_published", "reject", sentence)]) for path in paths])


class _Load:
    """One load under way: `files` are its reports so far, `staying` the tables whose rows stay."""

    def __init__(self, directory: Path, work: Path, bundle: Bundle, append: bool, progress: Progress | None) -> None:
        self.directory, self.work, self.bundle, self.append = directory, work, bundle, append
        self.progress: Progress = progress or (lambda _message, _done: None)
        self.files: list[FileReport] = []
        self.readers: dict[Path, Reader] = {}
        self.connection = publish.connect(work)
        self.outdated: OtherLayout | None = None
        self.parent = self._attach()
        self.extension: extend.Extension | None = None

    def _attach(self) -> int | None:
        """Attaches the current generation as `books`; None if there is none yet, or none that can be built on."""
        if not places.pointer(self.directory).exists():
            return None
        number = places.current(self.directory)
        path = places.generation_file(self.directory, number)
        try:
            self.connection.execute(f"attach {quote(str(path))} as books (read_only)")
            layout.check(self.connection, "books.generation")
        except OtherLayout as problem:
            if self.append:
                raise Refused(f"{problem}; nothing can be added to it") from None
            self.connection.execute("detach books")
            self.outdated = problem
            return None
        except duckdb.Error as problem:
            raise Refused(f"generation {number} cannot be read ({first_line(problem)}); use an older one, then load again") from None
        return number

    @cached_property
    def brought(self) -> set[str]:
        """The tables that this load brings."""
        return {file.table for file in self.files if file.table}

    @property
    def staying(self) -> set[str]:
        """The tables of which the books keep their rows."""
        if self.parent is None:
            return set()
        return set(TABLES) if self.append else set(TABLES) - self.brought

    def close(self) -> None:
        """Lets go of the draft and of the generation before it."""
        self.connection.close()

    def run(self, check: bool, careful: bool, expected: Totals) -> LoadReport:
        """Reads, checks and, unless `check` says otherwise, publishes."""
        stage.prepare(self.connection)
        self._read()
        stage.bound(self.connection, books.held_rows(self.connection, self.staying))
        books.readmit(self.connection, self.staying, self.parent is not None)
        self._check()
        if not self._rejected:
            self._hold()
        checks.report(self.connection, self.files)
        self._warn()
        if careful:
            self._add(checks.losses(self.files))
        self._add(checks.unexpected(self.files, expected))
        report = LoadReport(self.files)
        if check or report.refused:
            journal.write(self.directory, "refused" if report.refused else "checked", detail=", ".join(file.path for file in self.files))
            return report
        return self._publish(report)

    def _check(self) -> None:
        """Checks the rows: where few are added, beside what they touch; where these change older rows, beside everything."""
        self.is_addition = self.append and self.parent is not None and not self._rejected and extend.is_small(self.connection)
        if self.is_addition:
            stage.remember_flaws(self.connection)
            books.assemble_near(self.connection)
            found = self._flaws()
            if any(problem.severity == "reject" for _, problem in found) or extend.is_addition(self.connection):
                self._add(found)
                return
            self.is_addition = False
            stage.recall_flaws(self.connection)
        books.assemble(self.connection, self.staying)
        self._add(self._flaws())

    def _flaws(self) -> list[tuple[int, Problem]]:
        """Notes what is wrong with rows; answers, by file number, what is wrong with whole files."""
        self.progress(f"checking {sum(file.rows for file in self.files):,} rows", 0.4)
        checks.note_flaws(self.connection, self.brought)
        found = [*checks.contradictions(self.connection, self.brought), *checks.emptied(self.connection, self.files, self._replaces)]
        if not self._rejected and all(problem.severity != "reject" for _, problem in found):
            self.progress("checking the books", 0.5)
            checks.note_references(self.connection)
        return found

    def _hold(self) -> None:
        self.progress("writing the tables", 0.6)
        if self.is_addition:
            assert self.parent is not None
            self.extension = extend.Extension(self.connection, publish.copy_of(self.directory, self.work, self.parent))
            books.add(self.connection, self.extension)
            self.extension.note_over_applied()
        else:
            books.hold(self.connection)
            checks.note_over_applied(self.connection)

    def _derive(self) -> list[str]:
        """Builds the marts; answers the equations that do not hold."""
        self.progress("building the marts", 0.7)
        if self.extension:
            self.extension.derive()
        else:
            marts.derive(self.connection)
        self.progress("checking the equations", 0.9)
        return self.extension.failures() if self.extension else equations.failures(self.connection)

    def _finish(self) -> None:
        """Writes the draft down and lets go of it."""
        if self.extension:
            self.extension.close()
        if self.parent is not None:
            self.connection.execute("detach books")
        self.connection.execute("checkpoint")
        self.connection.close()
        if self.extension:
            publish.take(self.work)

    @property
    def _rejected(self) -> bool:
        return any(file.verdict == "reject" for file in self.files)

    def _add(self, problems: Iterable[tuple[int, Problem]]) -> None:
        by_number = {file.number: file for file in self.files}
        for number, problem in problems:
            by_number[number].problems.append(problem)

    def _read(self) -> None:
        number = books.next_file(self.connection, self.parent is not None)
        for path, table, problem in self.bundle.refused:
            self.files.append(FileReport(str(path), table, [problem], number=number))
            number += 1
        for place, piece in enumerate(self.bundle.pieces):
            self.progress(f"reading {piece.path.name}", 0.4 * place / len(self.bundle.pieces))
            report = FileReport(str(piece.path), piece.table, number=number)
            self.files.append(report)
            number += 1
            self._read_piece(piece, report)
        if self.bundle.loose:
            self.files.extend(extract.read(self.connection, self.work, self.bundle, number, self.progress))
        if not self.files:
            named = ", ".join(path.name for path in sorted(self.bundle.passed_over)) or "what was given"
            raise Refused(f"{named}: no file that its system's connector knows; nothing was read")
        self.readers.clear()
        stage.note_files(self.connection, self.files)

    def _read_piece(self, piece: Piece, report: FileReport) -> None:
        try:
            reader = self._reader(piece, report)
            report.word = reader.word
            report.rows = stage.stage(self.connection, report.number, reader, piece.mapping)
            report.problems.extend(reader.notices)
            stage.leave_out(self.connection, report.number, piece.mapping)
            stage.turn(self.connection, report.number, piece.mapping)
            if reader.is_text:
                report.problems.extend(formats.undeclared(self.connection, report, piece.mapping))
        except Rejected as refusal:
            stage.forget(self.connection, report.number, piece.table)
            report.problems.append(refusal.problem)

    def _reader(self, piece: Piece, report: FileReport) -> Reader:
        """The reader of a private copy; what its columns say is reported once, with the first table read from the file."""
        copy, report.digest, report.size = publish.private_copy(piece.path, self.work, report.number)
        reader = opened(piece.path, copy, piece.mapping)
        if piece.path not in self.readers:
            mapped = [other.mapping for other in self.bundle.pieces if other.path == piece.path]
            report.problems.extend(unknown_columns(piece.path.name, reader.names, mapped))
        self.readers[piece.path] = reader
        return reader

    @property
    def _replaces(self) -> bool:
        return self.parent is not None and not self.append

    def _warn(self) -> None:
        """What concerns the load as a whole is said with its first file."""
        if not self.files:
            return
        first = self.files[0]
        for path in sorted(self.bundle.unread):
            what = "holds open items whose fields this connector does not know, and was not read"
            how = "map them as invoices of the kind debit_note, and load them with --append"
            first.problems.append(Problem("open_items_unread", "warn", f"{path.name} {what}; {how}"))
        for path in (path for path in self.bundle.passed_over if path not in self.bundle.unread):
            why = "is no file that its system's connector knows" if self.bundle.loose else "is not named for a table"
            first.problems.append(Problem("passed_over", "warn", f"{path.name} {why} and was not read"))
        if self.outdated:
            sentence = f"{self.outdated}; this load does not build on it, so tables that it does not bring are empty"
            first.problems.append(Problem("other_layout", "warn", sentence))
        if self._replaces:
            self._add(checks.shrunk(self.connection, self.files))
            for table in books.missing_tables(self.connection, self.brought):
                sentence = f"{table} file is missing; nothing loaded, the {table} of the books stay as they are"
                first.problems.append(Problem("missing_table", "warn", sentence))
        first.problems.extend(checks.set_aside_later(self.connection))

    def _publish(self, report: LoadReport) -> LoadReport:
        number = generations.next_number(self.directory)
        try:
            books.store(self.connection, number, self.parent, dates.now(), self.files, self.staying, is_addition=self.extension is not None)
            redrawn = extract.store_snapshots(self.connection, self.parent is not None)
            if self.parent is not None and not redrawn and books.unchanged(self.connection, self.brought):
                return self._already_loaded(report)
            stage.discard(self.connection)
            broken = self._derive()
            if broken:
                raise Refused("; ".join(broken))
            self._finish()
            publish.publish(self.directory, self.work, number, self.parent, ", ".join(file.path for file in self.files))
        except DuebookError as problem:
            report.files[0].problems.append(Problem("not_published", "reject", str(problem)))
            journal.write(self.directory, "refused", detail=str(problem))
            return report
        self.progress("published", 1.0)
        report.generation = number
        return report

    def _already_loaded(self, report: LoadReport) -> LoadReport:
        loaded = self.connection.execute("select number, published_at from books.generation").fetchall()[0]
        message = f"already loaded on {loaded[1]:%Y-%m-%d} as generation {loaded[0]}; nothing changed"
        for file in report.files:
            file.problems.append(Problem("already_loaded", "warn", f"{file.short_name}: {message}"))
        report.generation = self.parent
        journal.write(self.directory, "unchanged", self.parent)
        return report
