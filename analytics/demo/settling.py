"""How charges are settled: payments, credit notes, discounts and write-offs, each with its applications."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analytics.demo import cash, parts
from analytics.demo.applications import BY_CREDIT_NOTE, BY_DISCOUNT, BY_WRITE_OFF, Applications, with_detours
from analytics.demo.billing import Charges
from analytics.demo.cash import Payments
from analytics.demo.customers import Customers
from analytics.demo.days import PaymentRuns, Span
from analytics.demo.rows import NEVER, NONE, Ints, Rows, chance
from analytics.demo.stories import Stories


@dataclass(frozen=True)
class Credits(Rows):
    """One row per credit note; `charge` is NONE for goodwill that is not applied yet."""

    charge: Ints
    customer: Ints
    entity: Ints
    currency: Ints
    issue: Ints
    total: Ints
    tax_rate: Ints

    @property
    def tax(self) -> Ints:
        """The tax inside the total, rounded half up to the cent."""
        base = 10_000 + self.tax_rate
        return (2 * self.total * self.tax_rate + base) // (2 * base)


@dataclass(frozen=True)
class Settlement:
    """Everything that settles charges, up to today."""

    payments: Payments
    credits: Credits
    applications: Applications


def draw(seed: int, customers: Customers, charges: Charges, stories: Stories, span: Span, runs: PaymentRuns) -> Settlement:
    """Lives every story up to today."""
    brought = parts.paid(seed, customers, charges, stories, span, runs)
    money = cash.draw(seed, customers, charges, stories, brought, span, runs)
    credits, credited = _credited(seed, charges, stories, span, runs)
    others = credited.followed_by(_discounts(money.applications, stories), _write_offs(stories, span))
    lasting = money.payments.reversed[money.applications.origin] == NEVER
    applications = with_detours(seed, money.applications, others, lasting, charges, span).followed_by(others)
    return Settlement(money.payments, credits, applications.take(np.argsort(applications.applied, kind="stable")))


def _credited(seed: int, charges: Charges, stories: Stories, span: Span, runs: PaymentRuns) -> tuple[Credits, Applications]:
    """Credit notes with their applications; recent goodwill is not applied yet."""
    rng = chance(seed, "credits")
    charge = np.flatnonzero((stories.credit > 0) & span.happened(stories.credited))
    likely = charges.posted & (charges.issue > span.today - 90) & (rng.random(len(charges)) < 0.03)
    goodwill = np.flatnonzero(likely)
    related = np.concatenate([charge, goodwill])
    issue = np.concatenate([stories.credited[charge], runs.working_day(charges.issue[goodwill] + 9)])
    credits = Credits(
        charge=np.concatenate([charge, np.full(len(goodwill), NONE)]),
        customer=charges.customer[related],
        entity=charges.entity[related],
        currency=charges.currency[related],
        issue=issue,
        total=np.concatenate([stories.credit[charge], charges.total[goodwill] // 12 + 500]),
        tax_rate=charges.tax_rate[related],
    )
    credits = credits.take(np.argsort(issue, kind="stable"))
    credits = credits.take(span.happened(credits.issue))
    wait = np.where(rng.random(len(credits)) < 0.15, rng.integers(1, 20, len(credits)), 0)
    applications = Applications(
        source=np.full(len(credits), BY_CREDIT_NOTE),
        origin=np.arange(len(credits)),
        charge=credits.charge,
        applied=credits.issue + wait,
        amount=credits.total,
    )
    return credits, applications.take((credits.charge != NONE) & span.happened(applications.applied))


def _discounts(applications: Applications, stories: Stories) -> Applications:
    """The discount each early payer took, applied with its payment."""
    paid = applications.take(stories.discount[applications.charge] > 0)
    _, first = np.unique(paid.charge, return_index=True)
    paid = paid.take(first)
    size = len(paid)
    return replace(paid, source=np.full(size, BY_DISCOUNT), origin=np.full(size, NONE), amount=stories.discount[paid.charge])


def _write_offs(stories: Stories, span: Span) -> Applications:
    charge = np.flatnonzero(span.happened(stories.written_off) & (stories.write_off > 0))
    return Applications(
        source=np.full(len(charge), BY_WRITE_OFF),
        origin=np.full(len(charge), NONE),
        charge=charge,
        applied=stories.written_off[charge],
        amount=stories.write_off[charge],
    )
