"""What lies in `data/` is what it says it is."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from analytics import demo
from analytics.schema import TABLES, Column, Table

DATA = Path(__file__).parents[2] / "data"


def documented(table: str) -> list[tuple[str, ...]]:
    """The first three cells of every row under the table's heading of the dictionary."""
    section = (DATA / "README.md").read_text(encoding="utf-8").partition(f"\n## {table}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.*) \|$", section, re.MULTILINE)[1:]
    return [tuple(cell.strip() for cell in row.split("|")[:3]) for row in rows]


def declared(table: Table, column: Column) -> tuple[str, ...]:
    name = f"**{column.name}**" if column.name in table.key else column.name
    values = (f"`{value}`" + " (default)" * (value == column.default) for value in column.values)
    return name + "*" * column.required, column.kind, ", ".join(values)


@pytest.mark.parametrize("name", TABLES)
def test_the_dictionary_lists_every_column_as_it_is_declared(name: str) -> None:
    table = TABLES[name]
    assert documented(name) == [declared(table, column) for column in table.columns]


def test_the_dictionary_knows_no_table_that_is_not_declared() -> None:
    headings = re.findall(r"^## (\w+)$", (DATA / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == list(TABLES)


def test_the_sample_is_the_book_the_dictionary_says(tmp_path: Path) -> None:
    demo.write(tmp_path, invoices=300, seed=7, today=date(2026, 6, 30))
    made = {file.name: pq.read_table(file) for file in tmp_path.iterdir()}
    assert {file.name: pq.read_table(file) for file in (DATA / "sample").iterdir()} == made
