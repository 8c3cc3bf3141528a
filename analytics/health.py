"""What is wrong or odd in the books: problems found while loading, control totals, and items that ask for a decision.

Lists come a page at a time (without a size, whole), with the number of all; amounts are in the documents' own currencies, exact.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analytics.errors import UsageError
from analytics.money import MINOR_UNITS
from analytics.schema import TABLES, Table
from analytics.scope import Scope
from analytics.store import Store
from analytics.store.paging import rows_of_page
from analytics.store.population import parameters, relation
from analytics.store.statements import statement


@dataclass(frozen=True)
class Listing:
    """A page of a list: `rows` is a frame, `total` counts all."""

    total: int
    rows: pd.DataFrame


def files(store: Store) -> pd.DataFrame:
    """A row per file that the books are made of: `table`, `path`, `verdict`, `rows`, `accepted`, `quarantined`, `generation`."""
    return store.frame(
        "select table_name as table, path, verdict, rows, accepted, quarantined, loaded_in as generation from files order by file_id"
    )


def control_totals(store: Store) -> pd.DataFrame:
    """A row per file and currency with money: `table`, `path`, `currency`, `accepted`, `quarantined`, `file` (their sum)."""
    return store.frame(
        "select f.table_name as table, f.path, s.currency, s.accepted, s.quarantined, s.accepted + s.quarantined as file "
        "from file_sums s join files f on f.file_id = s.file_id order by f.file_id, s.currency"
    )


def problem_counts(store: Store) -> pd.DataFrame:
    """A row per kind of problem: `code`, `severity` (`quarantine`, `warn`), `table`, `problems`."""
    return store.frame(
        'select code, severity, table_name as "table", count(*) as problems from problems group by all '
        "order by severity, problems desc, code"
    )


def problems(store: Store, *, code: str | None = None, page: int = 1, size: int | None = 25) -> Listing:
    """The problems of the load (all, or those of `code`): `severity`, `code`, `table`, `row`, `column`, `message`."""
    return _listed(
        store,
        'select severity, code, table_name as "table", file_row as "row", column_name as "column", message, file_id '
        "from problems where $every or code = $code",
        "severity, file_id, row, code",
        {"every": code is None, "code": code or ""},
        page,
        size,
    )


def quarantined(store: Store, *, table: str | None = None, page: int = 1, size: int | None = 25) -> Listing:
    """The rows that are set aside (all, or those of `table`): `table`, `file`, `row`, `code`, `message`, `content` (its cells).

    `waits` is true where only other rows are at fault: such a row is tried again with every load.
    """
    return _listed(
        store,
        'select q.table_name as "table", f.path as file, q.file_row as "row", q.code, q.message, q.by_reference as waits, '
        "cast(q.content as varchar) as content, q.file_id from quarantine q left join files f on f.file_id = q.file_id "
        "where $every or q.table_name = $table",
        "file_id, row, code",
        {"every": table is None, "table": table or ""},
        page,
        size,
    )


def quarantined_rows(store: Store, table: str) -> pd.DataFrame:
    """The rows of `table` that are set aside, in its own columns as text and `message`: corrected, a later load can take them.

    Copies of accepted rows and rows left out of an export on purpose are not among them: there is nothing to correct.
    """
    if table not in TABLES:
        raise UsageError(f"'{table}' is not one of {', '.join(TABLES)}")
    return store.frame(QUARANTINED[table])


def _quarantined(table: Table) -> str:
    cells = ", ".join(f"content ->> '$.{name}' as {name}" for name in table.names)
    return (
        f"select {cells}, message from quarantine where table_name = '{table.name}' and code not in ('copy', 'not_kept') "
        "order by file_id, file_row"
    )


QUARANTINED: dict[str, str] = {name: _quarantined(table) for name, table in TABLES.items()}


def stakes(store: Store) -> pd.DataFrame:
    """What the problems of rows concern in money: a row per `code`, `severity` and `currency` with `problems` and `amount`.

    The amount is that of the document, payment or application of the row, set aside or not; a row counts once per kind.
    """
    return store.frame(statement("queries/stakes"), {"currencies": list(MINOR_UNITS)})


def snapshots(store: Store, *, page: int = 1, size: int | None = 25) -> Listing:
    """Balances that the source itself has drawn up, beside ours: `customer_id`, `name`, `day`, `figure` (open, unapplied, or a
    bucket of its aging), `currency`, `stated`, `amount`, `difference` (ours less theirs). The differing ones come first."""
    if not store.rows("select 1 from duckdb_tables() where table_name = 'snapshots'"):
        return Listing(0, pd.DataFrame())
    sql = f"select *, amount - stated as difference from ({statement('queries/snapshots')}) compared"
    return _listed(store, sql, "difference = 0, abs(difference) desc, day, customer_id, figure", {}, page, size)


def over_applied(store: Store, scope: Scope, *, page: int = 1, size: int | None = 25) -> Listing:
    """Invoices with more applied than billed: `invoice_id`, `number`, `customer_id`, `name`, `due_date`, `currency`, `amount`."""
    return _documents(store, scope, "s.value < 0", page, size)


def derived_due_dates(store: Store, scope: Scope, *, page: int = 1, size: int | None = 25) -> Listing:
    """Open invoices without a due date of their own, with `derived_from`: how theirs was found."""
    return _documents(store, scope, "d.due_date_source <> 'document'", page, size)


def unapplied(store: Store, scope: Scope, *, page: int = 1, size: int | None = 25) -> Listing:
    """Payments and credit notes not wholly applied: `document_id`, `kind`, `customer_id`, `name`, `date`, `currency`, `amount`."""
    own = _own(store, scope)
    return _listed(
        store,
        "select coalesce(r.payment_id, d.invoice_id) as document_id, coalesce(r.kind, d.kind) as kind, c.customer_id, "
        "coalesce(c.name, c.customer_id) as name, s.document_date as date, s.shown_currency::varchar as currency, s.value as amount "
        f"from {relation('credits', own)} s left join receipts r on r.payment_key = s.payment_key "
        "left join documents d on d.invoice_key = s.invoice_key left join customer_list c on c.customer_key = s.customer_key",
        "abs(amount) desc, document_id",
        parameters(own, own.day),
        page,
        size,
    )


def _documents(store: Store, scope: Scope, test: str, page: int, size: int | None) -> Listing:
    own = _own(store, scope)
    return _listed(
        store,
        "select d.invoice_id, d.number, c.customer_id, coalesce(c.name, c.customer_id) as name, s.due_date, "
        f"{_DERIVED} as derived_from, s.shown_currency::varchar as currency, s.value as amount "
        f"from {relation('segments', own)} s join documents d on d.invoice_key = s.invoice_key "
        f"join customer_list c on c.customer_key = s.customer_key where {test}",
        "abs(amount) desc, invoice_id",
        parameters(own, own.day),
        page,
        size,
    )


_DERIVED = "case d.due_date_source when 'terms' then 'issue date + terms' when 'issue' then 'issue date' end"


def _own(store: Store, scope: Scope) -> Scope:
    return replace(store.resolve(scope), currency=None)


def _listed(store: Store, sql: str, order: str, bound: dict[str, Any], page: int, size: int | None) -> Listing:
    total = store.rows(f"select count(*) as n from ({sql}) listed", bound)[0]["n"]
    rows = store.frame(
        f"select * from ({sql}) listed order by {order} limit $size offset $offset",
        bound | rows_of_page(page, size),
    )
    return Listing(total, rows)
