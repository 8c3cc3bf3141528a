"""Daily exchange rates of the demo book: a random walk on working days, quoted in every direction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.demo.customers import CURRENCIES
from analytics.demo.days import Span, weekday
from analytics.demo.rows import Ints, Rows, chance, whole

MILLIONTH = 1_000_000
EUROS = (1.0, 0.92, 1.16)
"""The level each currency's walk starts from, in euros, in the order of `CURRENCIES`."""


@dataclass(frozen=True)
class Rates(Rows):
    """One row per weekday and ordered pair: 1 `currency` is `rate` millionths of a `base`."""

    day: Ints
    currency: Ints
    base: Ints
    rate: Ints


def draw(seed: int, span: Span) -> Rates:
    """Rates of every weekday from a month before the first invoice up to today."""
    rng = chance(seed, "rates")
    days = np.arange(span.first - 40, span.today + 1)
    days = days[weekday(days) < 5]
    steps = rng.normal(0, 0.0038, (len(CURRENCIES), len(days)))
    steps[0] = 0
    pull = np.log(EUROS)[:, None]
    worth = np.exp(pull + np.cumsum(steps, axis=1) * np.exp(-np.arange(len(days)) / 2000))
    pairs = [(one, other) for one in range(len(CURRENCIES)) for other in range(len(CURRENCIES)) if one != other]
    parts = [
        Rates(
            day=days,
            currency=np.full(len(days), currency),
            base=np.full(len(days), base),
            rate=whole(worth[currency] / worth[base] * MILLIONTH),
        )
        for currency, base in pairs
    ]
    rates = parts[0].followed_by(*parts[1:])
    return rates.take(np.lexsort((rates.base, rates.currency, rates.day)))
