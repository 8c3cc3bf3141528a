"""Every equation of the books, each with its verdict: those of the store's whole history, and those of the reports at a day."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from analytics import aging, movements
from analytics.buckets import DEFAULT_EDGES, labels
from analytics.scope import Scope
from analytics.store import Store
from analytics.store.equations import Verdict, verdicts


def all_of(store: Store, scope: Scope) -> list[Verdict]:
    """The verdicts on the store's equations, and on those that the reports of `scope` must satisfy.

    Sums are held to each other exactly, so in the documents' own currencies: converted cells are rounded each on its own.
    """
    scope = replace(store.resolve(scope), currency=None)
    return [*verdicts(store.rows), _buckets_add_up(store, scope), _parts_add_up(store, scope), _movements_close(store, scope)]


def _buckets_add_up(store: Store, scope: Scope) -> Verdict:
    rows = aging.summary(store, scope, by=("invoice",)).to_dict("records")
    names = labels(DEFAULT_EDGES)
    wrong = [row for row in rows if sum((row[name] for name in names), Decimal(0)) != row["total"]]
    many = [row for row in rows if sum(row[name] != 0 for name in names) > row["items"]]
    return _verdict("buckets_add_up", "the buckets of every item add up to its open amount", [*wrong, *many], "invoice")


def _parts_add_up(store: Store, scope: Scope) -> Verdict:
    wholes = {row["currency"]: row["total"] for row in aging.summary(store, scope).to_dict("records")}
    for row in aging.summary(store, scope, by=("customer",)).to_dict("records"):
        wholes[row["currency"]] -= row["total"]
    wrong: list[Mapping[Hashable, Any]] = [{"currency": currency} for currency, rest in wholes.items() if rest != 0]
    return _verdict("parts_add_up", "the customers' open amounts add up to the whole", wrong, "currency")


def _movements_close(store: Store, scope: Scope) -> Verdict:
    rows = movements.roll_forward(store, scope, start=scope.day - timedelta(days=365)).to_dict("records")
    wrong = [row for row in rows if not row["closes"]]
    return _verdict("movements_close", "opening + movements of the last 365 days = closing net AR, per currency", wrong, "currency")


def _verdict(name: str, meaning: str, wrong: Sequence[Mapping[Hashable, Any]], shown: str) -> Verdict:
    return Verdict(name, meaning, len(wrong), f"{shown} {wrong[0][shown]}" if wrong else None)
