"""What becomes of each invoice: paid in full or in parts, credited, disputed, discounted, never paid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.demo.billing import INVOICE, Charges
from analytics.demo.customers import EARLY, PROFILES, SEASONAL, WORSENING, Customers
from analytics.demo.days import RUN_LEAD, PaymentRuns, Span, month_end, months
from analytics.demo.rows import NEVER, NONE, Flags, Floats, Ints, Rows, chance, picked, whole

UNBILLED, PLAIN, PARTIAL, INSTALLMENTS, ADVANCE, CREDITED, DISPUTED, SHORT, LOST = range(9)
REASONS = ("Price differs", "Quantity differs", "Damaged goods", "Order number missing", "Service incomplete")


@dataclass(frozen=True)
class Stories(Rows):
    """One row per charge. Amounts are what is settled otherwise than by payment; days are NEVER when it does not occur.

    `pays` is the day the customer means to pay the whole, or the first part, before its payment run is looked up.
    """

    story: Ints
    pays: Ints
    parts: Ints
    credit: Ints
    credited: Ints
    discount: Ints
    write_off: Ints
    written_off: Ints


@dataclass(frozen=True)
class Disputes(Rows):
    """One row per dispute; `closed` is NEVER while it is open."""

    charge: Ints
    opened: Ints
    closed: Ints
    reason: Ints
    amount: Ints


def draw(seed: int, customers: Customers, charges: Charges, span: Span, runs: PaymentRuns) -> tuple[Stories, Disputes]:
    """A story for every charge, and the disputes that delay some of them."""
    rng = chance(seed, "stories")
    story = _kinds(rng, customers, charges, span)
    pays = _intended(rng, customers, charges, story)
    disputes = _disputes(rng, charges, story, span)
    pays = np.maximum(pays, _free_again(disputes, len(charges)))
    discount = np.where(_early_payer(rng, customers, charges, story), (charges.total * 200 + 5_000) // 10_000, 0)
    credit, credited = _credits(rng, charges, story, disputes, runs)
    write_off, written_off = _write_offs(rng, charges, story, pays)
    stories = Stories(
        story=story,
        pays=np.where(discount > 0, charges.issue + 6 + rng.integers(0, 3, len(charges)), pays),
        parts=_parts(rng, story),
        credit=credit,
        credited=credited,
        discount=discount,
        write_off=write_off,
        written_off=written_off,
    )
    return stories, disputes


def _kinds(rng: np.random.Generator, customers: Customers, charges: Charges, span: Span) -> Ints:
    size = len(charges)
    kinds = np.array([PLAIN, PARTIAL, INSTALLMENTS, ADVANCE, CREDITED, DISPUTED, SHORT])
    story = kinds[picked(rng, [0.81, 0.045, 0.03, 0.012, 0.028, 0.05, 0.012], size)]
    small = (charges.total < 150_000) | (charges.contract != NONE) | (charges.kind != INVOICE)
    story = np.where((story == INSTALLMENTS) & small, PLAIN, story)
    story = np.where((story == ADVANCE) & (charges.issue < span.first + 40), PLAIN, story)
    lost = np.array([profile.never for profile in PROFILES])[customers.profile[charges.customer]]
    lost = lost * np.sqrt(200_000 / charges.total).clip(0.4, 2)
    story = np.where((rng.random(size) < lost) & (charges.kind == INVOICE), LOST, story)
    return np.where(charges.posted, story, UNBILLED)


def _intended(rng: np.random.Generator, customers: Customers, charges: Charges, story: Ints) -> Ints:
    """The day each customer means to pay: the due date, its habit, the season and some luck."""
    customer = charges.customer
    spread = np.array([profile.spread for profile in PROFILES])[customers.profile[customer]]
    luck = rng.normal(0, 1, len(charges)) + 0.25 * rng.exponential(1, len(charges)) ** 2
    mislaid = np.where(rng.random(len(charges)) < 0.065, 16 + rng.exponential(38, len(charges)), 0.0)
    delay = customers.delay[customer] + spread * luck + _season(customers, charges) + mislaid
    lead = np.array(RUN_LEAD)[customers.run[customers.payer[customer]]]
    day = np.maximum(charges.due + whole(delay) - lead, charges.issue + 1)
    day = np.where(story == ADVANCE, charges.issue - rng.integers(4, 30, len(charges)), day)
    return np.where((story == LOST) | (story == UNBILLED), NEVER, day)


def _season(customers: Customers, charges: Charges) -> Floats:
    """Extra days: seasonal payers wait out the summer and the year's end, worsening ones wait longer each month."""
    profile = customers.profile[charges.customer]
    month = months(charges.due) % 12
    slack = np.isin(month, [6, 7, 11]) * 24.0
    age = (charges.issue - charges.issue[:1]) / 365
    return np.asarray(np.where(profile == SEASONAL, slack, 0.0) + np.where(profile == WORSENING, age * 11, 0.0))


def _disputes(rng: np.random.Generator, charges: Charges, story: Ints, span: Span) -> Disputes:
    """The disputes opened by today, a few of them reopened after they were closed."""
    charge = np.flatnonzero(story == DISPUTED)
    opened = charges.issue[charge] + 4 + rng.integers(0, 20 + charges.terms[charge])
    first = _dispute(rng, charges, charge, opened)
    again = first.take((rng.random(len(charge)) < 0.05) & (first.closed < span.today - 10))
    second = _dispute(rng, charges, again.charge, again.closed + 3)
    known = first.followed_by(second)
    known = known.take(span.happened(known.opened))
    still_open = np.where(span.happened(known.closed), known.closed, NEVER)
    known = Disputes(**{**vars(known), "closed": still_open})
    return known.take(np.lexsort((known.charge, known.opened)))


def _dispute(rng: np.random.Generator, charges: Charges, charge: Ints, opened: Ints) -> Disputes:
    size = len(charge)
    share = np.where(rng.random(size) < 0.6, 1.0, rng.uniform(0.1, 0.7, size))
    return Disputes(
        charge=charge,
        opened=opened,
        closed=opened + 5 + whole(rng.lognormal(3.3, 0.7, size)),
        reason=picked(rng, [0.3, 0.2, 0.15, 0.2, 0.15], size),
        amount=whole(charges.total[charge] * share),
    )


def _free_again(disputes: Disputes, charges: int) -> Ints:
    """For each charge, the day after which its disputes no longer keep it from being paid."""
    free = np.zeros(charges, np.int64)
    np.maximum.at(free, disputes.charge, np.where(disputes.closed < NEVER, disputes.closed + 4, NEVER))
    return free


def _early_payer(rng: np.random.Generator, customers: Customers, charges: Charges, story: Ints) -> Flags:
    early = (customers.profile[charges.customer] == EARLY) & (story == PLAIN) & (charges.terms > 14)
    return np.asarray(early & (charges.kind == INVOICE) & (rng.random(len(charges)) < 0.55))


def _credits(rng: np.random.Generator, charges: Charges, story: Ints, disputes: Disputes, runs: PaymentRuns) -> tuple[Ints, Ints]:
    """Amount and day of the credit note of each charge: by complaint, or when a dispute ends in the customer's favour."""
    size = len(charges)
    share = np.where(rng.random(size) < 0.2, 1.0, rng.uniform(0.04, 0.5, size))
    closed = np.full(size, NEVER)
    closed[disputes.charge] = disputes.closed
    settled = (story == DISPUTED) & (rng.random(size) < 0.35)
    day = np.where(story == CREDITED, charges.issue + rng.integers(4, 45, size), np.where(settled, closed, NEVER))
    day = runs.working_day(day)
    return np.where(day < NEVER, whole(charges.total * share), 0), day


def _write_offs(rng: np.random.Generator, charges: Charges, story: Ints, pays: Ints) -> tuple[Ints, Ints]:
    """Amount and month end of the write-off of each charge: old ones nobody will pay, and small shortfalls."""
    size = len(charges)
    hopeless = (story == LOST) & (rng.random(size) < 0.9)
    shortfall = np.minimum(charges.total * rng.integers(1, 4, size) // 100, 4_900)
    amount = np.where(hopeless, charges.total, np.where(story == SHORT, shortfall, 0))
    day = np.where(story == SHORT, pays + 35, charges.due + rng.integers(100, 230, size))
    happens = (amount > 0) & (day < NEVER)
    return amount, np.where(happens, month_end(np.where(happens, day, 0)), NEVER)


def _parts(rng: np.random.Generator, story: Ints) -> Ints:
    """Into how many payments each charge is split."""
    size = len(story)
    few, many = rng.integers(2, 4, size), rng.integers(2, 5, size)
    return np.where(story == PARTIAL, few, np.where(story == INSTALLMENTS, many, 1))
