"""Pages of the rows behind a sum."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from analytics.money import minor_unit, rounded
from analytics.scope import Scope
from analytics.store.paging import rows_of_page
from analytics.store.store import Store


@dataclass(frozen=True)
class Rows:
    """A page of the rows of a sum: `rows` is a frame, the totals are of all of them, per currency."""

    total_items: int
    total_amount: dict[str, Decimal]
    rows: pd.DataFrame


def paged(store: Store, behind: str, items: str, sql: str, bound: dict[str, Any], page: int, size: int | None) -> Rows:
    """The rows that `sql` says of a page of the statement `behind`, which has `items` per currency, and what they add up to."""
    sums = f"select shown_currency, {items} as items, sum(value) as amount from ({behind}) group by 1 order by 1"
    on_page = rows_of_page(page, size)
    totals, rows = store.together(lambda: store.rows(sums, bound), lambda: store.frame(sql, bound | on_page))
    amounts = {row["shown_currency"]: rounded(row["amount"], row["shown_currency"]) for row in totals}
    return Rows(sum(row["items"] for row in totals), amounts, rows)


def shown(value: str, scope: Scope) -> str:
    """`value` as it is shown: rounded to the currency where it was converted."""
    exact = f"cast({value} as decimal(28, 4))"
    return exact if scope.currency is None else f"round({value}, {int(minor_unit(scope.currency))})"
