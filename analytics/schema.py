"""The canonical tables: every source is brought into these; one declaration serves reading, checking and storing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "money", "date", "moment", "integer", "number"]

SQL_TYPES: dict[Kind, str] = {
    "text": "varchar",
    "money": "decimal(18, 4)",
    "date": "date",
    "moment": "timestamp",
    "integer": "integer",
    "number": "decimal(20, 10)",
}
"""Four decimals hold every currency of ISO 4217 exactly; ten hold exchange rates as they are published."""


@dataclass(frozen=True)
class Column:
    """A column of a canonical table; `values` are the only ones allowed, `default` stands for an empty cell."""

    name: str
    kind: Kind = "text"
    required: bool = False
    values: tuple[str, ...] = ()
    default: str | None = None


@dataclass(frozen=True)
class Table:
    """A canonical table; `key` identifies a row, `amount` is the column its control total sums."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    amount: str | None = None

    def column(self, name: str) -> Column:
        """The column called `name`; raises `KeyError` if there is none."""
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """The column names in order."""
        return tuple(column.name for column in self.columns)


def _text(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name) for name in names)


_INVOICES = Table(
    "invoices",
    ("invoice_id",),
    (
        Column("invoice_id", required=True),
        Column("number"),
        Column("kind", values=("invoice", "debit_note", "credit_note"), default="invoice"),
        Column("customer_id", required=True),
        Column("entity"),
        Column("currency", required=True),
        Column("issue_date", "date", required=True),
        Column("due_date", "date"),
        Column("status", values=("draft", "posted", "void"), default="posted"),
        Column("voided_date", "date"),
        Column("subtotal", "money"),
        Column("tax", "money"),
        Column("total", "money", required=True),
        Column("payment_terms_days", "integer"),
        *_text("order_id", "contract_id", "po_number", "sales_rep", "region", "dispute_reason"),
    ),
    amount="total",
)

_PAYMENTS = Table(
    "payments",
    ("payment_id",),
    (
        Column("payment_id", required=True),
        Column("kind", values=("receipt", "refund"), default="receipt"),
        Column("customer_id"),
        Column("entity"),
        Column("currency", required=True),
        Column("received_date", "date", required=True),
        Column("amount", "money", required=True),
        Column("reversed_date", "date"),
        *_text("method", "reference", "invoice_id"),
    ),
    amount="amount",
)

_TABLES = (
    Table(
        "customers",
        ("customer_id",),
        (
            Column("customer_id", required=True),
            *_text("name", "parent_id", "segment", "region", "country", "currency", "sales_rep", "collector"),
            Column("credit_limit", "money"),
            Column("payment_terms_days", "integer"),
            Column("email"),
        ),
    ),
    _INVOICES,
    Table(
        "invoice_lines",
        ("invoice_id", "line_no"),
        (
            Column("invoice_id", required=True),
            Column("line_no", "integer", required=True),
            *_text("product", "description"),
            Column("quantity", "number"),
            Column("unit_price", "number"),
            Column("subtotal", "money"),
            Column("tax", "money"),
            Column("total", "money", required=True),
        ),
    ),
    Table(
        "installments",
        ("invoice_id", "installment_no"),
        (
            Column("invoice_id", required=True),
            Column("installment_no", "integer", required=True),
            Column("due_date", "date", required=True),
            Column("amount", "money", required=True),
        ),
    ),
    _PAYMENTS,
    Table(
        "applications",
        ("application_id",),
        (
            Column("application_id", required=True),
            Column("source", required=True, values=("payment", "credit_note", "write_off", "discount")),
            Column("source_id"),
            Column("invoice_id", required=True),
            Column("applied_date", "date"),
            Column("recorded_at", "moment"),
            Column("amount", "money", required=True),
        ),
        amount="amount",
    ),
    Table(
        "fx_rates",
        ("rate_date", "currency", "base"),
        (
            Column("rate_date", "date", required=True),
            Column("currency", required=True),
            Column("base", required=True),
            Column("rate", "number", required=True),
        ),
    ),
    Table(
        "disputes",
        ("invoice_id", "opened_date"),
        (
            Column("invoice_id", required=True),
            Column("opened_date", "date", required=True),
            Column("closed_date", "date"),
            Column("reason"),
            Column("amount", "money"),
        ),
    ),
    Table(
        "contracts",
        ("contract_id",),
        (
            Column("contract_id", required=True),
            Column("order_id"),
            Column("customer_id", required=True),
            Column("entity"),
            Column("currency", required=True),
            Column("start_date", "date", required=True),
            Column("end_date", "date"),
            Column("billing", values=("monthly", "quarterly", "annual", "once")),
            Column("amount", "money", required=True),
            Column("tax_rate", "number"),
            Column("payment_terms_days", "integer"),
            Column("product"),
        ),
    ),
    Table(
        "gl_balances",
        ("entity", "account", "balance_date", "currency"),
        (
            Column("entity"),
            Column("account", required=True),
            Column("balance_date", "date", required=True),
            Column("currency", required=True),
            Column("balance", "money", required=True),
        ),
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in _TABLES}
"""Every canonical table by name, in the order in which they depend on each other."""
