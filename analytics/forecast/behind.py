"""What the expected receipts of a period are made of, row by row: open items, and billing to come by the customer who will pay it.

The coins are those that the forecast adds up, so that the rows of a source in a period are its mean, exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.forecast import cells
from analytics.forecast.amounts import Expected, by_row
from analytics.forecast.arrays import Ints
from analytics.forecast.replays import CONTRACTED, NEW, OPEN, View
from analytics.store import Store

OF_ITEMS = ["invoice_id", "installment_no", "customer_id", "currency", "due_date", "open_amount", "credit_amount"]
"""What is said of an open item."""


@dataclass(frozen=True)
class Layer:
    """The rows of one source."""

    rows: pd.DataFrame
    """Of `open` the columns `OF_ITEMS`, else `customer_id` and `currency`."""
    coins: Ints
    """A row for each of `rows`, a column for each period."""
    places: Ints
    """The decimals of each row's currency."""

    def expected(self, period: int) -> pd.Series[Any]:
        """What is expected of each of `rows` in a period."""
        return cells.frame({"expected": ("amount", cells.amounts(self.coins[:, period], self.places))})["expected"]

    def of(self, period: int) -> pd.DataFrame:
        """`rows` of which anything is expected in a period, with `expected`, the largest first."""
        coins = self.coins[:, period]
        order = np.argsort(-coins / 10.0**self.places, kind="stable")
        return self.rows.assign(expected=self.expected(period)).iloc[order[coins[order] > 0]].reset_index(drop=True)


def layer(store: Store, now: Expected, view: View, source: str, currencies: Sequence[str], items: pd.DataFrame) -> Layer:
    """The rows of a source; the groups of `view` are `currencies`, and `items` says of each open item what `OF_ITEMS` are."""
    places = cells.places_of(currencies)
    group, coins = by_row(now, view, source, places)
    if source == OPEN:
        return Layer(items[OF_ITEMS], coins, places[group])
    stream = {CONTRACTED: now.outlook.contracted, NEW: now.outlook.new}[source]
    shown = group >= 0
    pairs, row = np.unique(np.column_stack([stream.customer[shown], group[shown]]), axis=0, return_inverse=True)
    table = np.zeros((len(pairs), coins.shape[1]), np.int64)
    np.add.at(table, row.ravel(), coins[shown])
    customer, currency = pairs.T
    ids = _ids(store, customer)
    rows: dict[str, cells.Column] = {
        "customer_id": ("text", [ids[key] for key in customer.tolist()]),
        "currency": ("text", [currencies[place] for place in currency]),
    }
    return Layer(cells.frame(rows), table, places[currency])


def _ids(store: Store, keys: Ints) -> dict[int, str]:
    sql = "select customer_key, customer_id from customer_list where customer_key in (select unnest($keys))"
    return {row["customer_key"]: row["customer_id"] for row in store.rows(sql, {"keys": np.unique(keys).tolist()})}
