"""A book parted into days: what was known first, and what each later day brought."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

DATES = {"invoices": "issue_date", "payments": "received_date", "fx_rates": "rate_date"}
PARTS = ("installments", "disputes", "invoice_lines")


def parted(folder: Path, into: Path, cuts: Sequence[date]) -> list[Path]:
    """The book at `folder` in folders of its own: up to the first of `cuts`, then up to each next, then the rest.

    A document comes with its parts, an application when it and both its documents are there; other tables come first.
    """
    connection = duckdb.connect()
    folders = [into / str(place) for place in range(len(cuts) + 1)]
    tables = {file.stem: f"read_parquet('{file}')" for file in sorted(folder.glob("*.parquet"))}
    for name, table in tables.items():
        arrived = f"greatest({_arrival(name, tables)}, date '1900-01-01')"
        for place, target in enumerate(folders):
            target.mkdir(parents=True, exist_ok=True)
            tests = [f"coalesce({arrived}, date '1900-01-01') > date '{cut}'" for cut in cuts[:place]][-1:]
            tests += [f"coalesce({arrived}, date '1900-01-01') <= date '{cut}'" for cut in cuts[place : place + 1]]
            rows = f"select t.* from {table} t where {' and '.join(tests)}"
            if connection.execute(f"select count(*) from ({rows})").fetchall() != [(0,)]:
                connection.execute(f"copy ({rows}) to '{target / name}.parquet'")
    return folders


def _arrival(name: str, tables: dict[str, str]) -> str:
    issued = "(select i.issue_date from {invoices} i where i.invoice_id = t.{id})".replace("{invoices}", tables["invoices"])
    if name in PARTS:
        return issued.replace("{id}", "invoice_id")
    if name == "applications":
        received = f"(select p.received_date from {tables['payments']} p where p.payment_id = t.source_id)"
        return f"t.applied_date, {issued.replace('{id}', 'invoice_id')}, {issued.replace('{id}', 'source_id')}, {received}"
    return f"t.{DATES[name]}" if name in DATES else "date '1900-01-01'"
