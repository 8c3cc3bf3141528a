"""The same questions put to the raw Parquet tables by DuckDB, polars, pandas and SQLite, as an analyst would write them; by chdb too,
where it is installed.

They know no installments: their aging is by the invoice's own due date, and is compared on the total and the number of invoices.
"""

from __future__ import annotations

import csv
import importlib.util
import sqlite3
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

Answer = dict[str, Decimal]
"""Open amount by currency."""

INVOICES = ["invoice_id", "kind", "currency", "issue_date", "due_date", "status", "voided_date", "total"]
PAYMENTS = ["payment_id", "received_date", "reversed_date"]
APPLICATIONS = ["source", "source_id", "invoice_id", "applied_date", "amount"]

COLUMNS = {"invoices": INVOICES, "payments": PAYMENTS, "applications": APPLICATIONS}

OPEN_ITEMS = """
    with sources as (
        select 'payment' as source, payment_id as source_id, received_date as alive_from, reversed_date as alive_to from payments
        union all
        select 'credit_note', invoice_id, issue_date, voided_date from invoices where kind = 'credit_note' and status <> 'draft'
    ),
    items as (
        select invoice_id, currency, due_date, total from invoices
        where kind <> 'credit_note' and status <> 'draft' and issue_date <= $day and (voided_date is null or voided_date > $day)
    ),
    counted as (
        select a.invoice_id, sum(a.amount) as applied
        from applications a
        left join sources s on s.source = a.source and s.source_id = a.source_id
        where a.applied_date <= $day
        and (
            a.source in ('write_off', 'discount')
            or s.alive_from <= $day and (s.alive_to is null or s.alive_to > $day)
        )
        group by a.invoice_id
    )
    select i.currency, i.invoice_id, i.due_date, i.total - coalesce(c.applied, 0) as open_amount
    from items i
    left join counted c on c.invoice_id = i.invoice_id
    where i.total <> coalesce(c.applied, 0)
"""


def with_duckdb(folder: Path) -> Callable[[date], Answer]:
    """DuckDB, joining invoices and applications at query time; the tables are in memory."""
    connection = duckdb.connect()
    for table in COLUMNS:
        connection.execute(f"create table {table} as select * from read_parquet('{folder / table}.parquet')")

    def aging(day: date) -> Answer:
        rows = connection.execute(f"select currency, sum(open_amount) from ({OPEN_ITEMS}) group by currency", {"day": day}).fetchall()
        return {currency: amount for currency, amount in rows if amount}

    return aging


def with_polars(folder: Path) -> Callable[[date], Answer]:
    """polars on frames in memory."""
    invoices = pl.read_parquet(folder / "invoices.parquet", columns=INVOICES)
    payments = pl.read_parquet(folder / "payments.parquet", columns=PAYMENTS)
    applications = pl.read_parquet(folder / "applications.parquet", columns=APPLICATIONS)

    def aging(day: date) -> Answer:
        notes = invoices.lazy().filter((pl.col("kind") == "credit_note") & (pl.col("status") != "draft"))
        sources = pl.concat(
            [
                payments.lazy().select(
                    pl.lit("payment").alias("source"), source_id="payment_id", alive_from="received_date", alive_to="reversed_date"
                ),
                notes.select(
                    pl.lit("credit_note").alias("source"), source_id="invoice_id", alive_from="issue_date", alive_to="voided_date"
                ),
            ]
        )
        alive = (pl.col("alive_from") <= day) & (pl.col("alive_to").is_null() | (pl.col("alive_to") > day))
        counted = (
            applications.lazy()
            .join(sources, on=["source", "source_id"], how="left")
            .filter((pl.col("applied_date") <= day) & (pl.col("source").is_in(["write_off", "discount"]) | alive))
            .group_by("invoice_id")
            .agg(pl.col("amount").sum().alias("applied"))
        )
        living = pl.col("voided_date").is_null() | (pl.col("voided_date") > day)
        found = (
            invoices.lazy()
            .filter((pl.col("kind") != "credit_note") & (pl.col("status") != "draft") & (pl.col("issue_date") <= day) & living)
            .join(counted, on="invoice_id", how="left")
            .with_columns(open_amount=pl.col("total") - pl.col("applied").fill_null(0))
            .filter(pl.col("open_amount") != 0)
            .group_by("currency")
            .agg(pl.col("open_amount").sum())
            .collect()
        )
        return {currency: amount for currency, amount in found.iter_rows() if amount}

    return aging


def with_pandas(folder: Path) -> Callable[[date], Answer]:
    """pandas with Arrow types; money as whole cents, which is exact and its fastest."""
    invoices, payments, applications = (_in_cents(folder, table).to_pandas(types_mapper=pd.ArrowDtype) for table in COLUMNS)

    def aging(day: date) -> Answer:
        at = pa.scalar(day).as_py()
        posted = invoices[invoices["status"] != "draft"]
        notes = posted[posted["kind"] == "credit_note"]
        sources = pd.concat(
            [
                payments.set_axis(["source_id", "alive_from", "alive_to"], axis=1).assign(source="payment"),
                notes[["invoice_id", "issue_date", "voided_date"]]
                .set_axis(["source_id", "alive_from", "alive_to"], axis=1)
                .assign(source="credit_note"),
            ]
        )
        sources["source"] = sources["source"].astype(applications["source"].dtype)
        joined = applications[applications["applied_date"] <= at].merge(sources, on=["source", "source_id"], how="left")
        alive = (joined["alive_from"] <= at).fillna(False) & (joined["alive_to"].isna() | (joined["alive_to"] > at))
        counted = joined[joined["source"].isin(["write_off", "discount"]) | alive].groupby("invoice_id")["amount"].sum()
        items = posted[
            (posted["kind"] != "credit_note") & (posted["issue_date"] <= at) & (posted["voided_date"].isna() | (posted["voided_date"] > at))
        ].merge(counted.rename("applied").reset_index(), on="invoice_id", how="left")
        items["open_amount"] = items["total"] - items["applied"].fillna(0)
        sums = items[items["open_amount"] != 0].groupby("currency")["open_amount"].sum()
        return {currency: Decimal(cents).scaleb(-2) for currency, cents in sums.items() if cents}

    return aging


def with_sqlite(folder: Path) -> Callable[[date], Answer]:
    """SQLite in memory, with an index on what is joined; money as whole cents, days as ISO text."""
    connection = sqlite3.connect(":memory:")
    for table, columns in COLUMNS.items():
        connection.execute(f"create table {table} ({', '.join(columns)})")
        into = f"insert into {table} values ({', '.join('?' * len(columns))})"
        for batch in _in_cents(folder, table).to_batches(max_chunksize=100_000):
            connection.executemany(into, zip(*(_written(column) for column in batch.columns), strict=True))
    connection.execute("create index by_invoice on applications (invoice_id)")
    connection.execute("analyze")

    def aging(day: date) -> Answer:
        sums = connection.execute(f"select currency, sum(open_amount) from ({OPEN_ITEMS}) group by currency", {"day": day.isoformat()})
        return {currency: Decimal(cents).scaleb(-2) for currency, cents in sums if cents}

    return aging


def with_chdb(folder: Path) -> Callable[[date], Answer]:
    """ClickHouse within the process; the tables are in memory."""
    from chdb import session

    connection = session.Session()
    for table, columns in COLUMNS.items():
        connection.query(
            f"create table {table} engine = Memory as select {', '.join(columns)} from file('{folder / table}.parquet') "
            "settings schema_inference_make_columns_nullable = 1"
        )

    def aging(day: date) -> Answer:
        items = OPEN_ITEMS.replace("$day", f"toDate('{day}')")
        sums = connection.query(f"select currency, sum(open_amount) from ({items}) group by currency settings join_use_nulls = 1", "CSV")
        return {currency: Decimal(amount) for currency, amount in csv.reader(str(sums).splitlines()) if Decimal(amount)}

    return aging


def _in_cents(folder: Path, table: str) -> pa.Table:
    """The columns of `table` that the questions need, money as whole cents."""
    read = pq.read_table(folder / f"{table}.parquet", columns=COLUMNS[table])
    for place, column in enumerate(read.schema):
        if pa.types.is_decimal(column.type):
            cents = pc.multiply(read.column(place).cast(pa.decimal128(18, 2)), pa.scalar(Decimal(100), pa.decimal128(3, 0)))
            read = read.set_column(place, column.name, cents.cast(pa.int64()))
    return read


def _written(column: pa.Array) -> list[object]:
    """The values of `column` as SQLite holds them: it has no dates."""
    return (column.cast(pa.string()) if pa.types.is_date(column.type) else column).to_pylist()


MEANS: dict[str, Callable[[Path], Callable[[date], Answer]]] = {
    "duckdb, raw tables": with_duckdb,
    "polars, raw tables": with_polars,
    "pandas, raw tables": with_pandas,
    "sqlite, raw tables": with_sqlite,
}
"""Name -> what makes the same aging of the Parquet files in a folder."""
if importlib.util.find_spec("chdb"):
    MEANS["chdb, raw tables"] = with_chdb
