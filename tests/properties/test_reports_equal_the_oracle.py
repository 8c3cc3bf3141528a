"""Every report, of random books, at random days, scopes and edges, is what the brute-force judge says: exactly."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import aging, customers, debtors, kpis, movements, overdue
from analytics.buckets import DEFAULT_EDGES
from analytics.errors import UsageError
from analytics.scope import Scope
from tests.answers import in_order, rows
from tests.ledger import Ledger
from tests.oracle import Oracle, labels, period_ends
from tests.properties.books import CUSTOMERS, books, days, edges, groupings, scopes
from tests.properties.conftest import EFFORT

several_scopes = st.lists(scopes(), min_size=3, max_size=5)
bases = st.sampled_from(("due", "issue"))
many_scopes = st.lists(scopes(), min_size=6, max_size=10)


@given(books(), many_scopes, groupings, edges, bases)
def test_aging_at_any_day_scope_grouping_and_edges(
    book: Ledger, asked: list[Scope], by: tuple[str, ...], limits: tuple[int, ...], basis: Any
) -> None:
    oracle = Oracle(book.rows)
    with book.direct_store() as store:
        for scope in asked:
            answer = aging.summary(store, scope, by=by, edges=limits, basis=basis)
            assert list(answer.columns) == ["currency", *by, *labels(limits, basis), "total", "items"]
            assert in_order(answer) == in_order(oracle.aging(scope, by, limits, basis))


@given(books(), many_scopes, groupings)
def test_unapplied_credit_and_net_ar_and_what_has_no_rate(book: Ledger, asked: list[Scope], by: tuple[str, ...]) -> None:
    oracle = Oracle(book.rows)
    known = tuple(word for word in by if word not in ("invoice", "installment"))
    with book.direct_store() as store:
        for scope in asked:
            assert in_order(aging.unapplied(store, scope, by=by)) == in_order(oracle.unapplied(scope, known))
            assert in_order(aging.net(store, scope)) == in_order(oracle.net_rows(scope))
            assert in_order(aging.unconverted(store, scope)) == in_order(oracle.unconverted(scope))


@given(books(), several_scopes, st.sampled_from((1, 30, 90, 365)))
def test_every_figure_of_the_kpis(book: Ledger, asked: list[Scope], period: int) -> None:
    oracle = Oracle(book.rows)
    with book.direct_store() as store:
        for scope in asked:
            assert in_order(kpis.summary(store, scope, days=period)) == in_order(oracle.kpis(scope, period))


@given(books(), several_scopes, days, st.sampled_from(("month", "week", "day")), edges, st.sampled_from((30, 90)), bases)
def test_the_trend_at_every_period_end(
    book: Ledger, asked: list[Scope], start: date, every: Any, limits: tuple[int, ...], period: int, basis: Any
) -> None:
    oracle = Oracle(book.rows)
    first = start if every != "day" else start + timedelta(days=120)
    with book.direct_store() as store:
        for scope in asked:
            if not any(period_ends(first, scope.day, every)):
                with pytest.raises(UsageError):
                    aging.trend(store, scope, every=every, start=first)
                continue
            answer = aging.trend(store, scope, every=every, start=first, edges=limits, days=period, basis=basis)
            assert in_order(answer) == in_order(oracle.trend(scope, every, first, limits, period, basis))


@given(books(), several_scopes, edges, bases)
def test_lists_of_customers_and_items_add_up_to_the_aging(book: Ledger, asked: list[Scope], limits: tuple[int, ...], basis: Any) -> None:
    with book.direct_store() as store:
        for scope in asked:
            for row in rows(aging.summary(store, scope, edges=limits, basis=basis)):
                one = scope if scope.currency else scope.narrowed("currency", row["currency"])
                for label in labels(limits, basis):
                    items = overdue.page(store, one, min_days=None, bucket=label, edges=limits, basis=basis, size=1000)
                    owed = debtors.ranked(store, one, bucket=label, edges=limits, basis=basis, size=None)
                    assert {label} >= set(items.rows["bucket"])
                    assert items.total_amount.get(row["currency"], 0) == row[label] == owed.total_amount


@given(books(), several_scopes, st.integers(0, 200))
def test_the_movements_of_any_period(book: Ledger, asked: list[Scope], length: int) -> None:
    oracle = Oracle(book.rows)
    with book.direct_store() as store:
        for scope in asked:
            start = scope.day - timedelta(days=length)
            answer = in_order(movements.roll_forward(store, scope, start=start))
            assert answer == in_order(oracle.movements(scope, start))


conditions = st.fixed_dictionaries(
    {
        "min_days": st.sampled_from((1, 1, 0, 2, 29, 30, 31, 60, -30, -400)),
        "min_amount": st.none() | st.sampled_from((Decimal("-1"), Decimal("0.01"), Decimal("1"), Decimal("10.00"), Decimal("40.00"))),
        "bucket": st.none() | st.none() | st.sampled_from(labels(DEFAULT_EDGES)),
        "search": st.none() | st.none() | st.sampled_from(("1", "customer c2", "2026-I", "nobody")),
    }
)


@given(books(), st.lists(st.tuples(scopes(), conditions), min_size=6, max_size=10))
def test_the_overdue_list_under_any_conditions(book: Ledger, asked: list[tuple[Scope, Any]]) -> None:
    oracle = Oracle(book.rows)
    columns = ("invoice_id", "number", "customer_id", "name", "currency", "due_date", "days_late", "open_amount", "bucket")
    with book.direct_store() as store:
        for scope, given_conditions in asked:
            page = overdue.page(store, scope, **given_conditions, size=1000)
            expected = oracle.overdue(scope, **given_conditions)
            assert in_order(page.rows, *columns) == in_order(expected, *columns)
            assert page.total_items == len(expected)
            assert page.total_amount == oracle.sums(expected)


@settings(max_examples=5 * EFFORT)
@given(books(), several_scopes, st.sampled_from(CUSTOMERS))
def test_a_customers_documents_and_aging(book: Ledger, asked: list[Scope], customer: str) -> None:
    oracle = Oracle(book.rows)
    known = {row["customer_id"] for table in ("customers", "invoices", "payments") for row in book.rows(table)}
    with book.direct_store() as store:
        for scope in asked if customer in known else ():
            profile = customers.profile(store, scope, customer)
            narrowed = scope.narrowed("customer", customer)
            assert in_order(profile.aging) == in_order(oracle.aging(narrowed))
            assert in_order(profile.figures) == in_order(oracle.kpis(narrowed))
            shown = {row["invoice_id"]: row["open_amount"] for row in rows(profile.documents)}
            assert shown == oracle.open_by_invoice(customer, scope.day)
