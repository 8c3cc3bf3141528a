"""Applications: which source settles which charge, from which day on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analytics.demo.billing import Charges
from analytics.demo.days import Span
from analytics.demo.rows import NEVER, NONE, Flags, Ints, Rows, chance

BY_PAYMENT, BY_CREDIT_NOTE, BY_WRITE_OFF, BY_DISCOUNT = range(4)


@dataclass(frozen=True)
class Applications(Rows):
    """One row per application; `origin` is the row of its payment or credit note, NONE for the other sources."""

    source: Ints
    origin: Ints
    charge: Ints
    applied: Ints
    amount: Ints

    @classmethod
    def none(cls) -> Applications:
        """No applications at all."""
        empty = np.zeros(0, np.int64)
        return cls(empty, empty, empty, empty, empty)


def with_detours(seed: int, paid: Applications, others: Applications, lasting: Flags, charges: Charges, span: Span) -> Applications:
    """The applications of payments, a few with a detour: first to the customer's next charge, days later to their own.

    Only `lasting` payments, which the bank did not take back, and only charges nothing is applied to in the meantime,
    neither by `paid` nor by `others`, so that no charge is ever settled beyond its total.
    """
    rng = chance(seed, "detours")
    size = len(paid)
    corrected = paid.applied + rng.integers(2, 15, size)
    other = _next_of_customer(charges)[paid.charge]
    single = np.bincount(paid.charge, minlength=len(charges))[paid.charge] == 1
    wrong = (rng.random(size) < 0.02) & lasting & single & (other != NONE) & span.happened(corrected)
    wrong &= charges.posted[other] & (charges.issue[other] <= paid.applied) & (charges.total[other] >= paid.amount)
    wrong &= _first_settled(paid.followed_by(others), len(charges))[other] > corrected
    detour = replace(paid, charge=other).take(wrong)
    undone = replace(detour, applied=corrected[wrong], amount=-detour.amount)
    right = replace(paid, applied=np.where(wrong, corrected, paid.applied))
    return right.followed_by(detour, undone)


def _first_settled(applications: Applications, charges: int) -> Ints:
    """For each charge, the first day anything is applied to it, else NEVER."""
    first = np.full(charges, NEVER)
    np.minimum.at(first, applications.charge, applications.applied)
    return first


def _next_of_customer(charges: Charges) -> Ints:
    """For each charge, the next one of the same customer, entity and currency, else NONE."""
    order = np.lexsort((charges.issue, charges.currency, charges.entity, charges.customer))
    account = ((charges.customer * 3 + charges.entity) * 3 + charges.currency)[order]
    following = np.full(len(charges), NONE)
    following[order[:-1]] = np.where(account[1:] == account[:-1], order[1:], NONE)
    return following
