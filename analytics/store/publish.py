"""Publishing: private copies of what is loaded, a new generation built aside, checked, and only then made the current one."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from analytics.errors import Refused, first_line
from analytics.sources.bundle import check_regular
from analytics.sources.draft import Form, Sample, sample
from analytics.sources.problems import Rejected
from analytics.store import generations, journal, places
from analytics.store.marts import VIEWS
from analytics.store.statements import statement

SIZE_LIMIT = 16 * 2**30
_CHUNK = 1 << 20


@contextmanager
def workspace(directory: Path) -> Iterator[Path]:
    """A private folder of the store, removed afterwards; what dead loads left behind is removed too. Needs the lock."""
    for leftover in places.inbox(directory).iterdir():
        shutil.rmtree(leftover)
        journal.write(directory, "killed", detail=leftover.name)
    known = {entry.generation for entry in journal.entries(directory) if entry.event == "published"}
    if known:
        for number in set(places.generations(directory)) - known:
            places.generation_file(directory, number).unlink()
    work = places.inbox(directory) / str(uuid.uuid4())
    work.mkdir(mode=0o700)
    try:
        yield work
    finally:
        shutil.rmtree(work)


def private_copy(path: Path, work: Path, number: int) -> tuple[Path, str, int]:
    """Copies a regular file into `work` under a name of our own; returns where, its sha256 and its size in bytes."""
    try:
        # Neither a link nor a pipe swapped in after the look at its name is followed or waited for.
        source = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as problem:
        raise Rejected("missing", f"{path.name} cannot be read ({problem.strerror})") from None
    with os.fdopen(source, "rb") as reading:
        facts = os.fstat(reading.fileno())
        if not stat.S_ISREG(facts.st_mode):
            raise Rejected("not_regular", f"{path.name} is not a regular file")
        if facts.st_size == 0:
            raise Rejected("empty_file", f"{path.name}: file is empty")
        if facts.st_size > SIZE_LIMIT:
            raise Rejected("too_large", f"{path.name} has {facts.st_size:,} bytes: limit {SIZE_LIMIT:,}")
        copy = work / f"file-{number}"
        digest = hashlib.sha256()
        with open(copy, "xb") as writing:
            while chunk := reading.read(_CHUNK):
                digest.update(chunk)
                writing.write(chunk)
        after = os.fstat(reading.fileno())
        if (after.st_size, after.st_mtime_ns) != (facts.st_size, facts.st_mtime_ns) or copy.stat().st_size != facts.st_size:
            raise Rejected("changing", f"{path.name} changed while it was read; load it again when it is whole")
    return copy, digest.hexdigest(), copy.stat().st_size


def sampled(path: Path, form: Form) -> Sample:
    """The first rows of the file at `path`, read from a private copy that is gone afterwards; raises `Rejected`."""
    check_regular(path)
    with tempfile.TemporaryDirectory() as work:
        return sample(path, private_copy(path, Path(work), 1)[0], form)


def connect(work: Path) -> duckdb.DuckDBPyConnection:
    """A connection to the generation that is being built in `work`."""
    connection = duckdb.connect(
        str(draft(work)),
        config={
            "memory_limit": os.environ.get("AR_MEMORY", "2600MB"),
            "temp_directory": str(work / "spill"),
            "preserve_insertion_order": "false",
            # Tried on every column of text, and never chosen.
            "disabled_compression_methods": "fsst,dictionary,zstd",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )
    # DuckDB would draw bars of its own where Python is used interactively; a load says itself how far it is.
    connection.execute("set enable_progress_bar = false")
    return connection


def draft(work: Path) -> Path:
    """The file of the generation that is being built in `work`."""
    return work / "generation.duckdb"


def copy_of(directory: Path, work: Path, number: int) -> Path:
    """A copy of generation `number` in `work`, for rows to be added to."""
    copy = work / "next.duckdb"
    shutil.copyfile(places.generation_file(directory, number), copy)
    return copy


def take(work: Path) -> None:
    """Makes the copy that rows were added to the draft."""
    os.replace(work / "next.duckdb", draft(work))


def publish(directory: Path, work: Path, number: int, parent: int | None, detail: str) -> None:
    """Makes the draft in `work` generation `number` and the current one; raises `Refused` if it does not read back."""
    generations.sync(draft(work))
    _read_back(draft(work), number)
    target = places.generation_file(directory, number)
    os.rename(draft(work), target)
    generations.sync(target.parent)
    journal.write(directory, "published", number, parent=parent, detail=detail)
    generations.point(directory, number)
    generations.prune(directory)


def _read_back(path: Path, number: int) -> None:
    """Opens the finished file as a reader will, and compares the counts and the control totals with what the tables hold."""
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            found = connection.execute("select number from generation").fetchall()
            for table, rows in connection.execute("select table_name, stored_rows from contents").fetchall():
                stored = connection.table(VIEWS.get(table, table)).aggregate("count(*)").fetchall()[0][0]
                if stored != rows:
                    raise Refused(f"the new generation holds {stored:,} rows of {table} instead of {rows:,}; nothing was published")
            differing = connection.execute(statement("staging/control_differences")).fetchall()
            if differing:
                path, accepted, stored = differing[0]
                raise Refused(f"{path}: {accepted:,} rows were accepted, {stored:,} stored, or their sums differ; nothing was published")
    except duckdb.Error as problem:
        raise Refused(f"the new generation does not read back ({first_line(problem)}); nothing was published") from None
    if found != [(number,)]:
        raise Refused("the new generation does not read back; nothing was published")
