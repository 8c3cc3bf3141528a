"""Which mart answers a question: the sums by day where they hold the answer, else the rows that they are sums of.

Both say the same. The sums (`cube`, `flows`, `paid`) know the dimensions of `CUBE_DIMENSIONS`, the default buckets by due date,
and every rate that does not depend on a document's own date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.buckets import DEFAULT_EDGES, Basis
from analytics.scope import Scope
from analytics.store.ages import age_at, bucket_tests
from analytics.store.marts import CUBE_DIMENSIONS
from analytics.store.population import Life, Mart, relation
from analytics.store.store import Store


@dataclass(frozen=True)
class Plan:
    """What to ask: `sums` (SQL expressions by name) over `rows` (a sub-select with the columns of `population.relation`)."""

    mart: Mart
    rows: str
    sums: dict[str, str]


def is_summed(store: Store, scope: Scope, by: Sequence[str] = ()) -> bool:
    """True where the sums by day hold the answer for `scope`, by the words of `by`."""
    asked = {*by, *(column for column, _ in scope.filters)}
    return store.has_sums and asked <= set(CUBE_DIMENSIONS) and not (scope.currency and scope.fx == "document")


def balances(
    store: Store,
    scope: Scope,
    life: Life = "alive",
    *,
    by: Sequence[str] = (),
    edges: Sequence[int] = DEFAULT_EDGES,
    basis: Basis = "due",
    day: str = "$day",
) -> Plan:
    """Open amounts, aged at `day` (SQL): `bucket_<place>` of each bucket of `edges`, `total`, and `items`, their number."""
    places = range(len(edges) + 1)
    if is_summed(store, scope, by) and basis == "due" and tuple(edges) == DEFAULT_EDGES:
        sums = {f"bucket_{place}": f"sum(bucket_{place} * rate)" for place in places}
        rows = f"(select * from {relation('cube', scope, life)} where items <> 0)"
        return Plan("cube", rows, sums | {"total": "sum(value)", "items": "sum(items)::bigint"})
    tests = bucket_tests(edges, age_at(day, basis))
    sums = {f"bucket_{place}": f"coalesce(sum(value) filter (where {tests[place]}), 0)" for place in places}
    return Plan("segments", relation("segments", scope, life), sums | {"total": "sum(value)", "items": "count(*)"})


def unapplied(store: Store, scope: Scope, *, by: Sequence[str] = ()) -> Plan:
    """Unapplied credit: `amount`."""
    if is_summed(store, scope, by):
        rows = f"(select * from {relation('cube', scope)} where credit_items <> 0)"
        return Plan("cube", rows, {"amount": "sum(unapplied_amount * rate)"})
    return Plan("credits", relation("credits", scope), {"amount": "sum(value)"})


def documents(store: Store, scope: Scope, life: Life = "alive", *, by: Sequence[str] = ()) -> Plan:
    """Invoices, debit notes and credit notes by the day issued (`alive_from`): `amount`, what they add to sales."""
    mart: Mart = "sales" if is_summed(store, scope, by) else "documents"
    return Plan(mart, relation(mart, scope, life), {"amount": "sum(value)"})


def receipts(store: Store, scope: Scope, *, by: Sequence[str] = ()) -> Plan:
    """Receipts and refunds by the day received (`alive_from`): `amount`, receipts less refunds."""
    if is_summed(store, scope, by):
        return Plan("flows", f"(select * from {relation('flows', scope)} where kind in ('receipt', 'refund'))", {"amount": "sum(value)"})
    return Plan("receipts", relation("receipts", scope), {"amount": "sum(value)"})
