"""A good bundle of 100 invoices, as columns that a test spoils in one place and writes as Parquet or CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Columns = dict[str, list[Any]]
MONEY = pa.decimal128(18, 2)
TOTAL = Decimal("64444.00")
"""The sum of the totals of the 100 invoices."""


def invoices(count: int = 100) -> Columns:
    """INV-00001 ... of 20 customers, each due 30 days after its issue; the totals add up to `TOTAL`."""
    numbers = range(1, count + 1)
    totals = [Decimal(60000 + number * 88) / 100 for number in numbers]
    issued = [date(2026, 1, 1) + timedelta(days=number) for number in numbers]
    return {
        "invoice_id": [f"INV-{number:05d}" for number in numbers],
        "customer_id": [f"C{number % 20:03d}" for number in numbers],
        "currency": ["USD"] * count,
        "issue_date": issued,
        "due_date": [day + timedelta(days=30) for day in issued],
        "status": ["posted"] * count,
        "subtotal": [total - 1 for total in totals],
        "tax": [Decimal("1.00")] * count,
        "total": totals,
        "region": ["North"] * count,
        "po_number": [f"PO {number}" for number in numbers],
    }


def payments() -> Columns:
    """A payment in full of each of the first ten invoices, 40 days after its issue."""
    of = invoices()
    return {
        "payment_id": [f"P-{number:05d}" for number in range(1, 11)],
        "customer_id": of["customer_id"][:10],
        "currency": ["USD"] * 10,
        "received_date": [day + timedelta(days=40) for day in of["issue_date"][:10]],
        "amount": of["total"][:10],
    }


def applications() -> Columns:
    """Each payment applied to its invoice on the day it was received."""
    paid = payments()
    return {
        "application_id": [f"A-{number:05d}" for number in range(1, 11)],
        "source": ["payment"] * 10,
        "source_id": paid["payment_id"],
        "invoice_id": invoices()["invoice_id"][:10],
        "applied_date": paid["received_date"],
        "amount": paid["amount"],
    }


def customers() -> Columns:
    """The 20 customers."""
    return {"customer_id": [f"C{number:03d}" for number in range(20)], "name": [f"Customer {number}" for number in range(20)]}


def spoiled(columns: Columns, column: str, value: Any, row: int = 3) -> Columns:
    """`columns` with one cell replaced; `row` counts from 1."""
    cells = list(columns[column])
    cells[row - 1] = value
    return columns | {column: cells}


def arrow(columns: Mapping[str, Sequence[Any]], types: Mapping[str, pa.DataType] | None = None) -> pa.Table:
    """The columns in the types of a canonical file, or the ones given."""
    given = types or {}
    return pa.table({name: pa.array(cells, given.get(name) or _type(cells)) for name, cells in columns.items()})


def parquet(folder: Path, **tables: Columns | pa.Table) -> Path:
    """Writes each table as `<table>.parquet` and returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        pq.write_table(table if isinstance(table, pa.Table) else arrow(table), folder / f"{name}.parquet")
    return folder


def lines(columns: Columns, delimiter: str = ",") -> list[str]:
    """The columns as the lines of a CSV file, header first."""
    rows = zip(*columns.values(), strict=True)
    return [delimiter.join(columns), *(delimiter.join("" if cell is None else str(cell) for cell in row) for row in rows)]


def csv(folder: Path, text: str | bytes, name: str = "invoices.csv") -> Path:
    """Writes a CSV file as it is given, and returns its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    return folder


def text(columns: Columns) -> str:
    """The columns as a whole CSV file."""
    return "\n".join(lines(columns)) + "\n"


def _type(cells: Sequence[Any]) -> pa.DataType | None:
    return MONEY if any(isinstance(cell, Decimal) for cell in cells) else None
