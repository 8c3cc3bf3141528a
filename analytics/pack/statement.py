"""A customer's statement of account: what is open and since when, by age, less the credit it has; in the documents' own currencies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from analytics import customers, overdue
from analytics.customers import Profile
from analytics.exports.document import Column, Document, Figure, Figures, Row, Section, Sentence, Table
from analytics.exports.stamp import Stamp
from analytics.exports.writing import written
from analytics.formats import money
from analytics.pack.parts import amounts, rows_of
from analytics.pack.receivables import LABELS
from analytics.scope import Scope
from analytics.store import Store

TITLE = "Statement of account"
METHOD = "Open items of the customer at the close of the day, installments apart, by days past due; credit not yet applied on its own."
KINDS = {"invoice": "Invoice", "debit_note": "Debit note", "credit_note": "Credit note", "receipt": "Receipt", "refund": "Refund"}


def statement(store: Store, scope: Scope, customer_id: str, *, made_at: datetime, sender: Sequence[str] = ()) -> Document:
    """The statement of `customer_id` at the scope's day, written at `made_at` (UTC): every open item, whatever the filters.

    `sender` are lines that say who sends it: the books know customers only. Raises `CustomerMissing`.
    """
    whole = replace(store.resolve(scope), currency=None, where=(), with_children=False).narrowed("customer", customer_id)
    found = customers.profile(store, whole, customer_id)
    figures = rows_of(found.figures)
    sections = [_section(store, whole, found, row, alone=len(figures) == 1) for row in figures]
    day = written(whole.day, "date")
    said = [*_address(found.customer), f"As at {day}", *([f"From {', '.join(sender)}"] if sender else [])]
    nothing = Section("", (Sentence(f"There is no document and no payment up to {day}."),))
    stamp = Stamp(TITLE, whole, METHOD, store.generation, made_at)
    return Document(TITLE, tuple(said), tuple(sections) or (nothing,), stamp)


def _address(known: dict[str, Any]) -> Iterator[str]:
    """The lines of who it is for, as far as the books know."""
    yield from (known[name] for name in ("name", "country", "email") if known[name])
    yield f"Customer {known['customer_id']}"


def _section(store: Store, scope: Scope, found: Profile, figures: dict[str, Any], *, alone: bool) -> Section:
    """One currency of the account."""
    currency = figures["currency"]
    cards = Figures(
        currency,
        (
            Figure("Balance", figures["net"], "amount", "open less credit"),
            Figure("Open", figures["open"], "amount"),
            Figure("Past due", figures["overdue"], "amount"),
            Figure("Credit not applied", figures["unapplied"], "amount"),
        ),
    )
    return Section(
        "" if alone else currency,
        (
            cards,
            Sentence(_said(figures, scope)),
            *_aged(found, currency),
            *_items(store, scope.narrowed("currency", currency), currency),
            *_credit(found, currency),
        ),
    )


def _said(figures: dict[str, Any], scope: Scope) -> str:
    due, day = figures["net"], written(scope.day, "date")
    amount = money(abs(due), figures["currency"])
    if due > 0:
        return f"At the close of {day} the balance in our favour is {amount}."
    return f"At the close of {day} the balance in your favour is {amount}." if due < 0 else f"At the close of {day} the account is settled."


def _aged(found: Profile, currency: str) -> Iterator[Table]:
    for row in rows_of(found.aging, currency):
        cells = Row((*(row[label] for label in LABELS), row["total"]))
        yield Table("By days past due", amounts([*LABELS, "Open"], summed=False), (cells,), currency)


def _items(store: Store, scope: Scope, currency: str) -> Iterator[Table]:
    """Every open item, the earliest due first."""
    rows = rows_of(overdue.page(store, scope, min_days=None, sort="due", size=None).rows)
    if rows:
        columns = (
            Column("Document", "name"),
            Column("Issued", "date"),
            Column("Due", "date"),
            Column("Days late", "count"),
            *amounts(["Total"], summed=False),
            *amounts(["Open"]),
        )
        yield Table("Open items", columns, tuple(Row(_item(row)) for row in rows), currency, "Open")


def _item(row: dict[str, Any]) -> tuple[str, Any, Any, int, Decimal, Decimal]:
    part = "" if row["installment_no"] is None else f", installment {row['installment_no']}"
    late = max(0, row["days_late"])
    return f"{row['number'] or row['invoice_id']}{part}", row["issue_date"], row["due_date"], late, row["total"], row["open_amount"]


def _credit(found: Profile, currency: str) -> Iterator[Table]:
    """Payments and credit notes that are not wholly applied; a refund takes credit away."""
    payments = [row | {"id": row["payment_id"], "day": row["received_date"]} for row in rows_of(found.payments, currency)]
    notes = [row | {"id": row["number"] or row["invoice_id"], "day": row["issue_date"]} for row in rows_of(found.documents, currency)]
    rows = [row for row in (*payments, *notes) if row["unapplied_amount"]]
    if rows:
        cells = tuple(
            Row((row["id"], KINDS.get(row["kind"], row["kind"]), row["day"], row["unapplied_amount"]))
            for row in sorted(rows, key=lambda row: (row["day"], row["id"]))
        )
        columns = (Column("Document", "name"), Column("Kind"), Column("Date", "date"), *amounts(["Not applied"]))
        yield Table("Credit not yet applied", columns, cells, currency, "Credit not applied")
