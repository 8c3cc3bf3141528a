"""A whole demo book: everything drawn, in the order in which one thing follows from another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from analytics.demo import billing, control, customers, rates, settling, stories
from analytics.demo.billing import Charges
from analytics.demo.contracts import Contracts
from analytics.demo.control import Balances
from analytics.demo.customers import Customers
from analytics.demo.days import PaymentRuns, Span
from analytics.demo.rates import Rates
from analytics.demo.rows import Ints
from analytics.demo.settling import Settlement
from analytics.demo.stories import Disputes, Stories


@dataclass(frozen=True)
class Book:
    """What happened in three years, before it is put into tables."""

    seed: int
    span: Span
    customers: Customers
    credit_limits: Ints
    contracts: Contracts
    charges: Charges
    stories: Stories
    disputes: Disputes
    settlement: Settlement
    rates: Rates
    balances: Balances


def draw(invoices: int, seed: int, today: date) -> Book:
    """The book of `invoices` invoices that ends at `today`; the same arguments give the same book."""
    span = Span.ending(today)
    runs = PaymentRuns(span)
    clients = customers.draw(seed, invoices, span)
    charges, contracts = billing.draw(seed, clients, span, invoices)
    fates, disputes = stories.draw(seed, clients, charges, span, runs)
    settlement = settling.draw(seed, clients, charges, fates, span, runs)
    return Book(
        seed=seed,
        span=span,
        customers=clients,
        credit_limits=customers.credit_limits(seed, _yearly(clients, charges, span)),
        contracts=contracts,
        charges=charges,
        stories=fates,
        disputes=disputes,
        settlement=settlement,
        rates=rates.draw(seed, span),
        balances=control.draw(charges, settlement, span),
    )


def _yearly(clients: Customers, charges: Charges, span: Span) -> Ints:
    """What each customer was billed in the last 365 days, in cents."""
    recent = charges.take(charges.posted & (charges.issue > span.today - 365))
    billed = np.zeros(len(clients), np.int64)
    np.add.at(billed, recent.customer, recent.total)
    return billed
