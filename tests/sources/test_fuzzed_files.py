"""Files with bytes of chance: a reader says what it read or why it cannot, in a sentence, and never anything else."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.errors import UsageError
from analytics.schema import TABLES
from analytics.sources.keep import parse
from analytics.sources.mapping import canonical, date_pattern
from analytics.sources.problems import Rejected
from analytics.sources.readers import opened
from analytics.store import build
from tests.store.bundles import arrow, invoices, text
from tests.store.workbooks import workbook

TIMES = 4_000 if os.environ.get("THOROUGH") else 150
FEW = 240 if os.environ.get("THOROUGH") else 12
"""How many files are made of each format; whole loads, and workbooks, which take a process each, are fewer. All of it: two minutes."""

MAPPED = canonical(TABLES["invoices"])
Mutation = tuple[float, int, bytes]
MUTATIONS = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 40),
        st.one_of(st.binary(max_size=12), st.sampled_from([b'"', b"\n", b"\r", b",", b"\0", b"\xff", b"-", b"9" * 30, b'""', b"1e9"])),
    ),
    min_size=1,
    max_size=5,
)
"""Where in the file (a share of it), how many bytes go, and what comes in their place."""


@cache
def whole(kind: str) -> bytes:
    """A good file of 30 invoices."""
    columns = invoices(30)
    if kind == "csv":
        return text(columns).encode()
    with tempfile.TemporaryDirectory() as folder:
        if kind == "xlsx":
            return (workbook(Path(folder), columns) / "invoices.xlsx").read_bytes()
        pq.write_table(arrow(columns), Path(folder) / "invoices.parquet", write_page_checksum=True)
        return (Path(folder) / "invoices.parquet").read_bytes()


def mutated(content: bytes, mutations: list[Mutation]) -> bytes:
    for share, gone, come in mutations:
        at = int(share * len(content))
        content = content[:at] + come + content[at + gone :]
    return content


def read(kind: str, content: bytes) -> list[dict[str, Any]] | None:
    """The rows of the file, or None where it was rejected in a sentence that names it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"invoices.{kind}"
        path.write_bytes(content)
        try:
            reader = opened(path, path, MAPPED)
            return [row for batch in reader.batches(MAPPED) for row in batch.to_pylist()]
        except Rejected as refusal:
            said = str(refusal)
    assert path.name in said
    return None


@settings(max_examples=TIMES, deadline=None, suppress_health_check=list(HealthCheck))
@given(MUTATIONS)
def test_a_csv_file_is_read_whole_or_rejected(mutations: list[Mutation]) -> None:
    content = mutated(whole("csv"), mutations)
    rows = read("csv", content)

    if rows is not None:
        records = [cells for cells in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) if cells]
        assert len(rows) == len(records) - 1
        place = records[0].index("total")
        assert [row["total"] for row in rows] == [cells[place] for cells in records[1:]]


@settings(max_examples=TIMES, deadline=None, suppress_health_check=list(HealthCheck))
@given(MUTATIONS)
def test_a_parquet_file_is_read_whole_or_rejected(mutations: list[Mutation]) -> None:
    rows = read("parquet", mutated(whole("parquet"), mutations))

    if rows is not None:
        assert [row["total"] for row in rows] == [Decimal(total) for total in invoices(30)["total"]]


@settings(max_examples=FEW, deadline=None, suppress_health_check=list(HealthCheck))
@given(MUTATIONS)
def test_a_workbook_is_read_or_rejected(mutations: list[Mutation]) -> None:
    rows = read("xlsx", mutated(whole("xlsx"), mutations))

    assert rows is None or len(rows) <= 30


@settings(max_examples=FEW, deadline=None, suppress_health_check=list(HealthCheck))
@given(MUTATIONS)
def test_a_load_accounts_for_every_row_whatever_it_is_given(mutations: list[Mutation]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "invoices.csv"
        path.write_bytes(mutated(whole("csv"), mutations) + b"\n")
        report = build([path], into=Path(folder) / "store", check=True)

    for file in report.files:
        assert file.accepted + file.quarantined == file.rows
        assert file.verdict != "accept" or file.rows == file.accepted
        assert not report.refused or all(problem.message for problem in file.problems)


@pytest.mark.parametrize("reads", [parse, date_pattern], ids=["keep", "date"])
@settings(max_examples=TIMES, deadline=None, suppress_health_check=list(HealthCheck))
@given(words=st.text(max_size=40))
def test_what_a_mapping_says_is_understood_or_a_wrong_question(reads: Callable[[str], object], words: str) -> None:
    said = "understood"
    try:
        reads(words)
    except UsageError as problem:
        said = str(problem)
    assert said
