"""Whatever happens to a load or to the disk, the old answers stay, and the message names the cause."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path

import duckdb
import pytest

from analytics import Scope, aging
from analytics.errors import OtherLayout, Refused
from analytics.store import LoadReport, Store, build, places
from tests.store.bundles import Columns, invoices, parquet

KILLS = 60 if os.environ.get("THOROUGH") else 10
TOTALS = {"old": Decimal("64444"), "new": Decimal("64444") - 100}


def changed() -> Columns:
    """The same invoices, each a unit less."""
    of = invoices()
    return of | {"total": [total - 1 for total in of["total"]], "subtotal": [subtotal - 1 for subtotal in of["subtotal"]]}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Books with the old invoices."""
    build([parquet(tmp_path / "old", invoices=invoices())], into=tmp_path / "store")
    parquet(tmp_path / "new", invoices=changed())
    return tmp_path / "store"


def total(store: Path) -> Decimal:
    with Store.open(store) as opened:
        return sum(aging.summary(opened, Scope())["total"], Decimal(0))


def messages(report: LoadReport) -> str:
    return "\n".join(problem.message for file in report.files for problem in file.problems)


def test_loads_killed_at_random_leave_one_of_the_two_books_whole(store: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "tests.store.killed_loads", store, tmp_path / "old", tmp_path / "new", str(KILLS), "7"]
    told = ",".join(map(str, TOTALS.values()))
    done = subprocess.run(words, env=os.environ | {"TOTALS": told}, capture_output=True, text=True, timeout=600, check=False)

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 0
    build([tmp_path / "new"], into=store)
    assert total(store) == TOTALS["new"]
    assert list(places.inbox(store).iterdir()) == []


@pytest.mark.parametrize("limit", [4_096, 300_000], ids=["at once", "while building"])
def test_a_disk_without_room_leaves_the_old_books(store: Path, tmp_path: Path, limit: int) -> None:
    words = [sys.executable, "-m", "analytics", "load", tmp_path / "new", "--store", store]
    full = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (limit, limit))
    done = subprocess.run(words, preexec_fn=full, capture_output=True, text=True, timeout=60, check=False)

    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "nothing was published" in said
    assert "File too large" in said or "disk I/O error" in said or "Could not write" in said, said
    assert total(store) == TOTALS["old"]
    assert build([tmp_path / "new"], into=store).generation is not None


@pytest.fixture
def read_only() -> Iterator[Path]:
    """A folder that its user may only read."""
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o555)
        yield folder
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_only_be_read_is_named(read_only: Path, tmp_path: Path) -> None:
    report = build([parquet(tmp_path / "in", invoices=invoices())], into=read_only / "store")

    assert report.refused
    assert "Permission denied" in messages(report)


def test_a_place_where_no_folder_can_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file", encoding="utf-8")

    report = build([parquet(tmp_path / "in", invoices=invoices())], into=tmp_path / "store")

    assert report.refused
    assert "nothing was published" in messages(report)


def test_a_truncated_generation_is_answered_by_the_one_before_and_never_wrongly(store: Path, tmp_path: Path) -> None:
    build([tmp_path / "new"], into=store)
    path = places.generation_file(store, 2)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    with Store.open(store) as opened:
        assert "generation 1 answers instead" in str(opened.notice)
        assert sum(aging.summary(opened, Scope())["total"], Decimal(0)) == TOTALS["old"]
    with pytest.raises(Refused, match="cannot be opened"):
        Store.open(store, 2)
    report = build([tmp_path / "new"], into=store)
    assert "generation-2.duckdb" in messages(report)


def laid_out(store: Path, change: str) -> None:
    """Changes what the current generation says of its layout."""
    with duckdb.connect(str(places.generation_file(store, 1))) as connection:
        connection.execute(change)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("alter table generation drop column layout", "made by an older Duebook, which lays its tables out differently: load its files"),
        ("update generation set layout = 1", "made by an older Duebook"),
        ("update generation set layout = 1000", "made by a newer Duebook, .* update this one"),
    ],
)
def test_books_of_another_version_say_so(store: Path, change: str, sentence: str) -> None:
    laid_out(store, change)

    with pytest.raises(OtherLayout, match=sentence):
        Store.open(store)
    with pytest.raises(OtherLayout, match=sentence):
        Store.open(store, 1)


def test_a_load_over_books_of_another_version_starts_anew_and_says_so(store: Path, tmp_path: Path) -> None:
    laid_out(store, "alter table generation drop column layout")

    added = build([tmp_path / "new"], into=store, append=True)
    assert added.refused
    assert "nothing can be added to it" in messages(added)

    replaced = build([tmp_path / "new"], into=store)
    assert replaced.generation == 2
    assert "tables that it does not bring are empty" in messages(replaced)
    assert total(store) == TOTALS["new"]


def test_books_of_which_nothing_can_be_read_are_refused_with_a_way_out(store: Path) -> None:
    places.generation_file(store, 1).write_bytes(b"no database")

    with pytest.raises(Refused, match="load them again, or restore"):
        Store.open(store)


@pytest.mark.parametrize("content", ["", "seven", "99", "-1", "1\n2"])
def test_a_corrupt_pointer_is_answered_by_the_newest_generation(store: Path, tmp_path: Path, content: str) -> None:
    build([tmp_path / "new"], into=store)
    places.pointer(store).write_text(content, encoding="ascii")

    with Store.open(store) as opened:
        assert opened.notice
        assert sum(aging.summary(opened, Scope())["total"], Decimal(0)) == TOTALS["new"]


def test_readers_see_whole_generations_while_loads_go_on(store: Path, tmp_path: Path) -> None:
    seen: set[Decimal] = set()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.add(total(store))

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(4):
        build([tmp_path / ("new" if turn % 2 == 0 else "old")], into=store)
    stop.set()
    reader.join()

    assert seen <= set(TOTALS.values())
    assert TOTALS["old"] in seen
