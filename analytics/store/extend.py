"""A new day: rows added to a copy of the books, and only what they touch worked out anew.

The statements are those of a whole load. A temporary view called as a mart hides it, so that a statement sees the touched part
alone: the rows of a document, payment or credit note that the new rows add or are applied to or from. What is summed up by day
changes by the sums of the touched rows as they are now, less the sums of them as they were.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from analytics.schema import TABLES
from analytics.store import equations, marts
from analytics.store.installments import PARTS
from analytics.store.statements import identifier, quote, statement

SHARE = 4
"""A load that brings more than one row for so many in the books is a load of its own: everything is worked out anew."""

OF_DOCUMENTS = "invoice_key in (select key from touched_documents)"
OF_SOURCES = "(source_payment_key in (select key from touched_payments) or source_invoice_key in (select key from touched_notes))"
OF_CREDITS = "(payment_key in (select key from touched_payments) or invoice_key in (select key from touched_notes))"

MEASURES: dict[str, tuple[str, ...]] = {
    "cube_changes": ("into_0", "into_1", "into_2", "into_3", "into_4", "into_unapplied", "more_items", "more_credit_items"),
    "paid": ("paid_amount", "amount_days_to_pay", "amount_days_late"),
}
"""The sums by day that change with what is touched, and their columns that add up."""

_PARTS = "select * from {0} where invoice_id in (select invoice_id from near_invoices)"
NEAR: dict[str, str] = {
    "invoices": f"{statement('views/invoices')} where d.invoice_key in (select key from near_keys where what = 'document')",
    "payments": f"{statement('views/payments')} where r.payment_key in (select key from near_keys where what = 'payment')",
    "applications": f"{statement('views/applications')} where (a.file_id, a.file_row) in "
    "(select (key, file_row) from near_keys where what = 'application')",
} | {name: _PARTS.format(name) for name in ("invoice_lines", "installments", "disputes")}
"""Canonical table -> the rows of it near the staged ones; the other tables are small enough to be near as a whole."""

Hidden = dict[str, str]
"""Mart -> the statement of the temporary view that hides it."""


def is_small(connection: duckdb.DuckDBPyConnection) -> bool:
    """True where the staged rows can be added to `books` without working out everything anew, as far as they show by themselves."""
    held, staged = connection.execute(statement("extend/sizes")).fetchall()[0]
    if not held or staged * SHARE > held:
        return False
    return not any(
        connection.execute(statement(f"extend/{reason}")).fetchall()[0][0]
        for reason in ("changes_customers", "new_values", "changes_parts")
    )


def is_addition(connection: duckdb.DuckDBPyConnection) -> bool:
    """True where the checks left every row of the books as it was."""
    return not connection.execute(statement("extend/changes_rows")).fetchall()[0][0]


def find_near(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes `near_<table>`: the rows of the books beside which the staged rows are checked, with all that these belong to."""
    connection.execute(statement("extend/near_keys"))
    draft = _current(connection)
    connection.execute("use books")
    for name in TABLES:
        connection.execute(f"create temp table near_{name} as {NEAR.get(name, f'select * from books.{name}')}")
    connection.execute(f"use {identifier(draft)}")


def _current(connection: duckdb.DuckDBPyConnection) -> str:
    return str(connection.execute("select current_database()").fetchall()[0][0])


class Extension:
    """The copy of the books at `path`, attached as `next`, to which the rows of `accepted_<table>` are added."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
        self.connection, self.draft = connection, _current(connection)
        connection.execute(f"attach {quote(str(path))} as next")
        connection.execute("use next")
        self.has_sums = bool(connection.execute(statement("extend/has_sums")).fetchall()[0][0])

    def hold(self) -> None:
        """Adds the rows, to the canonical tables and the marts that hold them."""
        self._add_customers()
        near_documents, near_payments = self._near("documents", "invoice_key"), self._near("receipts", "payment_key")
        for mart, key, hidden in (
            ("documents", "invoice_key", {}),
            ("receipts", "payment_key", {}),
            ("applied", None, {"documents": near_documents, "receipts": near_payments}),
        ):
            offset = (
                f"select * replace (cast({key} + (select coalesce(max({key}), 0) from next.main.{mart}) as integer) as {key})"
                if key
                else "select *"
            )
            with self._hiding(hidden):
                self.connection.execute(f"create temp table added_{mart} as {offset} from ({marts.selected(mart)})")
        for touched in ("documents", "payments", "notes"):
            self.connection.execute(statement(f"extend/touched_{touched}"))
        self._remember_sums()
        for mart in ("documents", "receipts", "applied"):
            self.connection.execute(f"insert into next.main.{mart} by name from added_{mart}")

    def note_over_applied(self) -> None:
        """Warns of what more is applied to or from than it holds, on the applications of what is touched."""
        self.connection.execute(statement("extend/touched_applications"))
        payments = "select source_payment_key from touched_applications"
        documents = "select invoice_key from touched_applications union select source_invoice_key from touched_applications"
        hidden = {
            "receipts": f"select * from next.main.receipts where payment_key in ({payments})",
            "documents": f"select * from next.main.documents where invoice_key in ({documents})",
            "applied": f"select * from next.main.applied where invoice_key in ({documents}) "
            f"or source_payment_key in ({payments}) or source_invoice_key in ({documents})",
        }
        with self._hiding(hidden):
            self.connection.execute(statement("staging/over_applied"))
        self.connection.execute(statement("extend/over_applied_elsewhere"))

    def derive(self) -> None:
        """Works out anew what the added rows touch."""
        self._replace("installment_spans", "false", {"documents": "select * from added_documents"})
        touched = self._of(("documents", "applied"), OF_DOCUMENTS)
        self._replace("shifting", OF_DOCUMENTS, touched)
        self._replace("segments", OF_DOCUMENTS, touched)
        self._replace("open_texts", OF_DOCUMENTS, self._of(("documents", "segments"), OF_DOCUMENTS))
        self._replace("credits", OF_CREDITS, self._of_sources())
        self._replace("disputed", OF_DOCUMENTS, self._of(("documents",), OF_DOCUMENTS))
        for mart in ("customer_tree", "rates"):
            self._replace(mart, "true", {})
        with self._hiding({"applied": "select * from added_applied"}):
            self.connection.execute(
                f"insert into next.main.applied_across {marts.selected('applied_across')} except from next.main.applied_across"
            )
        if self.has_sums:
            self._add_sums()

    def failures(self) -> list[str]:
        """A sentence for each equation that does not hold for what is touched; those of whole days hold for everything."""
        touched = self._of(("documents", "applied", "segments", "installment_spans"), OF_DOCUMENTS)
        found = equations.failures(self.connection, ("net_both_ways", "sums_by_day"))
        with self._hiding(touched):
            found += equations.failures(self.connection, ("open_is_total_less_applied", "one_balance_at_a_time", "installments_add_up"))
        with self._hiding(self._of_sources() | self._of(("credits",), OF_CREDITS)):
            found += equations.failures(self.connection, ("unapplied_is_source_less_applied",))
        return found

    def close(self) -> None:
        """Writes everything down and lets go of the copy."""
        self.connection.execute("checkpoint next")
        self.connection.execute(f"use {identifier(self.draft)}")
        self.connection.execute("detach next")

    def _add_customers(self) -> None:
        known = "next.main.customer_list"
        numbered = f"cast(customer_key + (select coalesce(max(customer_key), 0) from {known}) as integer) as customer_key"
        self.connection.execute(
            f"insert into {known} by name select * replace ({numbered}) from ({marts.selected('customer_list')}) "
            f"where customer_id not in (select customer_id from {known})"
        )

    def _near(self, mart: str, key: str) -> str:
        what = "document" if mart == "documents" else "payment"
        near = f"select * from next.main.{mart} where {key} in (select key from near_keys where what = '{what}')"
        return f"{near} union all by name select * from added_{mart}"

    def _of(self, names: tuple[str, ...], test: str) -> Hidden:
        return {mart: f"select * from next.main.{mart} where {test}" for mart in names}

    def _of_sources(self) -> Hidden:
        return {
            "receipts": "select * from next.main.receipts where payment_key in (select key from touched_payments)",
            "documents": "select * from next.main.documents where invoice_key in (select key from touched_notes)",
            "applied": f"select * from next.main.applied where {OF_SOURCES}",
        }

    def _replace(self, mart: str, test: str, hidden: Hidden) -> None:
        """Puts what `mart` says of the hidden marts in place of its rows where `test` holds."""
        self.connection.execute(f"delete from next.main.{mart} where {test}")
        with self._hiding(hidden):
            self.connection.execute(f"insert into next.main.{mart} by name {marts.selected(mart)}")

    def _remember_sums(self) -> None:
        """What the sums by day hold of the touched rows, before they change."""
        if self.has_sums:
            for mart in MEASURES:
                self._sum_touched(mart, f"touched_{mart}", "-")

    def _add_sums(self) -> None:
        added = {mart: f"select * from added_{mart}" for mart in ("documents", "receipts", "applied")}
        with self._hiding(added):
            self.connection.execute(f"create temp table added_flows as {marts.selected('flows')}")
        self.connection.execute("insert into next.main.flows by name from added_flows")
        with self._hiding({"flows": "select * from added_flows"}):
            self.connection.execute(f"insert into next.main.sales by name {marts.selected('sales')}")
        for mart in MEASURES:
            self._sum_touched(mart, f"retouched_{mart}", "")
            self.connection.execute(f"insert into next.main.{mart} by name from touched_{mart} union all by name from retouched_{mart}")
        for mart in ("began", "cube"):
            self._replace(mart, "true", {})

    def _sum_touched(self, mart: str, into: str, sign: str) -> None:
        signed = ", ".join(f"{sign}{name} as {name}" for name in MEASURES[mart])
        hidden = dict(self._of(("segments", "applied", "shifting"), OF_DOCUMENTS) | self._of(("credits",), OF_CREDITS))
        hidden["installment_applications"] = marts.STEADY
        hidden["installment_parts"] = PARTS
        with self._hiding(hidden):
            self.connection.execute(f"create temp table {into} as select * replace ({signed}) from ({marts.selected(mart)})")

    @contextmanager
    def _hiding(self, hidden: Hidden) -> Iterator[None]:
        for mart, view in hidden.items():
            self.connection.execute(f"create temp view {mart} as {view}")
        try:
            yield
        finally:
            for mart in hidden:
                self.connection.execute(f"drop view temp.{mart}")
