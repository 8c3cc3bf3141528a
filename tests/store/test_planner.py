"""Each question goes to the sums by day where they can answer it, and to the rows that they sum where they cannot."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from analytics import aging, kpis
from analytics.buckets import DEFAULT_EDGES
from analytics.scope import Scope
from analytics.store import equations, marts, planner
from tests.answers import in_order
from tests.ledger import ledger

SMALL = (
    ledger()
    .customer("C1", name="Acme", region="North", segment="Retail", sales_rep="Ann")
    .customer("C2", name="Bolt", region="South", segment="Trade", sales_rep="Bob")
    .invoice("I1", "C1", "100.00", issue="2026-01-10", due="2026-02-09")
    .invoice("I2", "C2", "70.00", issue="2026-01-20", due="2026-01-20")
    .receipt("P1", "C1", "60.00", "2026-02-20", applied={"I1": "40.00"})
)
EVERYTHING = Scope(as_of=date(2026, 3, 1))


@pytest.mark.parametrize(
    ("scope", "by", "limits", "basis", "mart"),
    [
        (EVERYTHING, (), DEFAULT_EDGES, "due", "cube"),
        (EVERYTHING, ("region",), DEFAULT_EDGES, "due", "cube"),
        (
            Scope(as_of=EVERYTHING.as_of, where={"region": "North", "entity": None, "segment": ["Retail"], "currency": "EUR"}),
            (),
            DEFAULT_EDGES,
            "due",
            "cube",
        ),
        (Scope(as_of=EVERYTHING.as_of, currency="EUR"), (), DEFAULT_EDGES, "due", "cube"),
        (Scope(as_of=EVERYTHING.as_of, currency="EUR", fx=date(2026, 1, 1)), (), DEFAULT_EDGES, "due", "cube"),
        (Scope(as_of=EVERYTHING.as_of, fx="document"), (), DEFAULT_EDGES, "due", "cube"),
        (Scope(as_of=EVERYTHING.as_of, currency="EUR", fx="document"), (), DEFAULT_EDGES, "due", "segments"),
        (Scope(as_of=EVERYTHING.as_of, where={"sales_rep": "Ann"}), (), DEFAULT_EDGES, "due", "segments"),
        (Scope(as_of=EVERYTHING.as_of, where={"disputed": False}), (), DEFAULT_EDGES, "due", "segments"),
        (Scope(as_of=EVERYTHING.as_of, where={"customer": "C1"}), (), DEFAULT_EDGES, "due", "segments"),
        (EVERYTHING, ("region", "customer"), DEFAULT_EDGES, "due", "segments"),
        (EVERYTHING, (), (0, 30, 60), "due", "segments"),
        (EVERYTHING, (), (0, 30, 60, 91), "due", "segments"),
        (EVERYTHING, (), DEFAULT_EDGES, "issue", "segments"),
    ],
)
def test_a_question_goes_to_the_cube_where_the_cube_knows_all_it_asks(
    scope: Scope, by: tuple[str, ...], limits: tuple[int, ...], basis: Any, mart: str
) -> None:
    with SMALL.direct_store() as store:
        assert planner.balances(store, scope, by=by, edges=limits, basis=basis).mart == mart


def test_books_of_too_many_combinations_have_no_sums_and_the_same_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    with SMALL.direct_store() as store:
        expected = in_order(aging.summary(store, EVERYTHING)), in_order(kpis.summary(store, EVERYTHING))
        assert store.has_sums
    monkeypatch.setattr(marts, "MOST_COMBINATIONS", 1)
    with SMALL.direct_store() as store:
        assert not store.has_sums
        assert (in_order(aging.summary(store, EVERYTHING)), in_order(kpis.summary(store, EVERYTHING))) == expected
        assert all(verdict.holds for verdict in equations.verdicts(store.rows))


def test_the_equation_of_the_sums_fails_where_the_cube_misses_an_amount() -> None:
    with SMALL.direct_store() as store:
        verdicts = equations.verdicts(store.rows)
        assert "sums_by_day" in {verdict.name for verdict in verdicts}
        assert all(verdict.holds for verdict in verdicts)
        store._connection.execute("update cube_changes set into_1 = into_1 + 0.01 where into_1 <> 0")
        assert [verdict.name for verdict in equations.verdicts(store.rows) if not verdict.holds] == ["sums_by_day"]
