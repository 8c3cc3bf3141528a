"""The currencies that a question has an answer in."""

from __future__ import annotations

from dataclasses import replace

from analytics.scope import Scope
from analytics.store.planner import is_summed
from analytics.store.population import Mart, parameters, relation
from analytics.store.store import Store

PLACES: tuple[Mart, ...] = ("documents", "receipts")


def currencies(store: Store, scope: Scope) -> list[str]:
    """The currencies of any document or payment that came to life by the as-of day; with conversion, the one asked for."""
    own = replace(scope, currency=None)
    rows = store.rows(
        f"select distinct shown_currency from ({_beginnings(store, own)}) where first_day <= $today order by 1",
        parameters(own, own.day, life="any", today=own.day),
    )
    if scope.currency is not None:
        return [scope.currency] if rows else []
    return [row["shown_currency"] for row in rows]


def _beginnings(store: Store, own: Scope) -> str:
    """A day per currency and whatever else on which documents and payments began to be."""
    if is_summed(store, own):
        return f"select shown_currency, first_day from {relation('began', own, 'any')}"
    return " union all ".join(
        f"select shown_currency, min(alive_from) as first_day from {relation(mart, own, 'any')} where alive_from < alive_to group by 1"
        for mart in PLACES
    )
