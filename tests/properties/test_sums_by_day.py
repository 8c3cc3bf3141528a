"""The sums by day give the same figures as the rows that they sum, at any day and scope."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from analytics import aging, kpis, movements
from analytics.buckets import DEFAULT_EDGES
from analytics.scope import Scope
from analytics.store import Store
from tests.answers import in_order
from tests.ledger import Ledger
from tests.properties.books import books, days, edges, groupings, scopes


class RowByRow(Store):
    """A store that does not know of its sums by day."""

    has_sums = False  # type: ignore[assignment]


def row_by_row(store: Store) -> Store:
    """The same books, without the sums by day."""
    return RowByRow(store.directory, store.generation, store._connection, store.notice)


@given(books(), st.lists(scopes(), min_size=3, max_size=6), groupings, edges, days)
def test_sums_by_day_and_single_rows_give_the_same_figures(
    book: Ledger, asked: list[Scope], by: tuple[str, ...], limits: tuple[int, ...], start: date
) -> None:
    with book.direct_store() as store:
        rows = row_by_row(store)
        for scope in asked:
            for edged in (DEFAULT_EDGES, limits):
                assert in_order(aging.summary(store, scope, by=by, edges=edged)) == in_order(aging.summary(rows, scope, by=by, edges=edged))
            assert in_order(aging.unapplied(store, scope, by=by)) == in_order(aging.unapplied(rows, scope, by=by))
            assert in_order(aging.net(store, scope)) == in_order(aging.net(rows, scope))
            assert in_order(kpis.summary(store, scope)) == in_order(kpis.summary(rows, scope))
            first = min(start, scope.day)
            assert in_order(movements.roll_forward(store, scope, start=first)) == in_order(movements.roll_forward(rows, scope, start=first))
            trends = [aging.trend(each, scope, every="week", start=scope.day.replace(day=1)) for each in (store, rows) if scope.day.day > 7]
            assert [in_order(trend) for trend in trends[1:]] == [in_order(trend) for trend in trends[:1]]
