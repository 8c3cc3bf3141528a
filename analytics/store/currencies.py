"""The currencies that a question has an answer in."""

from __future__ import annotations

from dataclasses import replace

from analytics.scope import Scope
from analytics.store.population import parameters, relation
from analytics.store.store import Store


def currencies(store: Store, scope: Scope) -> list[str]:
    """The currencies of any document or payment that came to life by the as-of day; with conversion, the one asked for."""
    own = replace(scope, currency=None)
    lived = "where alive_from <= $today and alive_from < alive_to"
    rows = store.rows(
        f"select distinct shown_currency from {relation('documents', own, 'any')} {lived} "
        f"union select distinct shown_currency from {relation('receipts', own, 'any')} {lived} order by 1",
        parameters(own, own.day, life="any", today=own.day),
    )
    if scope.currency is not None:
        return [scope.currency] if rows else []
    return [row["shown_currency"] for row in rows]
