"""Payer types: a few ways of paying, found in the ledger, and how much of each there is in every customer.

A type is a curve of daily chances over spans of age. Each customer belongs to the types by how likely they make what it did: a
customer without history to all of them as everyone does. The types start as parts of the customers ordered by how late they pay, and
are fitted in a fixed number of rounds, so the same book has the same types.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.forecast.arrays import Floats, Ints, summed
from analytics.forecast.past import NEXT_TO_NOTHING, YOUNGEST, Past

TYPES = 4
ROUNDS = 8
SPANS = np.array([-60, -30, -14, -7, -2, 0, 1, 3, 8, 15, 22, 31, 46, 61, 91])
"""The age with which each span after the first begins."""
STRENGTH = 4.0


@dataclass(frozen=True)
class Payers:
    """A row per type."""

    belongs: Floats
    """Type and customer key -> how much of the customer is of the type: 0 to 1, in sum 1."""

    @property
    def types(self) -> int:
        """How many types there are."""
        return len(self.belongs)


def payers(seen: Past) -> Payers:
    """The types in the ledger as known at the cut-off."""
    paid, reached = _history(seen)
    active = reached.sum(axis=1) > 0
    found = np.zeros((TYPES, len(active)))
    found[:, active], size = _fitted(paid[active], reached[active])
    found[:, ~active] = size[:, None]
    return Payers(found)


def _fitted(paid: Floats, reached: Floats) -> tuple[Floats, Floats]:
    """How much of each customer is of each type, and how much of all of them is."""
    rate = np.maximum(paid.sum(axis=0) / np.maximum(reached.sum(axis=0), NEXT_TO_NOTHING), NEXT_TO_NOTHING)
    belongs = _by_lateness(paid, reached, rate)
    for _ in range(ROUNDS):
        curve = (belongs @ paid + STRENGTH * rate) / (belongs @ reached + STRENGTH)
        size = belongs.sum(axis=1) + 1.0
        size /= size.sum()
        likely = np.log(curve) @ paid.T - curve @ reached.T + np.log(size)[:, None]
        belongs = np.exp(likely - likely.max(axis=0, initial=-np.inf))
        belongs /= belongs.sum(axis=0)
    return belongs, size


def _history(seen: Past) -> tuple[Floats, Floats]:
    """Customer and span of age -> items paid, and item-days reached open."""
    book, spans = seen.book, len(SPANS) + 1
    customers = book.customers
    late = book.age_when_settled
    paid = summed(book.customer[book.settled_item] * spans + _span(late), seen.paid, customers * spans)
    # Days reached open up to an age, span by span: those of an item from its first age to its last, a part payment apart.
    reached = np.zeros((customers, spans))
    bounds = np.concatenate([[YOUNGEST], SPANS, [10_000]])
    of_settled = book.settled_item
    first = np.maximum(book.age_when_issued, YOUNGEST)
    for place in range(spans):
        low, high = bounds[place], bounds[place + 1]
        begun = np.clip(first, low, high)
        last_open = np.clip(seen.cutoff - book.due + 1, low, high)
        last_paid = np.clip(late + 1, low, high)
        open_days = np.where(seen.alive, seen.open_share * np.maximum(last_open - begun, 0), 0.0)
        paid_days = seen.part * np.maximum(last_paid - begun[of_settled], 0)
        reached[:, place] = summed(book.customer, open_days, customers) + summed(book.customer[of_settled], paid_days, customers)
    return paid.reshape(customers, spans), reached


def _span(age: Ints) -> Ints:
    return np.searchsorted(SPANS, age, side="right")


def _by_lateness(paid: Floats, reached: Floats, rate: Floats) -> Floats:
    """The customers in equal parts, by how many payments everyone's curve would have had beside theirs."""
    hoped = reached @ rate
    slow = (paid.sum(axis=1) + STRENGTH) / (hoped + STRENGTH)
    order = np.argsort(slow, kind="stable")
    before = np.cumsum(hoped[order]) - hoped[order]
    kind = np.minimum(TYPES * before / max(float(hoped.sum()), NEXT_TO_NOTHING), TYPES - 1).astype(np.int64)
    belongs = np.zeros((TYPES, len(order)))
    belongs[kind, order] = 1.0
    return belongs
