"""The open items of the as-of day, placed in time: the coins expected by each day, and all that is said of an invoice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.forecast import cells
from analytics.forecast.arrays import Floats, Ints
from analytics.forecast.book import Book, Owed
from analytics.forecast.delays import NEVER_AGE, Block, blocks
from analytics.forecast.groups import Groups
from analytics.forecast.habits import habits
from analytics.forecast.past import Past, past
from analytics.forecast.periods import working_days
from analytics.forecast.reasons import reasons
from analytics.forecast.replays import Outlook, Sums, View, added_up, bounds, edges_in_use

WITHIN_DAYS = np.array([7, 30, 60, 90])
LATE_DAYS = np.array([0, 30])
CHANCES = ("p_paid_7", "p_paid_30", "p_paid_60", "p_paid_90", "p_late_0", "p_late_30", "p_never")
PAY_DATES = {"expected_pay_date": 0.5, "pay_date_lo80": 0.1, "pay_date_hi80": 0.9}
"""A pay date -> the chance with which the item is paid by it."""


@dataclass(frozen=True)
class Placed:
    """The open items, a row each in every field."""

    owed: Owed
    outlook: Outlook
    expected: Ints
    """Coins expected by each edge of the outlook: rising, and never more than what is owed."""
    chances: Floats
    """A column for each of `CHANCES`."""
    pay_days: Ints
    """The day of each of `PAY_DATES`; far in the future where there is none."""
    own_weight: Floats
    """How much the history of its customer weighs."""

    def amounts(self, view: View, groups: Groups, misses: Floats) -> dict[str, Ints]:
        """Coins of each group and span: `mean`, and the levels of `replays.bounds`, none above what the group owes."""
        group, places = view.group[self.owed.item], cells.places_of(groups.currencies)[:, None]
        mean = np.zeros((view.groups, len(view.spans)), np.int64)
        for column, span in enumerate(view.spans):
            first, last = np.searchsorted(self.outlook.edges, span)
            np.add.at(mean[:, column], group, self.expected[:, last] - self.expected[:, first])
        owed = np.zeros((view.groups, 1), np.int64)
        np.add.at(owed[:, 0], group, self.owed.minor)
        sums = Sums(mean / 10.0**places, added_up(self.outlook, view).spread)
        levels = bounds(sums, misses, view.spans)
        return {"mean": mean} | {name: np.minimum(cells.coins(bound, places), owed) for name, bound in levels.items()}

    def invoices(self, last_day: int) -> pd.DataFrame:
        """The frame `Forecast.invoices`, without pay dates after `last_day`."""
        seen, table = self.outlook.seen, self.owed.table
        kept, customer = habits(seen), seen.book.customer[self.owed.item]
        age = seen.cutoff - seen.book.due[self.owed.item]
        sentences = reasons(
            kept.settled[customer].tolist(),
            kept.median[customer].tolist(),
            age.tolist(),
            self.chances[:, 0].tolist(),
            self.own_weight.tolist(),
        )
        columns: dict[str, cells.Column] = {
            "invoice_id": ("text", table["invoice_id"]),
            "installment_no": ("count", table["installment_no"]),
            "customer_id": ("text", table["customer_id"]),
            "currency": ("text", table["currency"]),
            "due_date": ("date", table["due_date"]),
            "open_amount": ("amount", table["open_amount"]),
            "days_past_due": ("count", age),
        }
        for place, name in enumerate(PAY_DATES):
            columns[name] = ("date", cells.days(self.pay_days[:, place], self.pay_days[:, place] <= last_day))
        for place, name in enumerate(CHANCES):
            columns[name] = ("ratio", cells.ratios(self.chances[:, place]))
        return cells.frame(columns | {"n_history": ("count", kept.settled[customer]), "reason": ("text", list(sentences))})


def placed(book: Book, owed: Owed, edges: Ints) -> Placed:
    """Places what is `owed` at the as-of day by each of `edges`, which reach 90 days or more."""
    seen = past(book, book.day, int(edges.max()))
    parts = [_facts(seen, block, edges_in_use(seen, edges)) for block in blocks(seen, owed.item)]
    count, chances = len(edges), len(CHANCES)
    facts = np.vstack(parts) if parts else np.zeros((0, count + chances + len(PAY_DATES) + 1))
    by_edge, by_name, days, own = np.split(facts, [count, count + chances, count + chances + len(PAY_DATES)], axis=1)
    pay_days = days.astype(np.int64) + seen.cutoff
    expected = cells.coins(by_edge * owed.minor[:, None], np.zeros(1, np.int64))
    return Placed(
        owed=owed,
        outlook=Outlook(seen, owed.item, edges, by_edge),
        expected=np.minimum(expected, owed.minor[:, None]),
        chances=by_name,
        pay_days=working_days(pay_days) if seen.keeps_weekends else pay_days,
        own_weight=own[:, 0],
    )


def _facts(seen: Past, block: Block, edges: Ints) -> Floats:
    """Of each item of `block`: its chance by each edge, `CHANCES`, days until `PAY_DATES`, and its customer's weight."""
    due_in = (seen.book.due[block.items] - seen.cutoff)[:, None]
    return np.column_stack(
        [
            block.within(edges),
            block.within(edges_in_use(seen, WITHIN_DAYS)),
            1.0 - block.within(due_in + LATE_DAYS),
            1.0 - block.within(NEVER_AGE - block.age[:, None]),
            *(block.days_until(chance) for chance in PAY_DATES.values()),
            block.own_weight(),
        ]
    )
