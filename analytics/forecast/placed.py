"""The open items of the as-of day, placed in time: the coins expected by each day, and all that is said of an invoice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.forecast import cells
from analytics.forecast.arrays import Floats, Ints
from analytics.forecast.book import Owed
from analytics.forecast.hazards import NEVER_AGE
from analytics.forecast.models import HAZARD, Choice, Learned, by_simple_models
from analytics.forecast.past import NEXT_TO_NOTHING
from analytics.forecast.reasons import Facts, reasons

WITHIN_DAYS = np.array([7, 30, 60, 90])
LATE_DAYS = np.array([0, 30])
CHANCES = ("p_paid_7", "p_paid_30", "p_paid_60", "p_paid_90", "p_late_0", "p_late_30", "p_never")
PAY_DATES = {"expected_pay_date": 0.5, "pay_date_lo80": 0.1, "pay_date_hi80": 0.9}
"""A pay date -> the chance with which the item is paid by it."""
FACTS_AT_ONCE = 2_000


@dataclass(frozen=True)
class Placed:
    """The open items, a row each in every field."""

    known: Learned
    owed: Owed
    credited: Ints
    """Coins of it that its customer's credit covers."""
    chances: Floats
    """A column for each of `CHANCES`."""
    pay_days: Ints
    """Days until each of `PAY_DATES`; 0 where it lies beyond the horizon."""

    def invoices(self) -> pd.DataFrame:
        """The frame `Forecast.invoices`."""
        seen, table, kept = self.known.seen, self.owed.table, self.known.habits
        customer = seen.book.customer[self.owed.item]
        age = seen.cutoff - seen.book.due[self.owed.item]
        places = cells.places_of(table["currency"].to_pylist())
        facts = Facts(
            settled=kept.settled[customer],
            usual=kept.median[customer],
            weekday=kept.weekday[customer],
            age=age,
            in_a_week=self.chances[:, 0],
            own=self.known.lives.own_weight(self.known.lives.row_of(customer), np.minimum(age, seen.age_of(self.owed.item))),
        )
        columns: dict[str, cells.Column] = {
            "invoice_id": ("text", table["invoice_id"]),
            "installment_no": ("count", table["installment_no"]),
            "customer_id": ("text", table["customer_id"]),
            "currency": ("text", table["currency"]),
            "due_date": ("date", table["due_date"]),
            "open_amount": ("amount", table["open_amount"]),
            "credit_amount": ("amount", cells.amounts(self.credited, places)),
            "days_past_due": ("count", age),
        }
        for place, name in enumerate(PAY_DATES):
            days = self.pay_days[:, place]
            columns[name] = ("date", cells.days(days + seen.cutoff, days > 0))
        for place, name in enumerate(CHANCES):
            columns[name] = ("ratio", cells.ratios(self.chances[:, place]))
        return cells.frame(columns | {"n_history": ("count", facts.settled), "reason": ("text", list(reasons(facts)))})


def placed(known: Learned, owed: Owed, choice: Choice, horizon: int) -> Placed:
    """What is said of each item `owed` at the as-of day; its pay dates are those of the `choice`."""
    chances, days = facts_of(known, owed.item, choice, horizon)
    return Placed(known, owed, owed.minor - payable(known, owed), chances, days)


def facts_of(known: Learned, items: Ints, choice: Choice, horizon: int) -> tuple[Floats, Ints]:
    """`CHANCES` of each of `items`, and the days until `PAY_DATES`; 0 where these lie beyond the horizon."""
    found = [_facts(known, items[first : first + FACTS_AT_ONCE], choice, horizon) for first in range(0, len(items), FACTS_AT_ONCE)]
    facts = np.vstack(found) if found else np.zeros((0, len(CHANCES) + len(PAY_DATES)))
    chances, days = np.split(facts, [len(CHANCES)], axis=1)
    return chances, days.astype(np.int64)


def payable(known: Learned, owed: Owed) -> Ints:
    """The coins of each item that its customer's credit does not cover: what is still to be paid."""
    seen = known.seen
    open_amount = seen.book.amount[owed.item] * seen.open_share[owed.item]
    share = np.divide(seen.owed[owed.item], open_amount, out=np.ones(len(owed.item)), where=open_amount > 0)
    return np.minimum(np.rint(owed.minor * share).astype(np.int64), owed.minor)


def _facts(known: Learned, items: Ints, choice: Choice, horizon: int) -> Floats:
    """Of each item: `CHANCES`, and the days until `PAY_DATES`. The chances are those of the payment hazard, whatever the choice."""
    seen, found = known.seen, known.lives
    row, now = found.row_of(seen.book.customer[items]), seen.age_of(items)
    days = np.arange(max(horizon, int(WITHIN_DAYS.max())) + 1)
    hazard = found.by_day(row, now, seen.book.country[items], known.calendar, days)
    due_in = (seen.book.due[items] - seen.cutoff)[:, None] + LATE_DAYS
    far_off = found.by_age(row, now, now[:, None] + due_in)
    near = np.take_along_axis(hazard, np.clip(due_in, 0, days[-1]), axis=1)
    never = 1.0 - found.by_age(row, now, np.full((len(items), 1), NEVER_AGE))
    used = hazard if choice == Choice() else choice.mix({HAZARD: hazard} | by_simple_models(known, items, days, hazard))
    used = used[:, : horizon + 1]
    dates = [np.argmax(used >= chance - NEXT_TO_NOTHING, axis=1) for chance in PAY_DATES.values()]
    late = 1.0 - np.where(due_in <= days[-1], near, np.maximum(far_off, near))
    return np.column_stack([hazard[:, WITHIN_DAYS], late, np.minimum(never, 1.0 - hazard[:, -1:]), *dates])
