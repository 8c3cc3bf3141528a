"""What has to be said beside a forecast: sentences, each only where it applies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analytics.forecast.arrays import Floats
from analytics.forecast.book import Owed, late_records
from analytics.forecast.groups import Groups
from analytics.forecast.past import Past
from analytics.forecast.replays import FEWEST_REPLAYS, enough
from analytics.scope import Scope
from analytics.store import Store
from analytics.store.population import parameters, unconverted


def of_source(source: str | None) -> Iterator[str]:
    """What a forecast of another source than the open invoices has to say."""
    if source == "contracted":
        yield "Receipts of billing that is contracted and not issued yet are not forecast."
    if source == "new":
        yield "Receipts of business that is not contracted yet are not forecast."


def of_population(store: Store, scope: Scope, owed: Owed) -> Iterator[str]:
    """What the forecast leaves out, or counts otherwise than the aging does."""
    yield f"Receipts of issued invoices only: what is billed after {scope.day} is not in it, and unapplied credit is not set against it."
    if owed.over_applied:
        yield f"{_counted(owed.over_applied, 'over-applied item')} left out: nothing is expected of what is open below zero."
    if late_records(store, scope):
        yield f"Applications recorded after {scope.day} count in the aging and not here: the two open amounts differ."
    if missing := _without_rate(store, scope):
        yield f"Invoices in {', '.join(missing)} are left out: there is no rate to {scope.currency}."


def of_method(seen: Past, by: Sequence[str], groups: Groups, misses: Floats) -> Iterator[str]:
    """What the method had to do without, or learned of the calendar."""
    if not seen.settled.any():
        yield "No invoice was paid yet: half of what is late is expected within as many days again and thirty."
    if seen.keeps_weekends:
        yield "Nothing is expected on a Saturday or Sunday: hardly anything ever came in on one."
    if by:
        yield "The means of the groups add up to the mean of all; the other amounts do not."
    wide = int((~enough(misses).all(axis=1)).sum())
    if wide:
        whose = "The intervals are" if wide == len(groups.names) else f"The intervals of {wide} of {len(groups.names)} groups are"
        yield f"{whose} a wide rule, not experience: fewer than {FEWEST_REPLAYS} past cut-offs could be replayed."


def _without_rate(store: Store, scope: Scope) -> list[str]:
    """The currencies of open items that cannot be converted."""
    if scope.currency is None:
        return []
    sql = f"select distinct shown_currency as currency from {unconverted('segments', scope)} order by 1"
    return [row["currency"] for row in store.rows(sql, parameters(scope, scope.day))]


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun} is" if count == 1 else f"{count} {noun}s are"
