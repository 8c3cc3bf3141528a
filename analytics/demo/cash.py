"""Money that comes in and goes back: receipts in payment runs, overpaid, unmatched, taken back by the bank, refunded."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analytics.demo.applications import BY_PAYMENT, Applications
from analytics.demo.billing import Charges
from analytics.demo.customers import Customers
from analytics.demo.days import ANY_DAY, PaymentRuns, Span
from analytics.demo.parts import Parts
from analytics.demo.rows import NEVER, NONE, Ints, Rows, chance
from analytics.demo.stories import ADVANCE, Stories

RECEIPT, REFUND = range(2)


@dataclass(frozen=True)
class Payments(Rows):
    """One row per receipt or refund; `reversed` is NEVER unless the bank took it back."""

    kind: Ints
    customer: Ints
    entity: Ints
    currency: Ints
    received: Ints
    amount: Ints
    reversed: Ints


@dataclass(frozen=True)
class Cash:
    """Payments, and the applications whose `origin` is a row of them."""

    payments: Payments
    applications: Applications

    def followed_by(self, *others: Cash) -> Cash:
        """All the payments, with all their applications."""
        sizes = np.cumsum([len(self.payments), *(len(other.payments) for other in others)])
        moved = [
            replace(other.applications, origin=other.applications.origin + size) for other, size in zip(others, sizes[:-1], strict=True)
        ]
        return Cash(self.payments.followed_by(*(other.payments for other in others)), self.applications.followed_by(*moved))

    def in_order(self) -> Cash:
        """Payments in order of receipt, `origin` following them."""
        order = np.argsort(self.payments.received, kind="stable")
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        return Cash(self.payments.take(order), replace(self.applications, origin=place[self.applications.origin]))


def draw(seed: int, customers: Customers, charges: Charges, stories: Stories, parts: Parts, span: Span, runs: PaymentRuns) -> Cash:
    """The payments that bring `parts`, and those that match no charge, in order of receipt."""
    rng = chance(seed, "cash")
    cash = _remitted(rng, customers, charges, stories, parts, span)
    cash = cash.followed_by(_paid_again(rng, cash, span, runs))
    cash = _overpaid(rng, cash, span, runs)
    cash = cash.followed_by(_on_account(rng, customers, charges, span, runs), _paid_twice(cash, charges, span, runs))
    return cash.in_order()


def _remitted(rng: np.random.Generator, customers: Customers, charges: Charges, stories: Stories, parts: Parts, span: Span) -> Cash:
    """Receipts with their applications: one receipt for all that a payer's run brings to an entity in a currency."""
    payer = customers.payer[charges.customer[parts.charge]]
    entity, currency = charges.entity[parts.charge], charges.currency[parts.charge]
    run = ((payer * 3 + entity) * 3 + currency) * NEVER + parts.day
    alone = (customers.run[payer] == ANY_DAY) & (rng.random(len(parts)) < 0.9)
    _, first, receipt = np.unique(np.where(alone, -1 - np.arange(len(parts)), run), return_index=True, return_inverse=True)
    size = len(first)
    received = parts.day[first]
    returned = received + rng.integers(2, 8, size)
    bounces = (rng.random(size) < 0.006) & span.happened(returned)
    amount = np.zeros(size, np.int64)
    np.add.at(amount, receipt, parts.amount)
    payments = Payments(
        kind=np.full(size, RECEIPT),
        customer=payer[first],
        entity=entity[first],
        currency=currency[first],
        received=received,
        amount=amount,
        reversed=np.where(bounces, returned, NEVER),
    )
    wait = np.where((rng.random(size) < 0.05) & ~bounces, rng.integers(1, 13, size), 0)
    waits_for_invoice = (stories.story[parts.charge] == ADVANCE) & (rng.random(len(parts)) < 0.5)
    applied = parts.day + wait[receipt]
    applied = np.where(waits_for_invoice, np.maximum(applied, charges.issue[parts.charge]), applied)
    applications = Applications(
        source=np.full(len(parts), BY_PAYMENT), origin=receipt, charge=parts.charge, applied=applied, amount=parts.amount
    )
    return Cash(payments, applications.take(span.happened(applied)))


def _paid_again(rng: np.random.Generator, cash: Cash, span: Span, runs: PaymentRuns) -> Cash:
    """The receipts that replace those the bank took back."""
    returned = cash.payments.reversed
    received = runs.working_day(np.where(returned < NEVER, returned + rng.integers(3, 15, len(returned)), NEVER))
    again = np.flatnonzero(span.happened(received))
    payments = replace(cash.payments, received=received, reversed=np.full(len(returned), NEVER)).take(again)
    place = np.full(len(returned), NONE)
    place[again] = np.arange(len(again))
    applications = cash.applications.take(place[cash.applications.origin] != NONE)
    origin = place[applications.origin]
    return Cash(payments, replace(applications, origin=origin, applied=payments.received[origin]))


def _overpaid(rng: np.random.Generator, cash: Cash, span: Span, runs: PaymentRuns) -> Cash:
    """The same cash, some receipts larger than what they settle, and the refunds of most of those after some weeks."""
    payments = cash.payments
    size = len(payments)
    over = (payments.reversed == NEVER) & (rng.random(size) < 0.005)
    extra = np.where(over, np.maximum(payments.amount * rng.integers(2, 30, size) // 100, 500), 0)
    back = runs.working_day(np.where(rng.random(size) < 0.85, payments.received + rng.integers(15, 50, size), NEVER))
    refunds = replace(payments, kind=np.full(size, REFUND), received=back, amount=extra)
    refunds = refunds.take(over & span.happened(back))
    paid = Cash(replace(payments, amount=payments.amount + extra), cash.applications)
    return paid.followed_by(Cash(refunds, Applications.none()))


def _on_account(rng: np.random.Generator, customers: Customers, charges: Charges, span: Span, runs: PaymentRuns) -> Cash:
    """Recent receipts nobody has been able to match yet."""
    model = charges.take(np.flatnonzero(charges.posted & (charges.issue > span.today - 75)))
    model = model.take(rng.random(len(model)) < 0.012)
    size = len(model)
    received = runs.working_day(model.issue + rng.integers(5, 40, size))
    payments = Payments(
        kind=np.full(size, RECEIPT),
        customer=customers.payer[model.customer],
        entity=model.entity,
        currency=model.currency,
        received=received,
        amount=(model.total // 10_000 + 1) * 5_000,
        reversed=np.full(size, NEVER),
    )
    return Cash(payments.take(span.happened(received)), Applications.none())


def _paid_twice(cash: Cash, charges: Charges, span: Span, runs: PaymentRuns) -> Cash:
    """Two invoices paid and applied twice by mistake: their open amounts are negative."""
    applications = cash.applications
    recent = (applications.applied > span.today - 90) & (applications.applied < span.today - 20)
    whole_ = (applications.amount == charges.total[applications.charge]) & (applications.amount < 1_000_000)
    alive = cash.payments.reversed[applications.origin] == NEVER
    twice = applications.take(np.flatnonzero(recent & whole_ & alive)[:2])
    received = runs.working_day(twice.applied + 7)
    payments = replace(cash.payments.take(twice.origin), received=received, amount=twice.amount)
    return Cash(payments, replace(twice, origin=np.arange(len(twice)), applied=received))
