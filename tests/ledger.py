"""Books written down as a small ledger: what a test says is what the tables hold.

    book = (
        ledger()
        .customer("C1", name="Acme", region="North")
        .invoice("I1", "C1", "100.00", issue="2026-01-10", due="2026-02-09")
        .receipt("P1", "C1", "40.00", "2026-02-01", applied={"I1": "40.00"})
        .write_off("I1", "60.00", "2026-05-01")
    )

A ledger never changes: every entry answers a new one, so that a test can compare a book with the same book and one entry more.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.schema import TABLES, Kind

if TYPE_CHECKING:
    from analytics.store import Store

Row = Mapping[str, Any]
Day = str | date
Money = str | int | Decimal
Applied = Mapping[str, Money | tuple[Money, Day | None]]
"""Invoice id -> the amount applied to it, or that and the day when it is not the source's own."""

READERS: dict[Kind, Callable[[Any], Any]] = {
    "text": str,
    "money": Decimal,
    "date": lambda value: date.fromisoformat(value) if isinstance(value, str) else value,
    "moment": lambda value: datetime.fromisoformat(value) if isinstance(value, str) else value,
    "integer": int,
    "number": Decimal,
}
ARROW_TYPES: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "money": pa.decimal128(18, 4),
    "date": pa.date32(),
    "moment": pa.timestamp("us"),
    "integer": pa.int32(),
    "number": pa.decimal128(20, 10),
}
SCALES: dict[Kind, Decimal] = {"money": Decimal("0.0001"), "number": Decimal("0.0000000001")}


def ledger() -> Ledger:
    """Empty books."""
    return Ledger()


@dataclass(frozen=True)
class Ledger:
    """Rows of the canonical tables, each with every column of its table; None is an empty cell."""

    entries: tuple[tuple[str, Row], ...] = ()

    def __repr__(self) -> str:
        lines = (
            f"{table}: " + ", ".join(f"{name}={value}" for name, value in row.items() if value is not None) for table, row in self.entries
        )
        return "\n".join(("ledger", *lines))

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002 - what hypothesis shows of a failing example
        printer.text(repr(self))

    def row(self, table: str, **cells: Any) -> Ledger:
        """One more row of any table; unknown columns are a `KeyError`."""
        columns = TABLES[table].columns
        if unknown := set(cells) - set(TABLES[table].names):
            raise KeyError(f"{table} has no column {', '.join(sorted(unknown))}")
        row = {c.name: None if cells.get(c.name) is None else READERS[c.kind](cells[c.name]) for c in columns}
        return Ledger((*self.entries, (table, row)))

    def customer(self, customer_id: str, **cells: Any) -> Ledger:
        """A customer."""
        return self.row("customers", customer_id=customer_id, **cells)

    def invoice(
        self,
        invoice_id: str,
        customer: str,
        total: Money,
        *,
        issue: Day,
        due: Day | None = None,
        currency: str = "USD",
        installments: Sequence[tuple[Day, Money]] = (),
        **cells: Any,
    ) -> Ledger:
        """An invoice, with its `installments` as (due date, amount) if it has any."""
        named = {"invoice_id": invoice_id, "customer_id": customer, "total": total, "currency": currency}
        book = self.row("invoices", **named, issue_date=issue, due_date=due, **cells)
        for number, (day, amount) in enumerate(installments, start=1):
            book = book.row("installments", invoice_id=invoice_id, installment_no=number, due_date=day, amount=amount)
        return book

    def debit_note(self, invoice_id: str, customer: str, total: Money, *, issue: Day, **cells: Any) -> Ledger:
        """A debit note: an invoice by another name."""
        return self.invoice(invoice_id, customer, total, issue=issue, kind="debit_note", **cells)

    def credit_note(
        self, invoice_id: str, customer: str, total: Money, *, issue: Day, applied: Applied | None = None, **cells: Any
    ) -> Ledger:
        """A credit note, applied to `applied`."""
        book = self.invoice(invoice_id, customer, total, issue=issue, kind="credit_note", **cells)
        return book._applied("credit_note", invoice_id, applied)

    def receipt(
        self,
        payment_id: str,
        customer: str | None,
        amount: Money,
        received: Day,
        *,
        applied: Applied | None = None,
        currency: str = "USD",
        **cells: Any,
    ) -> Ledger:
        """Money in from `customer`, applied to `applied`."""
        named = {"payment_id": payment_id, "customer_id": customer, "amount": amount, "currency": currency}
        book = self.row("payments", **named, received_date=received, **cells)
        return book._applied("payment", payment_id, applied)

    def refund(self, payment_id: str, customer: str | None, amount: Money, paid: Day, **cells: Any) -> Ledger:
        """Money back to `customer`."""
        return self.receipt(payment_id, customer, amount, paid, kind="refund", **cells)

    def application(self, source: str, source_id: str | None, invoice: str, amount: Money, on: Day | None = None, **cells: Any) -> Ledger:
        """An application of `source` to `invoice`; a negative amount takes one back."""
        number = 1 + sum(table == "applications" for table, _ in self.entries)
        named = {"application_id": f"A{number}", "source": source, "source_id": source_id} | cells
        return self.row("applications", **named, invoice_id=invoice, amount=amount, applied_date=on)

    def write_off(self, invoice: str, amount: Money, on: Day | None) -> Ledger:
        """`amount` of `invoice` given up."""
        return self.application("write_off", None, invoice, amount, on)

    def discount(self, invoice: str, amount: Money, on: Day | None) -> Ledger:
        """`amount` of `invoice` let off for paying early."""
        return self.application("discount", None, invoice, amount, on)

    def rate(self, day: Day, currency: str, base: str, rate: Money) -> Ledger:
        """1 `currency` = `rate` `base` from `day`."""
        return self.row("fx_rates", rate_date=day, currency=currency, base=base, rate=rate)

    def dispute(self, invoice: str, opened: Day, closed: Day | None = None) -> Ledger:
        """`invoice` is disputed from `opened` until the day before `closed`."""
        return self.row("disputes", invoice_id=invoice, opened_date=opened, closed_date=closed)

    def _applied(self, source: str, source_id: str, applied: Applied | None) -> Ledger:
        book = self
        for invoice, given in (applied or {}).items():
            amount, on = given if isinstance(given, tuple) else (given, None)
            book = book.application(source, source_id, invoice, amount, on)
        return book

    def rows(self, table: str) -> list[Row]:
        """The rows of `table`, in the order in which they were written down."""
        return [row for name, row in self.entries if name == table]

    def changed(self, change: Callable[[str, Row], Row | None]) -> Ledger:
        """The same books with `change(table, row)` in place of every row; None leaves it out."""
        changed = ((table, change(table, row)) for table, row in self.entries)
        return replace(self, entries=tuple((table, row) for table, row in changed if row is not None))

    def moved(self, days: int) -> Ledger:
        """The same books, every date `days` later."""
        shift = timedelta(days=days)
        return self.changed(lambda _, row: {k: v + shift if isinstance(v, date) else v for k, v in row.items()})

    def shuffled(self, seed: int) -> Ledger:
        """The same books in another order."""
        return replace(self, entries=tuple(random.Random(seed).sample(self.entries, len(self.entries))))

    def arrow(self, table: str) -> pa.Table:
        """`table` with the declared types."""
        columns = TABLES[table].columns
        rows = [{c.name: _scaled(row[c.name], c.kind) for c in columns} for row in self.rows(table)]
        return pa.Table.from_pylist(rows, pa.schema([(c.name, ARROW_TYPES[c.kind]) for c in columns]))

    def write(self, directory: Path) -> Path:
        """Writes one Parquet file per table that has rows, `invoices` always; returns `directory`."""
        directory.mkdir(parents=True, exist_ok=True)
        for table in TABLES:
            if table == "invoices" or self.rows(table):
                pq.write_table(self.arrow(table), directory / f"{table}.parquet")
        return directory

    def store(self, directory: Path) -> Store:
        """The books loaded the way a user loads them, and opened; raises if the load refuses or sets a row aside."""
        from analytics import store

        report = store.build([self.write(directory / "files")], into=directory / "store")
        if aside := [file for file in report.as_json()["files"] if report.refused or file["quarantined"]]:
            raise AssertionError(f"these books do not load as written: {aside}")
        return store.Store.open(directory / "store")

    def direct_store(self) -> Store:
        """The same marts without the loader and its checks, in memory: many times faster, for properties of the figures."""
        from analytics.store import Store, marts

        connection = duckdb.connect(config={"threads": 1})
        for table in TABLES:
            connection.register("given", self._filled(table))
            connection.execute(
                f"create temp table candidate_{table} as select *, 1 as file_id, row_number() over () as file_row from given"
            )
            connection.unregister("given")
        marts.define(connection)
        for name, table in TABLES.items():
            stored = f"accepted_{name}" if name in marts.VIEWS else name
            columns = ", ".join(f"cast({column.name} as {marts.stored_type(table, column)}) as {column.name}" for column in table.columns)
            connection.execute(f"create table {stored} as select {columns}, file_id, file_row from candidate_{name}")
        connection.execute("create table generation as select 1 as number, timestamp '2026-01-01' as published_at")
        marts.hold(connection)
        marts.derive(connection)
        return Store(Path(), 1, connection, None)

    def _filled(self, table: str) -> pa.Table:
        """`table` with the defaults in its empty cells, as the loader leaves it."""
        defaults = {column.name: column.default for column in TABLES[table].columns if column.default is not None}
        rows = (dict(row) | {name: row[name] or value for name, value in defaults.items()} for row in self.rows(table))
        return Ledger(tuple((table, row) for row in rows)).arrow(table)


def _scaled(value: Any, kind: Kind) -> Any:
    return value.quantize(SCALES[kind]) if kind in SCALES and value is not None else value
