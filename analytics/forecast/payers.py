"""Payer types: a few ways of paying, found in the ledger, and how much of each there is in every customer.

A type is a curve of daily chances over spans of age. Each customer belongs to the types by how likely they make what it did: a
customer without history to all of them as everyone does. The types start as parts of the customers ordered by how late they pay, and
are fitted in a fixed number of rounds, so the same book has the same types.
"""

from __future__ import annotations

import numpy as np

from analytics.forecast.arrays import Floats
from analytics.forecast.past import NEXT_TO_NOTHING, OLDEST, YOUNGEST
from analytics.forecast.tallies import Tally

TYPES = 4
ROUNDS = 8
SPAN_STARTS = np.array([YOUNGEST, -60, -30, -14, -7, -2, 0, 1, 3, 8, 15, 22, 31, 46, 61, 91])
"""The age with which each span of a curve begins."""
STRENGTH = 4.0


def payers(known: Tally) -> Floats:
    """Payer type and row of the tally -> how much of the customer is of the type: 0 to 1, in sum 1."""
    told_apart = slice(OLDEST - YOUNGEST + 1)
    paid, reached = (np.add.reduceat(table[:, told_apart], SPAN_STARTS - YOUNGEST, axis=1) for table in (known.paid, known.reached))
    active = reached.sum(axis=1) > 0
    found = np.zeros((TYPES, len(active)))
    found[:, active], size = _fitted(paid[active], reached[active])
    found[:, ~active] = size[:, None]
    return found


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
