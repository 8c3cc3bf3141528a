"""Concentration: how much of what is open the largest debtors owe.

Of customers who owe something (open amounts that add up to more than zero): a share is of the sum of theirs, and HHI is the sum of
the squared shares (1 is a single debtor, 1/n are n equal ones). The others, in credit, are counted apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate

import pandas as pd

from analytics.errors import UsageError
from analytics.frames import frame_of
from analytics.money import exactly, rounded, rounded_to
from analytics.scope import Scope
from analytics.store import Store
from analytics.store.population import parameters, relation

STEPS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700)
"""The numbers of debtors that a curve has a point at, and these times a thousand, and the last of all."""


@dataclass(frozen=True)
class Concentration:
    """`curve` has `debtors` (the n largest), `amount` (what they owe) and `share` (4 decimals); `hhi` is null where nobody owes.

    `in_credit` customers, whose open amounts add up to less than zero, to `credit` (below zero) in all, are in none of these.
    """

    currency: str | None
    debtors: int
    total: Decimal
    hhi: Decimal | None
    curve: pd.DataFrame
    in_credit: int
    credit: Decimal


def curve(store: Store, scope: Scope, *, late: bool = False) -> Concentration:
    """The share of the n largest debtors of what is open at the as-of day, or (`late`) of what is past due.

    The scope must come down to one currency: convert, or filter `currency`.
    """
    scope = store.resolve(scope)
    rows = store.rows(
        f"select shown_currency, customer_key, sum(value) as owed from {relation('segments', scope)} "
        f"where {'$day > due_date' if late else 'true'} group by shown_currency, customer_key having sum(value) <> 0 order by owed desc",
        parameters(scope, scope.day) | {"day": scope.day},
    )
    currencies = {row["shown_currency"] for row in rows}
    if len(currencies) > 1:
        raise UsageError("amounts of several currencies cannot be ranked: convert them, or filter one currency")
    with exactly():
        sums_owed = [Decimal(row["owed"]) for row in rows]
        owed, credits = [each for each in sums_owed if each > 0], [each for each in sums_owed if each < 0]
        currency, total = next(iter(currencies), None), sum(owed, Decimal(0))
        hhi = rounded_to(Fraction(sum((each * each for each in owed), Decimal(0))) / Fraction(total * total), 4) if owed else None
        sums = list(accumulate(owed))
        points = [
            {
                "debtors": count,
                "amount": rounded(sums[count - 1], str(currency)),
                "share": rounded_to(Fraction(sums[count - 1]) / Fraction(total), 4),
            }
            for count in _counts(len(owed))
        ]
    shown, credit = (rounded(each, currency) if currency else each for each in (total, sum(credits, Decimal(0))))
    frame = frame_of(points, {"debtors": "count", "amount": "amount", "share": "ratio"})
    return Concentration(currency, len(owed), shown, hhi, frame, len(credits), credit)


def _counts(debtors: int) -> list[int]:
    wanted = [*STEPS, *(1000 * step for step in STEPS)]
    return [*(count for count in wanted if count < debtors), *([debtors] if debtors else [])]
