"""Contracts of the demo book, and the invoices their billing schedules have brought so far."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.demo.customers import Customers
from analytics.demo.days import Span, first_of_month, months
from analytics.demo.rows import NEVER, Ints, Rows, chance, picked, whole

BILLINGS = ("monthly", "quarterly", "annual", "once")
MONTHS_BETWEEN = np.array([1, 3, 12, 600])
PRODUCTS = ("Maintenance plan", "Software subscription", "Equipment lease", "Support retainer", "Warehouse space")


@dataclass(frozen=True)
class Contracts(Rows):
    """One row per contract; `amount` is billed net of tax, an `end` of NEVER is open."""

    customer: Ints
    billing: Ints
    month: Ints
    day: Ints
    end: Ints
    amount: Ints
    product: Ints

    @property
    def start(self) -> Ints:
        """The first day, which is also the first billing."""
        return first_of_month(self.month) + self.day


def draw(seed: int, customers: Customers, span: Span, invoices: int) -> tuple[Contracts, Ints, Ints]:
    """Contracts in order of their start, with at most `invoices` billings so far; each billing's contract and day."""
    rng = chance(seed, "contracts")
    contracts = _contracts(rng, customers, span, invoices // 6 + 8)
    contract, days = _billings(contracts, span)
    kept = int(np.searchsorted(np.cumsum(np.bincount(contract, minlength=len(contracts))), invoices, side="right"))
    order = np.argsort(contracts.start[:kept], kind="stable")
    within = contract < kept
    return contracts.take(order), np.argsort(order)[contract[within]], days[within]


def _contracts(rng: np.random.Generator, customers: Customers, span: Span, size: int) -> Contracts:
    customer = picked(rng, customers.weight**0.8, size)
    begun = customers.since[customer]
    earliest = np.where(begun > span.first, begun, span.first - 1_000)
    month = months(earliest + whole(rng.random(size) * (span.today - earliest)))
    length = np.array([12, 24, 36, 600])[picked(rng, [0.35, 0.25, 0.15, 0.25], size)]
    day = np.where(rng.random(size) < 0.55, 0, rng.integers(0, 28, size))
    end = np.where(length == 600, NEVER, first_of_month(month + length) + day - 1)
    left = customers.until[customer]
    contracts = Contracts(
        customer=customer,
        billing=picked(rng, [0.62, 0.22, 0.12, 0.04], size),
        month=month,
        day=day,
        end=np.where(left < span.today, np.minimum(end, left), end),
        amount=whole(customers.price[customer] * 0.4 * rng.lognormal(0, 0.5, size) / 500 + 1) * 500,
        product=rng.integers(0, len(PRODUCTS), size),
    )
    return contracts.take((contracts.start <= span.today) & (contracts.start < contracts.end))


def _billings(contracts: Contracts, span: Span) -> tuple[Ints, Ints]:
    step = MONTHS_BETWEEN[contracts.billing]
    last = np.minimum(contracts.end, span.today)
    counts = (months(last) - contracts.month) // step + 1
    contract = np.repeat(np.arange(len(contracts)), counts)
    ordinal = np.arange(len(contract)) - np.repeat(np.cumsum(counts) - counts, counts)
    days = first_of_month(contracts.month[contract] + ordinal * step[contract]) + contracts.day[contract]
    billed = (days >= span.first) & (days <= last[contract])
    return contract[billed], days[billed]
