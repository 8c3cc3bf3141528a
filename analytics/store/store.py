"""Reading a generation of the books: opened read-only, locked down, and safe to ask from several threads at once."""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from analytics import dates
from analytics.errors import GenerationMissing, OtherLayout, Refused, StoreMissing, first_line
from analytics.scope import Scope
from analytics.store import layout, places

DEFAULT_DIRECTORY = Path("data/warehouse")

# It costs a copy of the rows, which `Store.frame` weighs against planning a statement twice.
warnings.filterwarnings("ignore", message="Arrow output on a DB-API result", category=UserWarning)


def default_directory(directory: str | os.PathLike[str] | None = None) -> Path:
    """Where the books are: `directory`, else `AR_STORE`, else `data/warehouse`."""
    return Path(directory or os.environ.get("AR_STORE") or DEFAULT_DIRECTORY)


class Store:
    """One generation of the books, open for questions.

    A generation never changes: the same question always gets the same answer. `Store.open` reads the current one, or the one
    named. Use it as a context manager, or `close` it.
    """

    def __init__(self, directory: Path, generation: int, connection: duckdb.DuckDBPyConnection, notice: str | None) -> None:
        self.directory = directory
        self.generation = generation
        self.notice = notice
        """A sentence about what is wrong with the books themselves, if anything: an older generation had to answer."""
        self._connection = connection
        self._opening_cursor = threading.Lock()
        self._askers = ThreadPoolExecutor(os.cpu_count())

    @classmethod
    def open(cls, directory: str | os.PathLike[str] | None = None, generation: int | None = None) -> Store:
        """Opens the books at `directory` (default: `AR_STORE`, else `data/warehouse`).

        Raises `StoreMissing` or `GenerationMissing` where there is nothing to open. If the current generation is damaged, the
        newest intact older one is opened and `notice` says so; if none is intact, or the damaged one was asked for by number,
        raises `Refused`; and `OtherLayout` for one that another version of Duebook made.
        """
        root = default_directory(directory)
        kept = places.generations(root)
        if generation is not None:
            if generation not in kept:
                raise GenerationMissing(generation, kept)
            return cls(root, generation, _connected(places.generation_file(root, generation)), None)
        if not kept and not places.pointer(root).exists():
            raise StoreMissing(root)
        return cls._current(root, kept)

    @classmethod
    def _current(cls, root: Path, kept: tuple[int, ...]) -> Store:
        notice = None
        try:
            current = places.current(root)
        except Refused as problem:
            notice, current = str(problem), None
        older = [number for number in reversed(kept) if current is None or number < current]
        for number in [current, *older] if current is not None else older:
            try:
                connection = _connected(places.generation_file(root, number))
            except OtherLayout:
                raise
            except Refused as problem:
                notice = notice or str(problem)
                continue
            if notice:
                notice = f"{notice}; generation {number} answers instead"
            return cls(root, number, connection, notice)
        raise Refused(f"{notice or 'the books are damaged'}; load them again, or restore {root} from a backup")

    @property
    def path(self) -> Path:
        """The file of this generation."""
        return places.generation_file(self.directory, self.generation)

    @cached_property
    def published_at(self) -> datetime:
        """When this generation was published, in UTC."""
        moment: datetime = self.rows("select published_at from generation")[0]["published_at"]
        return moment

    @cached_property
    def last_day(self) -> date:
        """The latest issue, receipt or application date in the books, no later than today."""
        found: date | None = self.rows(
            "select greatest((select max(issue_date) from documents), (select max(received_date) from receipts), "
            "(select max(effective_date) from applied where alive_from < alive_to)) as day"
        )[0]["day"]
        return min(found or dates.today(), dates.today())

    @cached_property
    def documents(self) -> int:
        """How many documents the books hold."""
        return int(self.rows("select count(*) as n from documents")[0]["n"])

    @cached_property
    def last_change(self) -> date:
        """The last day on which an open balance begins or ends: from then on, only those without an end are left."""
        ends = "case when valid_to < date '2200-01-01' then valid_to else valid_from end"
        day: date | None = self.rows(f"select max({ends}) as day from segments")[0]["day"]
        return day or date.min

    @cached_property
    def has_sums(self) -> bool:
        """True where this generation holds sums by day, as books of few entities, segments and regions do."""
        return bool(self.rows("select count(*) as n from duckdb_tables() where table_name = 'cube'")[0]["n"])

    def resolve(self, scope: Scope) -> Scope:
        """`scope` with its as-of date filled in."""
        return scope if scope.as_of is not None else replace(scope, as_of=self.last_day)

    def table(self, sql: str, parameters: dict[str, Any] | None = None) -> pa.Table:
        """The answer to `sql` as an Arrow table; decimals stay exact. For answers of many rows: they are held once."""
        with self._cursor() as cursor:
            return cursor.sql(sql, params=parameters).to_arrow_table()

    def frame(self, sql: str, parameters: dict[str, Any] | None = None) -> pd.DataFrame:
        """The answer to `sql` as a frame with Arrow types."""
        with self._cursor() as cursor:
            # Planned once, where a relation is planned twice, to know its columns first: that is a quarter of a quick answer.
            answer = cursor.execute(sql, parameters).to_arrow_table()
        assert answer is not None  # as after a statement that is no question
        frame: pd.DataFrame = answer.to_pandas(types_mapper=pd.ArrowDtype)
        return frame

    def rows(self, sql: str, parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """The answer to `sql` as a list of rows by column name, for the few rows that Python works on."""
        with self._cursor() as cursor:
            found = cursor.execute(sql, parameters)
            names = [column[0] for column in found.description]
            return [dict(zip(names, cells, strict=True)) for cells in found.fetchall()]

    def together(self, *questions: Callable[[], Any]) -> list[Any]:
        """The answers to `questions`, asked at the same time: planning, most of a quick answer, keeps one core busy.

        None of them may ask several together itself: it would wait for its own place.
        """
        return list(self._askers.map(lambda question: question(), questions))

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        # One connection used by two threads at once hands one the rows of the other; a cursor each does not.
        with self._opening_cursor:
            cursor = self._connection.cursor()
        try:
            yield cursor
        except (duckdb.IOException, duckdb.FatalException, duckdb.SerializationException) as problem:
            raise Refused(f"generation {self.generation} cannot be read ({self.path}): {first_line(problem)}") from problem
        finally:
            cursor.close()

    def close(self) -> None:
        """Lets go of the file."""
        self._askers.shutdown()
        self._connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _connected(path: Path) -> duckdb.DuckDBPyConnection:
    try:
        connection = duckdb.connect(
            str(path),
            read_only=True,
            config={
                "memory_limit": os.environ.get("AR_MEMORY", "2GB"),
                "enable_external_access": "false",
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                # Set while opening: a second `set` on a file that this process has open already would be refused.
                "lock_configuration": "true",
            },
        )
        layout.check(connection)
        blocks = connection.execute("select block_size * used_blocks from pragma_database_size()").fetchall()[0][0]
    except duckdb.Error as problem:
        raise Refused(f"the books at {path} cannot be opened: {first_line(problem)}") from problem
    except OtherLayout:
        connection.close()
        raise
    if path.stat().st_size < blocks:
        connection.close()
        raise Refused(f"the books at {path} cannot be opened: the file is cut off")
    return connection
