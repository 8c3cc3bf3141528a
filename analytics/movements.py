"""Roll-forward of net AR: opening + what happened = closing, to the cent, per currency.

Each line is what is alive at the end less what was alive at the start, so that a later void lowers `invoices` and a reversal
lowers `receipts`. Applications are neutral. The closing balance is not derived from the lines: it is gross open less
unapplied at the end, and `closes` compares the two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from analytics.errors import UsageError
from analytics.frames import Kind, amounts, frame_of
from analytics.money import exactly, rounded
from analytics.scope import Scope
from analytics.store import Store, planner
from analytics.store.currencies import currencies
from analytics.store.planner import is_summed
from analytics.store.population import GAINED, Mart, parameters, relation

SIGNS: dict[str, int] = {
    "invoices": 1,
    "debit_notes": 1,
    "credit_notes": -1,
    "receipts": -1,
    "refunds": 1,
    "write_offs": -1,
    "discounts": -1,
}
"""The lines, and how each moves net AR."""

NAMES: dict[str, str] = {
    "invoices": "Invoices",
    "debit_notes": "Debit notes",
    "credit_notes": "Credit notes",
    "receipts": "Receipts",
    "refunds": "Refunds",
    "write_offs": "Write-offs",
    "discounts": "Discounts",
    "applied_across": "Across the filter",
    "fx": "Exchange rates",
}
"""What the steps from opening to closing are called."""

ROW_BY_ROW: tuple[tuple[Mart, str], ...] = (
    ("documents", "kind"),
    ("receipts", "kind"),
    ("applied", "case when source in ('write_off', 'discount') then source end"),
)
"""The marts of what moves balances, and how; applying payments and credit notes does not."""

SUMMED: tuple[tuple[Mart, str], ...] = (("flows", "kind"),)
LINES: dict[str, str] = {
    "invoice": "invoices",
    "debit_note": "debit_notes",
    "credit_note": "credit_notes",
    "receipt": "receipts",
    "refund": "refunds",
    "write_off": "write_offs",
    "discount": "discounts",
}
"""Kind of document, or source of an application, -> its line."""

COLUMNS: dict[str, Kind] = {
    "currency": "text",
    **amounts(["opening", *SIGNS, "applied_across", "fx", "closing"]),
    "closes": "flag",
}
Sums = defaultdict[str, defaultdict[str, Decimal]]
CHANGE = (
    "coalesce(sum(value) filter (where alive_from <= $asked_end and $asked_end < alive_to), 0) "
    "- coalesce(sum(value) filter (where alive_from <= $asked_start and $asked_start < alive_to), 0)"
)


def roll_forward(store: Store, scope: Scope, *, start: date) -> pd.DataFrame:
    """The days after `start` up to and including the as-of day: a row per currency.

    Columns: `currency`, `opening` (net AR at the close of `start`), the lines of `SIGNS` (positive amounts),
    `applied_across` (applications whose invoice and source lie on different sides of the filter), `fx` (revaluation of the opening
    balance, or gains made by applying at another rate), `closing` and `closes`. Converted lines are valued at the closing day (or by
    the scope's `document` or fixed policy).
    """
    scope = store.resolve(scope)
    if start > scope.day:
        raise UsageError(f"the movements start at {start}, after their end at {scope.day}")
    with exactly():
        found = _sums(store, scope, start)
        return frame_of([_row(currency, found[currency], scope.currency is not None) for currency in currencies(store, scope)], COLUMNS)


def steps(row: Mapping[str, Any]) -> dict[str, Decimal]:
    """The steps of a row of `roll_forward` by their names: what they add to its opening leads to its closing."""
    return {label: SIGNS.get(name, 1) * row[name] for name, label in NAMES.items()}


def _sums(store: Store, scope: Scope, start: date) -> Sums:
    found: Sums = defaultdict(lambda: defaultdict(Decimal))
    for mart, kind in SUMMED if is_summed(store, scope) else ROW_BY_ROW:
        _add_lines(store, scope, mart, kind, start, found)
    for currency, amount in _net(store, scope, start):
        found[currency]["opening"] += amount
    if scope.currency is not None:
        # Revaluation: the opening balance at the closing day's rates, less what it was at its own.
        for currency, amount in _net(store, scope, start, rate_day=scope.day):
            found[currency]["fx"] += amount
        found[scope.currency]["fx"] -= found[scope.currency]["opening"]
    for currency, amount in _net(store, scope, scope.day):
        found[currency]["closing"] += amount
    if scope.filters or scope.fx == "document":
        _add_crossings(store, scope, start, found)
    return found


def _add_lines(store: Store, scope: Scope, mart: Mart, kind: str, start: date, found: Sums) -> None:
    for row in store.rows(
        f"select shown_currency, {kind} as kind, {CHANGE} as change from {relation(mart, scope, 'any')} group by shown_currency, {kind}",
        parameters(scope, scope.day, life="any", asked_start=start, asked_end=scope.day),
    ):
        line = LINES.get(row["kind"])
        if line is not None:
            # Relations value credit notes and refunds as what they take away; the lines show what they are.
            found[row["shown_currency"]][line] += -row["change"] if line in ("credit_notes", "refunds") else row["change"]


def _net(store: Store, scope: Scope, day: date, *, rate_day: date | None = None) -> list[tuple[str, Decimal]]:
    """Exact net AR at the close of `day`, by currency."""
    opened, credited = planner.balances(store, scope), planner.unapplied(store, scope)
    rows = store.rows(
        f"select shown_currency, sum(net) as net from (select shown_currency, {opened.sums['total']} as net from {opened.rows} "
        f"group by shown_currency union all select shown_currency, -{credited.sums['amount']} from {credited.rows} "
        "group by shown_currency) group by shown_currency",
        parameters(scope, day, rate_day=rate_day),
    )
    return [(row["shown_currency"], row["net"]) for row in rows]


def _add_crossings(store: Store, scope: Scope, start: date, found: Sums) -> None:
    """Adds what applying itself moves: between in and out of the filter, and between the rates of source and invoice."""
    rows = store.rows(
        "select shown_currency, coalesce(sum(change * (source_rate - rate)), 0) as fx, "
        "coalesce(sum(change * source_rate) filter (where rate is null), 0) "
        "- coalesce(sum(change * rate) filter (where source_rate is null), 0) as across from ("
        "select a.change, i.rate, coalesce(p.rate, n.rate) as source_rate, "
        "coalesce(i.shown_currency, p.shown_currency, n.shown_currency) as shown_currency "
        f"from (select invoice_key, source_payment_key, source_invoice_key, amount * {GAINED} as change "
        "from applied where source in ('payment', 'credit_note')) a "
        f"left join {relation('documents', scope, 'any')} i on i.invoice_key = a.invoice_key "
        f"left join {relation('receipts', scope, 'any')} p on p.payment_key = a.source_payment_key "
        f"left join {relation('documents', scope, 'any')} n on n.invoice_key = a.source_invoice_key "
        "where a.change <> 0) sides where shown_currency is not null group by shown_currency",
        parameters(scope, scope.day, life="any", asked_start=start, asked_end=scope.day),
    )
    for row in rows:
        found[row["shown_currency"]]["fx"] += row["fx"]
        found[row["shown_currency"]]["applied_across"] += row["across"]


def _row(currency: str, exact: Mapping[str, Decimal], converted: bool) -> dict[str, Any]:
    """One currency's row. Where amounts were converted, `fx` takes the cents by which rounded lines miss the rounded closing."""
    moved = sum((sign * exact[line] for line, sign in SIGNS.items()), exact["opening"] + exact["applied_across"])
    shown = {name: rounded(exact[name], currency) for name, kind in COLUMNS.items() if kind == "amount"}
    if converted:
        lines = sum((sign * shown[line] for line, sign in SIGNS.items()), shown["opening"] + shown["applied_across"])
        shown["fx"] = shown["closing"] - lines
    return {"currency": currency, "closes": moved + exact["fx"] == exact["closing"]} | shown
