"""What has to be said beside a forecast: sentences, each only where it applies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from analytics.forecast.arrays import Floats
from analytics.forecast.book import Owed, late_records
from analytics.forecast.calendar import CLOSED
from analytics.forecast.fits import Fit
from analytics.forecast.groups import Groups
from analytics.forecast.models import Choice, Learned
from analytics.forecast.past import SHORT_HISTORY
from analytics.forecast.replays import CONTRACTED, FEWEST_REPLAYS, NEW, OPEN, SOURCES, enough
from analytics.scope import Scope
from analytics.store import Store
from analytics.store.population import parameters, unconverted

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ONLY = {
    OPEN: "Receipts of issued invoices only: this is not the whole of the cash to come.",
    CONTRACTED: "Receipts of what contracts will bill only: this is not the whole of the cash to come.",
    NEW: "Receipts of business expected beside contracts only, as it was billed in the last sixteen weeks.",
}


def of_population(store: Store, scope: Scope, sources: Sequence[str], owed: Owed) -> Iterator[str]:
    """What the forecast leaves out, or counts otherwise than the aging does."""
    if tuple(sources) == SOURCES:
        yield "Open: issued invoices. Contracted: what contracts will bill. New: other billing, as in the last sixteen weeks."
    else:
        yield ONLY[sources[0]]
    if owed.over_applied:
        yield f"{_counted(owed.over_applied, 'over-applied item')} left out: nothing is expected of what is open below zero."
    if late_records(store, scope):
        yield f"Applications recorded after {scope.day} count in the aging and not here: the two open amounts differ."
    if missing := _without_rate(store, scope):
        yield f"Invoices in {', '.join(missing)} are left out: there is no rate to {scope.currency}."


def of_method(known: Learned, choice: Choice, by: Sequence[str], groups: Groups, misses: Floats) -> Iterator[str]:
    """What the method had to do without, or learned of the calendar."""
    seen = known.seen
    if choice.simple is not None:
        yield f"A simple model does better on this book, and is used: {choice.simple}. The odds of invoices are the payment hazard's."
    if not seen.settled.any():
        yield "No invoice was paid yet: half of what is late is expected within as many days again and thirty."
    elif seen.young:
        yield f"Payments are known for less than {SHORT_HISTORY} days: customers are taken to pay as all do."
    closed = [DAYS[day] for day in np.flatnonzero(known.calendar.weekday < CLOSED)]
    if closed:
        yield f"Nothing is expected on a {' or '.join(closed)}: hardly anything ever came in on one."
    if (seen.owed < seen.book.amount * seen.open_share).any():
        yield "Credit notes and unapplied cash are set against what their customers owe first."
    if by:
        yield "The means of the groups add up to the mean of all; the other amounts do not."
    wide = int((~enough(misses).all(axis=1)).sum())
    if wide:
        whose = "The intervals are" if wide == len(groups.names) else f"The intervals of {wide} of {len(groups.names)} groups are"
        yield f"{whose} a wide rule, not experience: fewer than {FEWEST_REPLAYS} past cut-offs could be replayed."


def of_fit(fit: Fit) -> Iterator[str]:
    """Whose experience it is, where it is not that of these books."""
    if fit.earlier is not None:
        yield f"These books are being learned from: until then the intervals are those of generation {fit.earlier}."


def _without_rate(store: Store, scope: Scope) -> list[str]:
    """The currencies of open items that cannot be converted."""
    if scope.currency is None:
        return []
    sql = f"select distinct shown_currency as currency from {unconverted('segments', scope)} order by 1"
    return [row["currency"] for row in store.rows(sql, parameters(scope, scope.day))]


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun} is" if count == 1 else f"{count} {noun}s are"
