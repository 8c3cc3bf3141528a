"""How the figures answer to a change of the books: two stores, one question."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import aging, kpis, movements, overdue
from analytics.scope import Scope
from analytics.store import Store
from tests.answers import in_order
from tests.ledger import Ledger, Row
from tests.properties.books import books, scopes
from tests.properties.conftest import EFFORT

several_scopes = st.lists(scopes(), min_size=1, max_size=2)
PERIOD = 45
a_few = settings(max_examples=4 * EFFORT)
ENDS = {"voided_date", "reversed_date", "closed_date"}
"""Dates on which something ends; what ends later has not ended yet."""


def figures(store: Store, scope: Scope) -> list[Any]:
    """Everything that is asked of a book at a day, without the ids of what was applied."""
    return [
        in_order(aging.summary(store, scope, by=("customer", "region"))),
        in_order(aging.unapplied(store, scope, by=("customer",))),
        in_order(kpis.summary(store, scope, days=PERIOD)),
    ]


def lists(store: Store, scope: Scope) -> list[Any]:
    """Every open item, and the movements of a period."""
    found = movements.roll_forward(store, scope, start=scope.day - timedelta(days=PERIOD))
    return [in_order(overdue.page(store, scope, min_days=None, size=1000).rows), in_order(found)]


def everything(store: Store, scope: Scope) -> list[Any]:
    return figures(store, scope) + lists(store, scope)


def same(one: Ledger, other: Ledger, asked: list[Scope], what: Any = figures) -> bool:
    """Whether both books answer `asked` alike; asserts so."""
    with one.direct_store() as first, other.direct_store() as second:
        for scope in asked:
            assert what(first, scope) == what(second, scope)
    return True


@a_few
@given(books(), several_scopes, st.integers(0, 1000))
def test_the_order_of_the_rows_changes_nothing(book: Ledger, asked: list[Scope], seed: int) -> None:
    assert same(book, book.shuffled(seed), asked, everything)


@a_few
@given(books(), scopes())
def test_nothing_after_the_day_changes_its_figures(book: Ledger, scope: Scope) -> None:
    assert same(book, known_by(book, scope.day), [scope], everything)


def known_by(book: Ledger, day: date) -> Ledger:
    """The books without any event after `day`: what starts later is gone, what ends later has not ended."""
    starts = {"invoices": "issue_date", "payments": "received_date", "fx_rates": "rate_date", "disputes": "opened_date"}
    dropped = {
        row["invoice_id" if table == "invoices" else "payment_id"]
        for table in ("invoices", "payments")
        for row in book.rows(table)
        if row[starts[table]] > day
    }

    def change(table: str, row: Row) -> Row | None:
        if table in starts and row[starts[table]] > day and not (table == "disputes" and has_reason(row["invoice_id"])):
            return None
        if table == "applications" and ((row["applied_date"] or day) > day or row["invoice_id"] in dropped or row["source_id"] in dropped):
            return None
        if table == "installments" and row["invoice_id"] in dropped:
            return None
        changed = dict(row) | {name: None for name in ENDS & row.keys() if row[name] is not None and row[name] > day}
        if row.get("status") == "void" and row["voided_date"] is not None and changed["voided_date"] is None:
            changed["status"] = "posted"
        return changed

    def has_reason(invoice_id: str) -> bool:
        # The rows of `disputes`, whenever opened, decide whether a reason alone makes a dispute: they are no event of it.
        return any(row["dispute_reason"] for row in book.rows("invoices") if row["invoice_id"] == invoice_id)

    return book.changed(change)


@a_few
@given(books(), several_scopes, st.integers(1, 100))
def test_all_dates_moved_with_the_day_change_nothing_but_calendar_months(book: Ledger, asked: list[Scope], k: int) -> None:
    def moved(store: Store, scope: Scope) -> list[Any]:
        found = figures(store, scope)
        for row in found[2]:  # calendar months do not move with the days
            del row["dso_countback_monthly"], row["dso_countback_exhausted"]
        return found

    shift = timedelta(days=k)
    with book.direct_store() as first, book.moved(k).direct_store() as second:
        for scope in asked:
            fx = scope.fx + shift if isinstance(scope.fx, date) else scope.fx
            later = Scope(scope.day + shift, scope.currency, fx, dict(scope.filters), scope.with_children)
            assert moved(first, scope) == moved(second, later)


@a_few
@given(books(), several_scopes, st.data())
def test_an_invoice_split_in_two_leaves_totals_and_buckets(book: Ledger, asked: list[Scope], data: st.DataObject) -> None:
    parted = {row["invoice_id"] for row in book.rows("installments")} | {row["invoice_id"] for row in book.rows("disputes")}
    used = {row["invoice_id"] for row in book.rows("applications")} | {row["source_id"] for row in book.rows("applications")}
    whole = [row for row in book.rows("invoices") if row["invoice_id"] not in parted | used and row["total"] != 0]
    if not whole:
        return
    invoice = data.draw(st.sampled_from(whole))
    half = invoice["total"].quantize(Decimal("0.01")) / 4
    rest = book.changed(lambda _, row: dict(row) | {"total": row["total"] - half} if row is invoice else row)
    assert same(book, rest.row("invoices", **(dict(invoice) | {"invoice_id": "other half", "total": half})), asked, amounts)


def amounts(store: Store, scope: Scope) -> list[Any]:
    """The figures without the counts of items."""
    found = figures(store, scope)
    for row in found[0]:
        del row["items"]
    return found


@a_few
@given(books(), several_scopes, st.data())
def test_applying_and_taking_back_leaves_nothing(book: Ledger, asked: list[Scope], data: st.DataObject) -> None:
    invoices = [row for row in book.rows("invoices") if row["kind"] != "credit_note"]
    payments = [(row, invoice) for row in book.rows("payments") for invoice in invoices if row["currency"] == invoice["currency"]]
    if not payments:
        return
    payment, invoice = data.draw(st.sampled_from(payments))
    day = data.draw(st.sampled_from((None, date(2026, 1, 15), date(2026, 3, 3))))
    both = book
    for amount in (payment["amount"], -payment["amount"]):
        both = both.application("payment", payment["payment_id"], invoice["invoice_id"], amount, day)
    assert same(book, both, asked)


@a_few
@given(books(), st.lists(scopes(converted=False, filtered=False), min_size=1, max_size=2))
def test_a_credit_note_for_the_whole_amount_closes_the_invoice(book: Ledger, asked: list[Scope]) -> None:
    day = date(2026, 2, 20)
    more = book.invoice("whole", "C1", "77.00", issue="2026-01-20", due="2026-02-01")
    closed = more.credit_note("back", "C1", "77.00", issue=day, applied={"whole": "77.00"})
    with book.direct_store() as without, more.direct_store() as opened, closed.direct_store() as credited:
        for scope in asked:
            reference = opened if scope.day < day else without
            for report in (aging.summary, aging.unapplied, aging.net):
                assert in_order(report(credited, scope)) == in_order(report(reference, scope))


@a_few
@given(books(), st.lists(scopes(filtered=False), min_size=1, max_size=2), st.data())
def test_what_is_voided_was_never_there_from_that_day_on(book: Ledger, asked: list[Scope], data: st.DataObject) -> None:
    invoice = data.draw(st.sampled_from(book.rows("invoices")))
    day = invoice["issue_date"] + timedelta(days=data.draw(st.integers(0, 60)))
    ended = {"status": "void", "voided_date": day}
    voided = book.changed(lambda _, row: dict(row) | ended if row is invoice else row)
    gone = invoice["invoice_id"]
    absent = book.changed(lambda _, row: None if gone in (row.get("invoice_id"), row.get("source_id")) else row)
    with book.direct_store() as before, voided.direct_store() as store, absent.direct_store() as without:
        for scope in asked:
            untouched = scope.day < day and invoice["status"] not in ("draft", "void") and not invoice["voided_date"]
            reference = before if untouched else without if scope.day >= day else None
            if reference is not None:
                assert state(store, scope) == state(reference, scope)


def state(store: Store, scope: Scope) -> list[Any]:
    """Balances and sales at a day: what does not look back at how it was."""
    sold = [{k: row[k] for k in ("currency", "sales")} for row in in_order(kpis.summary(store, scope)) if row["sales"]]
    return [in_order(aging.summary(store, scope, by=("invoice",))), in_order(aging.unapplied(store, scope)), sold]


@settings(max_examples=2 * EFFORT)
@given(books(), several_scopes)
def test_books_loaded_from_files_answer_like_the_marts_alone(tmp_path_factory: Any, book: Ledger, asked: list[Scope]) -> None:
    with book.direct_store() as direct, book.store(tmp_path_factory.mktemp("books")) as loaded:
        for scope in asked:
            assert everything(direct, scope) == everything(loaded, scope)
