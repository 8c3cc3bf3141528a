"""Charges in parts: installments as agreed, and the amounts customers mean to pay, with the day their run brings each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.demo.billing import Charges
from analytics.demo.customers import Customers
from analytics.demo.days import PaymentRuns, Span
from analytics.demo.rows import NEVER, Ints, Rows, chance
from analytics.demo.stories import INSTALLMENTS, PARTIAL, SHORT, Stories


@dataclass(frozen=True)
class Parts(Rows):
    """One row per part of a charge, and its day: when it is due, or paid."""

    charge: Ints
    ordinal: Ints
    amount: Ints
    day: Ints


def installment_due(charges: Charges, charge: Ints, ordinal: Ints) -> Ints:
    """The due day of an installment: the first at the terms, the others 30 days apart."""
    return charges.due[charge] + 30 * ordinal


def installments(charges: Charges, stories: Stories) -> Parts:
    """The installments of the charges that have them; `day` is the due day."""
    charge = np.flatnonzero(stories.story == INSTALLMENTS)
    count = stories.parts[charge]
    row, ordinal, amount = split(charges.total[charge], count, 100 // count)
    return Parts(charge[row], ordinal, amount, installment_due(charges, charge[row], ordinal))


def split(amount: Ints, parts: Ints, share: Ints) -> tuple[Ints, Ints, Ints]:
    """Each amount in its parts: row, ordinal from 0, cents; `share` is the first part in per cent, the rest is even.

    The parts add up to the amount; the last takes what rounding leaves over.
    """
    row = np.repeat(np.arange(len(parts)), parts)
    ordinal = np.arange(len(row)) - np.repeat(np.cumsum(parts) - parts, parts)
    first = amount * share // 100
    rest = (amount - first) // np.maximum(parts - 1, 1)
    before = np.where(ordinal == 0, 0, first[row] + rest[row] * (ordinal - 1))
    last = ordinal == parts[row] - 1
    return row, ordinal, np.where(last, amount[row] - before, np.where(ordinal == 0, first[row], rest[row]))


def paid(seed: int, customers: Customers, charges: Charges, stories: Stories, span: Span, runs: PaymentRuns) -> Parts:
    """What customers pay on each charge until today, at the next payment run after they mean to."""
    rng = chance(seed, "parts")
    payable = charges.total - stories.credit - stories.discount - np.where(stories.story == SHORT, stories.write_off, 0)
    share = np.where(stories.story == PARTIAL, rng.integers(20, 75, len(charges)), 100 // stories.parts)
    charge, ordinal, amount = split(payable, stories.parts, share)
    gap = np.where(stories.story == INSTALLMENTS, 30, rng.integers(12, 45, len(charges)))
    meant = stories.pays[charge] + gap[charge] * ordinal
    abandoned = (stories.story[charge] == PARTIAL) & (ordinal > 0) & (rng.random(len(charge)) < 0.06)
    payer = customers.payer[charges.customer[charge]]
    day = runs.next(customers.run[payer], np.where(abandoned, NEVER, meant))
    parts = Parts(charge, ordinal, amount, day)
    return parts.take((amount > 0) & span.happened(day))
