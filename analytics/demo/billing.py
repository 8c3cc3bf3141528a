"""What the demo book bills: invoices and debit notes, with their dates, amounts, tax and status."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.demo import contracts as agreements
from analytics.demo.contracts import Contracts
from analytics.demo.customers import TERMS, Customers
from analytics.demo.days import Span, weekday
from analytics.demo.rows import NEVER, NONE, Flags, Ints, Rows, chance, picked, whole

INVOICE, DEBIT_NOTE, CREDIT_NOTE = range(3)
DRAFT, POSTED, VOID = range(3)
FROM_CONTRACTS = 0.2
DEBIT_NOTES = 0.004


@dataclass(frozen=True)
class Charges(Rows):
    """One row per invoice or debit note, in order of issue; `tax_rate` is in hundredths of a per cent."""

    kind: Ints
    customer: Ints
    entity: Ints
    currency: Ints
    issue: Ints
    terms: Ints
    subtotal: Ints
    tax_rate: Ints
    contract: Ints
    status: Ints
    voided: Ints

    @property
    def tax(self) -> Ints:
        """Tax, rounded half up to the cent."""
        return (self.subtotal * self.tax_rate + 5_000) // 10_000

    @property
    def total(self) -> Ints:
        """Subtotal and tax."""
        return self.subtotal + self.tax

    @property
    def due(self) -> Ints:
        """The day agreed by the terms."""
        return self.issue + self.terms

    @property
    def posted(self) -> Flags:
        """Neither draft nor void."""
        return np.asarray(self.status == POSTED)


def draw(seed: int, customers: Customers, span: Span, invoices: int) -> tuple[Charges, Contracts]:
    """Exactly `invoices` invoices, a few debit notes on top, and the contracts some of the invoices come from."""
    rng = chance(seed, "billing")
    contracts, contract, billed = agreements.draw(seed, customers, span, int(invoices * FROM_CONTRACTS))
    notes = whole(np.array([invoices * DEBIT_NOTES]))[0]
    loose = invoices - len(contract) + notes
    kind = np.where(np.arange(loose) < notes, DEBIT_NOTE, INVOICE)
    customer, issue = _issued(rng, customers, span, loose)
    price = _prices(rng, customers, span, customer, issue)
    charges = _charges(
        rng,
        customers,
        kind=np.concatenate([kind, np.full(len(contract), INVOICE)]),
        customer=np.concatenate([customer, contracts.customer[contract]]),
        issue=np.concatenate([issue, billed]),
        subtotal=np.concatenate([np.where(kind == DEBIT_NOTE, price // 20 + 1_500, price), contracts.amount[contract]]),
        contract=np.concatenate([np.full(loose, NONE), contract]),
    )
    return _with_status(rng, charges.take(np.argsort(charges.issue, kind="stable")), span), contracts


def _charges(
    rng: np.random.Generator,
    customers: Customers,
    *,
    kind: Ints,
    customer: Ints,
    issue: Ints,
    subtotal: Ints,
    contract: Ints,
) -> Charges:
    size = len(kind)
    loose = contract == NONE
    home = customers.of_countries("entity")[customer]
    elsewhere = customers.second_entity[customer] & loose & (rng.random(size) < 0.3)
    terms = customers.terms[customer]
    special = np.array(TERMS, np.int64)[picked(rng, [0.2, 0.5, 0.2, 0.1], size)]
    return Charges(
        kind=kind,
        customer=customer,
        entity=np.where(elsewhere, (home + 1) % 3, home),
        currency=np.where(loose & (rng.random(size) < 0.015), 0, customers.currency[customer]),
        issue=issue,
        terms=np.where(loose & (rng.random(size) < 0.05), special, terms),
        subtotal=subtotal,
        tax_rate=customers.tax[customer],
        contract=contract,
        status=np.full(size, POSTED),
        voided=np.full(size, NEVER),
    )


def _issued(rng: np.random.Generator, customers: Customers, span: Span, size: int) -> tuple[Ints, Ints]:
    """Customer and day of `size` documents, by the size of the customers and the rhythm of billing in their time."""
    steps = np.concatenate([[0.0], np.cumsum(span.billing_weight())])
    low = steps[customers.since - span.first]
    length = steps[customers.until - span.first + 1] - low
    customer = picked(rng, customers.weight * length, size)
    place = low[customer] + rng.random(size) * length[customer]
    return customer, span.first + np.searchsorted(steps, place, side="right") - 1


def _prices(rng: np.random.Generator, customers: Customers, span: Span, customer: Ints, issue: Ints) -> Ints:
    """Log-normal amounts in cents that rise 3 % a year; a third are round."""
    rise = 1.03 ** ((issue - span.first) / 365)
    cents = whole(customers.price[customer] * rise * rng.lognormal(-0.28, 0.75, len(customer))).clip(1_900, 40_000_000)
    return np.where(rng.random(len(customer)) < 0.33, (cents // 2_500 + 1) * 2_500, cents)


def _with_status(rng: np.random.Generator, charges: Charges, span: Span) -> Charges:
    """Drafts among the newest, and a few voids soon after issue; contract invoices are neither."""
    size = len(charges)
    loose = (charges.contract == NONE) & (charges.kind == INVOICE)
    draft = loose & (charges.issue > span.today - 7) & (rng.random(size) < 0.2)
    voided = charges.issue + 1 + rng.integers(0, 25, size)
    voided += np.array([0, 0, 0, 0, 0, 2, 1])[weekday(voided)]
    void = loose & ~draft & (rng.random(size) < 0.012) & span.happened(voided)
    status = np.where(draft, DRAFT, np.where(void, VOID, POSTED))
    return Charges(**{**vars(charges), "status": status, "voided": np.where(void, voided, NEVER)})
