"""The customers of the demo book: few large and many small ones, and how each of them pays."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analytics.demo.days import ANY_DAY, HALF_MONTH, MONTH_END, Span
from analytics.demo.rows import NONE, Flags, Floats, Ints, Rows, chance, whole

CURRENCIES = ("EUR", "USD", "GBP")
ENTITIES = ("DE01", "UK01", "US01")
SEGMENTS = ("Enterprise", "Mid-market", "Small business")
REGIONS = ("Central", "West", "South", "Atlantic")
TERMS = (14, 30, 45, 60)


@dataclass(frozen=True)
class Country:
    """A market: its share of customers, where it belongs, and its tax in hundredths of a per cent."""

    code: str
    share: float
    region: int
    currency: int
    entity: int
    tax: int


COUNTRIES = (
    Country("DE", 0.29, 0, 0, 0, 1900),
    Country("AT", 0.08, 0, 0, 0, 2000),
    Country("FR", 0.13, 1, 0, 0, 2000),
    Country("NL", 0.09, 1, 0, 0, 2100),
    Country("IT", 0.10, 2, 0, 0, 2200),
    Country("ES", 0.08, 2, 0, 0, 2100),
    Country("GB", 0.12, 3, 2, 1, 2000),
    Country("US", 0.11, 3, 1, 2, 825),
)


@dataclass(frozen=True)
class Profile:
    """A way of paying: usual days after the due date, their spread, and the share of invoices never paid."""

    share: float
    delay: float
    spread: float
    never: float


EARLY, PUNCTUAL, SLOW, ERRATIC, SEASONAL, WORSENING, DISTRESSED = range(7)
PROFILES = (
    Profile(0.07, -13, 4, 0.002),
    Profile(0.43, -2, 3, 0.004),
    Profile(0.19, 22, 13, 0.012),
    Profile(0.12, 10, 22, 0.016),
    Profile(0.08, 3, 5, 0.006),
    Profile(0.07, 0, 6, 0.014),
    Profile(0.04, 42, 30, 0.100),
)


RUN_DAYS = (ANY_DAY, 1, 2, 3, 4, 5, HALF_MONTH, MONTH_END)
RUN_SHARES = [0.4, 0.03, 0.07, 0.05, 0.18, 0.09, 0.12, 0.06]
"""Most pay on any day, many on a weekday (Thursday above all), the rest by half month or month end."""


@dataclass(frozen=True)
class Customers(Rows):
    """One row per customer; codes point into the lists of this module, `parent` and `payer` at customers."""

    country: Ints
    segment: Ints
    currency: Ints
    sales_rep: Ints
    former_rep: Ints
    collector: Ints
    terms: Ints
    parent: Ints
    payer: Ints
    weight: Floats
    price: Floats
    tax: Ints
    since: Ints
    until: Ints
    second_entity: Flags
    profile: Ints
    delay: Floats
    run: Ints

    def of_countries(self, fact: str) -> Ints:
        """`region`, `entity` or another fact of each customer's country."""
        return np.array([getattr(country, fact) for country in COUNTRIES], np.int64)[self.country]


def how_many(invoices: int) -> int:
    """The customers of a book: 200 for 5,000 invoices, 20,000 for a million."""
    return max(12, round(200.0 * math.pow(invoices / 5000, 0.869)))


def draw(seed: int, invoices: int, span: Span) -> Customers:
    """The customers of a book of `invoices` invoices."""
    rng = chance(seed, "customers")
    size = how_many(invoices)
    rank = rng.permutation(size)
    country = _evenly(rank, 0.618034, [c.share for c in COUNTRIES])
    segment = np.searchsorted([0.12, 0.45], rank / size + rng.normal(0, 0.08, size)).astype(np.int64)
    region = np.array([c.region for c in COUNTRIES])[country]
    currency = np.array([c.currency for c in COUNTRIES])[country]
    profile = _evenly(rank, 0.754878, [p.share for p in PROFILES])
    spread = np.array([p.spread for p in PROFILES])[profile]
    since, until = _lifetimes(rng, size, span)
    parent, payer = _groups(rng, rank)
    return Customers(
        country=country,
        segment=segment,
        currency=np.where((currency == 0) & (rng.random(size) < 0.06), 1, currency),
        sales_rep=region * 3 + rng.integers(0, 3, size),
        former_rep=np.where(rng.random(size) < 0.12, region * 3 + rng.integers(0, 3, size), NONE),
        collector=segment * 2 + rng.integers(0, 2, size),
        terms=_terms(rank, segment),
        parent=parent,
        payer=payer,
        weight=np.power(rank + 6.0, -0.9),
        price=np.array([520_000.0, 280_000.0, 100_000.0])[segment] * rng.lognormal(0, 0.25, size),
        tax=np.where(rng.random(size) < 0.1, 0, np.array([c.tax for c in COUNTRIES])[country]),
        since=since,
        until=until,
        second_entity=rng.random(size) < 0.06,
        profile=profile,
        delay=np.array([p.delay for p in PROFILES])[profile] + rng.normal(0, spread * 0.5),
        run=np.array(RUN_DAYS)[_evenly(rank, 0.569840, RUN_SHARES)],
    )


def credit_limits(seed: int, yearly: Ints) -> Ints:
    """Limits in cents from a year's billing, in round thousands; 0 stands for none. Some are too tight, as in life."""
    rng = chance(seed, "limits")
    months_covered = rng.choice([1.5, 2.5, 4.0], len(yearly), p=[0.12, 0.5, 0.38])
    limits = np.maximum(whole(yearly / 12 * months_covered / 100_000) * 100_000, 200_000)
    return np.where(rng.random(len(yearly)) < 0.08, 0, limits)


def _terms(rank: Ints, segment: Ints) -> Ints:
    """Large customers get longer terms."""
    steps = np.cumsum([[0.08, 0.58, 0.22, 0.12], [0.15, 0.63, 0.16, 0.06], [0.35, 0.6, 0.05, 0.0]], axis=1)
    place: Ints = (_even(rank, 0.445042)[:, None] > steps[segment][:, :-1]).sum(axis=1)
    return np.array(TERMS)[place]


def _lifetimes(rng: np.random.Generator, size: int, span: Span) -> tuple[Ints, Ints]:
    """First and last day of business: some came in the three years, some left."""
    length = span.today - span.first
    late = rng.random(size) < 0.12
    since = span.first + np.where(late, whole(rng.random(size) * length * 0.7), 0)
    gone = ~late & (rng.random(size) < 0.08)
    return since, span.today - np.where(gone, whole(rng.random(size) * length * 0.6), 0)


def _groups(rng: np.random.Generator, rank: Ints) -> tuple[Ints, Ints]:
    """Parents of about one customer in 16, each parent a large one; a third of the children let the parent pay."""
    size = len(rank)
    parent = np.full(size, NONE)
    heads = np.argsort(rank)[: max(1, size // 40)]
    others = np.setdiff1d(np.arange(size), heads)
    children = rng.choice(others, min(len(others), len(heads) * 5 // 2), replace=False)
    parent[children] = heads[np.arange(len(children)) % len(heads)]
    lets_pay = (parent != NONE) & (rng.random(size) < 0.33)
    lets_pay[children[:1]] = True
    return parent, np.where(lets_pay, parent, np.arange(size))


def _even(rank: Ints, step: float) -> Floats:
    """Numbers from 0 to 1, spread evenly over large and small customers, so that small books are typical too.

    Multiples of an irrational `step`, less whole numbers, fill the range without clusters.
    """
    return np.asarray((rank * step + 0.5) % 1)


def _evenly(rank: Ints, step: float, shares: list[float]) -> Ints:
    """Indices by `shares`, spread evenly over the ranks."""
    return np.asarray(np.searchsorted(np.cumsum(shares)[:-1], _even(rank, step), side="right"))
