"""The equations that every generation must satisfy, on every day of its history at once.

Each is a statement under `analytics/sql/checks` that lists where it fails: no rows means it holds. They compare what two
independent ways give: segments and credits (balances) against documents, receipts and applications (flows).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import duckdb

from analytics.store.statements import statement

SUMS = "sums_by_day"
EQUATIONS: dict[str, str] = {
    "net_both_ways": "gross open less unapplied = invoices + debit notes - credit notes - receipts + refunds - write-offs - "
    "discounts, per currency, on every day",
    "open_is_total_less_applied": "the open amount of each invoice and debit note = total - applications, on every day",
    "unapplied_is_source_less_applied": "the unapplied amount of each payment and credit note = amount - applications, on every day",
    "one_balance_at_a_time": "no item has two balances on one day",
    SUMS: "the sums by day add up what is open and unapplied, per combination of their dimensions, on every day",
    "installments_add_up": "the installments of an invoice add up to its total",
}
"""Name -> what it says."""


@dataclass(frozen=True)
class Verdict:
    """Whether one equation holds; `exceptions` counts where it does not and `example` names the first."""

    name: str
    meaning: str
    exceptions: int
    example: str | None

    @property
    def holds(self) -> bool:
        """True where there is no exception."""
        return self.exceptions == 0


def verdicts(rows: Callable[[str], list[dict[str, Any]]], names: Collection[str] = tuple(EQUATIONS)) -> list[Verdict]:
    """The verdicts of the equations called `names`; `rows` answers a statement, as `Store.rows` does."""
    has_sums = rows("select count(*) > 0 as found from duckdb_tables() where table_name = 'cube'")[0]["found"]
    asked = [name for name in names if name != SUMS or has_sums]
    return [_verdict(name, EQUATIONS[name], rows(_first_of(statement(f"checks/{name}")))) for name in asked]


def failures(connection: duckdb.DuckDBPyConnection, names: Collection[str] = tuple(EQUATIONS)) -> list[str]:
    """A sentence for each equation of `names` that does not hold in `connection`."""
    found = verdicts(lambda sql: connection.sql(sql).to_arrow_table().to_pylist(), names)
    return [f"{verdict.meaning}: fails {verdict.exceptions} times, first at {verdict.example}" for verdict in found if not verdict.holds]


def _first_of(exceptions: str) -> str:
    """The first of `exceptions`, a statement, with their number; counted apart, so that nothing has to wait for the last of them."""
    return f"with found as materialized ({exceptions}) select *, (select count(*) from found) as exceptions from found order by all limit 1"


def _verdict(name: str, meaning: str, exceptions: list[dict[str, Any]]) -> Verdict:
    example = ", ".join(f"{key} {value}" for key, value in exceptions[0].items() if key != "exceptions") if exceptions else None
    return Verdict(name, meaning, exceptions[0]["exceptions"] if exceptions else 0, example)
