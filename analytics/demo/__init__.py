"""A realistic book made of nothing: seeded, exact, of any size, for trials, tests and measurements.

The amounts, names and people are invented. `write` is the only door; the same arguments write the same bytes.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from analytics.demo.book import draw
from analytics.demo.tables import Tables
from analytics.errors import UsageError
from analytics.schema import TABLES

WITH_LINES = 50_000
"""Books of up to so many invoices come with invoice lines."""


def write(out: Path, invoices: int = 5000, seed: int = 7, *, today: date) -> None:
    """Writes a book of `invoices` invoices that ends at `today` as one Parquet file per canonical table into `out`.

    Debit and credit notes come on top of `invoices`. Nothing is dated after `today` except due dates and the ends
    of contracts. Files of an earlier book in `out` are replaced, or removed if this book lacks their table. Raises
    `UsageError` if there is nothing to write.
    """
    if invoices < 1 or seed < 0:
        raise UsageError(f"a demo book has at least 1 invoice and a seed from 0, not {invoices} and {seed}")
    tables = Tables(draw(invoices, seed, today))
    out.mkdir(parents=True, exist_ok=True)
    absent = set(TABLES)
    for name, table in tables.all(with_lines=invoices <= WITH_LINES):
        pq.write_table(table, out / f"{name}.parquet", compression="zstd", store_decimal_as_integer=True)
        absent.remove(name)
    for name in absent:
        (out / f"{name}.parquet").unlink(missing_ok=True)
