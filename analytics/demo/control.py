"""The control account of the demo book: what the general ledger says at each month end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.demo.applications import BY_DISCOUNT, BY_WRITE_OFF
from analytics.demo.billing import DRAFT, Charges
from analytics.demo.cash import REFUND
from analytics.demo.days import Span, month_ends
from analytics.demo.rows import NEVER, Ints, Rows
from analytics.demo.settling import Settlement

ACCOUNT = "1200"
JOURNAL = 12_540
"""Cents of a manual journal in the first entity's euro account, booked four month ends ago and never cleared."""


@dataclass(frozen=True)
class Balances(Rows):
    """One row per entity, currency and month end from their first movement on."""

    entity: Ints
    currency: Ints
    day: Ints
    balance: Ints


def draw(charges: Charges, settlement: Settlement, span: Span) -> Balances:
    """Net receivables of every account and month end, with two differences for the tie-out to find.

    A manual journal stays in DE01's euros from four month ends ago on; at the month end before the last, the
    latest receipt of DE01 in euros was booked to the ledger a day late.
    """
    ends = month_ends(span.first, span.today)
    grid = np.zeros((len(ends) + 1, 9), np.int64)
    for entity, currency, day, amount in _movements(charges, settlement):
        np.add.at(grid, (np.searchsorted(ends, day), entity * 3 + currency), amount)
    moved = np.cumsum(grid != 0, axis=0)[:-1] > 0
    balance = np.cumsum(grid, axis=0)[:-1]
    balance[-4:, 0] += JOURNAL
    balance[-2:-1, 0] += _received_late(settlement, ends)
    end, account = np.nonzero(moved)
    return Balances(account // 3, account % 3, ends[end], balance[end, account])


def _movements(charges: Charges, settlement: Settlement) -> list[tuple[Ints, Ints, Ints, Ints]]:
    """Entity, currency, day and signed amount of everything that moves net receivables."""
    payments, credits, applications = settlement.payments, settlement.credits, settlement.applications
    billed = charges.take(charges.status != DRAFT)
    voided = billed.take(billed.voided < NEVER)
    cash = np.where(payments.kind == REFUND, payments.amount, -payments.amount)
    returned = payments.reversed < NEVER
    lost = applications.take(np.isin(applications.source, [BY_WRITE_OFF, BY_DISCOUNT]))
    entity, currency = charges.entity[lost.charge], charges.currency[lost.charge]
    return [
        (billed.entity, billed.currency, billed.issue, billed.total),
        (voided.entity, voided.currency, voided.voided, -voided.total),
        (credits.entity, credits.currency, credits.issue, -credits.total),
        (payments.entity, payments.currency, payments.received, cash),
        (payments.entity[returned], payments.currency[returned], payments.reversed[returned], -cash[returned]),
        (entity, currency, lost.applied, -lost.amount),
    ]


def _received_late(settlement: Settlement, ends: Ints) -> int:
    """The last receipt up to the month end before the last; 0 when there is none."""
    payments = settlement.payments
    ours = (payments.entity == 0) & (payments.currency == 0) & (payments.kind != REFUND)
    amounts = payments.amount[ours & (payments.received <= ends[-2:][:1])]
    return int(amounts[-1]) if len(ends) > 1 and len(amounts) else 0
