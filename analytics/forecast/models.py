"""The models side by side: what each says of the open items at a cut-off, as the chance of each item to be paid by each day.

Ours is the daily hazard (`hazards`) with the calendar, blended with the customer's median date; the simple ones are what most tools
do. All of them see the same past.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analytics.forecast.arrays import Floats, Ints, summed, total
from analytics.forecast.billing import Stream, contracted, new_business, recent_items
from analytics.forecast.book import Book
from analytics.forecast.calendar import Calendar, calendar
from analytics.forecast.habits import Habits, habits
from analytics.forecast.hazards import Lives, lives, pooled
from analytics.forecast.past import NEXT_TO_NOTHING, YOUNGEST, Past, past
from analytics.forecast.tallies import of_everyone, tally

HAZARD = "payment hazard"
MEDIAN_AHEAD = "customer median date, where it is ahead"
DUE_DATE = "due date"
MEAN_DELAY = "due date + customer mean delay"
MEDIAN_DELAY = "due date + customer median delay"
ROLL_RATES = "roll rates"
MOVING_AVERAGE = "moving average"
SIMPLE = (DUE_DATE, MEAN_DELAY, MEDIAN_DELAY, ROLL_RATES, MOVING_AVERAGE)
ALL = (HAZARD, MEDIAN_AHEAD, *SIMPLE)

BLENDS = (0.0, 0.2, 0.35, 0.5)
"""The weights that the customer's median date may get in ours."""

AVERAGED_DAYS = 91
BUCKET_STARTS = np.array([1, 31, 61, 91])
"""The first age of each bucket of the roll rates after the first."""


@dataclass(frozen=True)
class Choice:
    """What is used on a book: a simple model, or ours with a weight for the customer's median date."""

    simple: str | None = None
    blend: float = 0.0

    def mix(self, said: dict[str, Floats]) -> Floats:
        """What is used, of what every model said."""
        if self.simple is not None:
            return said[self.simple]
        if not self.blend:
            return said[HAZARD]
        return (1.0 - self.blend) * said[HAZARD] + self.blend * said[MEDIAN_AHEAD]


OURS = tuple(Choice(blend=blend) for blend in BLENDS)
CHOICES = (*OURS, *(Choice(simple=name) for name in SIMPLE))


@dataclass(frozen=True)
class Learned:
    """All that the past of a cut-off teaches about so many days after it."""

    seen: Past
    lives: Lives
    calendar: Calendar
    habits: Habits

    @cached_property
    def rolled(self) -> Floats:
        """Bucket and days after the cut-off -> the chance of being paid by then, by the roll rates."""
        return _rolled(self.seen)

    @cached_property
    def collected_a_day(self) -> float:
        """The share of the open amount that came in a day, over the last 13 weeks."""
        return _collected_a_day(self.seen)


@dataclass(frozen=True)
class Outlook:
    """What is expected after a cut-off: of open items by every model, and of billing to come."""

    known: Learned
    items: Ints
    """The open items."""
    edges: Ints
    """Days after the cut-off, rising."""
    chances: dict[str, Floats]
    """Model -> a row for each item and a column for each edge."""
    contracted: Stream
    new: Stream


def learned(book: Book, cutoff: int, days: int) -> Learned:
    """What `book` teaches at `cutoff` about the `days` after it."""
    seen = past(book, cutoff, days)
    known = tally(seen)
    pools = pooled(known)
    return Learned(seen, lives(known, pools), calendar(seen, pools.everyone, days), habits(seen))


def open_items(seen: Past) -> Ints:
    """The positions of the items that are open."""
    return np.flatnonzero(seen.open_share > NEXT_TO_NOTHING)


def outlook(known: Learned, items: Ints, edges: Ints) -> Outlook:
    """What every model says of the open `items` by each of `edges`, and what is expected of billing to come."""
    seen, found, days = known.seen, known.lives, known.calendar
    row = found.row_of(seen.book.customer[items])
    hazard = found.by_day(row, seen.age_of(items), seen.book.country[items], days, edges)
    chances = {HAZARD: hazard} | by_simple_models(known, items, edges, hazard)
    new = new_business(seen, found, days, edges, recent_items(seen))
    return Outlook(known, items, edges, chances, contracted(seen, found, days, edges), new)


def by_simple_models(known: Learned, items: Ints, edges: Ints, hazard: Floats) -> dict[str, Floats]:
    """What the models beside the `hazard` say.

    A date that has passed, or on which nothing comes in, stands for the next open day.
    """
    seen, kept = known.seen, known.habits
    customer, due_in = seen.book.customer[items], seen.book.due[items] - seen.cutoff
    country = seen.book.country[items]
    median = due_in + np.rint(kept.median[customer]).astype(np.int64)
    mean = due_in + np.rint(kept.mean[customer]).astype(np.int64)
    on_due, on_mean, on_median = (_on_day(known.calendar.open_day(np.maximum(day, 1), country), edges) for day in (due_in, mean, median))
    return {
        MEDIAN_AHEAD: np.where((median > 0)[:, None], on_median, hazard),
        DUE_DATE: on_due,
        MEAN_DELAY: on_mean,
        MEDIAN_DELAY: on_median,
        ROLL_RATES: known.rolled[:, edges][np.searchsorted(BUCKET_STARTS, -due_in, side="right")],
        MOVING_AVERAGE: np.broadcast_to(1.0 - (1.0 - known.collected_a_day) ** edges, (len(items), len(edges))),
    }


def _on_day(day: Ints, edges: Ints) -> Floats:
    """Chances of 0 and 1: paid in full on one day."""
    return np.where(day[:, None] <= edges, 1.0, 0.0)


def _rolled(seen: Past) -> Floats:
    """Bucket and day -> the chance of being paid, where what is open pays, or rolls on, at its bucket's own daily rate."""
    paid, reached = of_everyone(seen, seen.size**2)
    bucket = np.searchsorted(BUCKET_STARTS, np.arange(seen.ages) + YOUNGEST, side="right")
    buckets = len(BUCKET_STARTS) + 1
    exposed = np.maximum(summed(bucket, reached, buckets), NEXT_TO_NOTHING)
    pays = np.minimum(summed(bucket, paid, buckets) / exposed, 1.0)
    rolls = np.minimum(np.append(reached[BUCKET_STARTS - YOUNGEST], 0.0) / exposed, 1.0 - pays)
    step = np.diag(1.0 - pays - rolls) + np.diag(rolls[:-1], 1)
    still, by_day = np.eye(buckets), [np.zeros(buckets)]
    for _ in range(seen.reach):
        by_day.append(by_day[-1] + still @ pays)
        still = still @ step
    return np.stack(by_day, axis=1)


def _collected_a_day(seen: Past) -> float:
    """The share of the open amount that came in a day, over the last 13 weeks; each currency by its own mean amount."""
    book, first = seen.book, seen.cutoff - AVERAGED_DAYS
    size = seen.size**2
    of_settled = book.settled_item
    gone = seen.part * size[of_settled]
    inside = (book.effective > first) & (book.effective <= seen.cutoff)
    came = total(np.where(inside, seen.paid * size[of_settled], 0.0))
    born = np.where(seen.alive, size, 0.0)
    open_days = total(born * np.clip(seen.cutoff - np.maximum(book.issued, first), 0, None))
    open_days -= total(gone * np.clip(seen.cutoff - np.maximum(book.effective, first), 0, None))
    return min(max(came / open_days, 0.0), 1.0) if open_days > NEXT_TO_NOTHING else 0.0
