"""What a back-test said of each open item at its cut-offs, beside what became of it: the rows behind days off and odds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from analytics.errors import UsageError
from analytics.forecast import cells
from analytics.forecast.arrays import Floats, Ints, date_of, number_of
from analytics.forecast.backtest import Backtest
from analytics.forecast.book import PLACES
from analytics.forecast.judged import JUDGED, Facts
from analytics.forecast.placed import CHANCES
from analytics.store import Store
from analytics.store.paging import rows_of_page


@dataclass(frozen=True)
class Foretold:
    """A page of the items, the most days off first; the counts are of all of them."""

    total_items: int
    paid_items: int
    """Those paid within the horizon: of the others nobody knows by how many days they were off."""
    days_off: int
    """The sum of it over those paid: days off are this by each of them."""
    rows: pd.DataFrame
    """`cutoff`, `invoice_id`, `installment_no`, `customer_id`, `name`, `currency`, `due_date`, `open_amount` (at the cut-off, in its own
    currency), `expected_pay_date` (empty beyond the horizon, whose end then counts), `paid_date` (empty where it is not paid yet),
    `days_off` and `days_off_median` (of the customer's median date), `n_history`, `p_paid_30` and `paid_30`, `p_late_0` and `late_0`
    (the chance that was given, and whether it came true; empty where that is not known)."""


def foretold(store: Store, found: Backtest, *, cutoff: date | None = None, page: int = 1, size: int | None = 50) -> Foretold:
    """The items that were open at one cut-off of a back-test, or at any; without a `size` all are on the page, for a file.

    Raises `UsageError` for a day that is no cut-off, or a page that cannot be.
    """
    facts, part = found.facts, rows_of_page(page, size)
    asked = np.arange(len(facts.cutoff)) if cutoff is None else np.flatnonzero(facts.cutoff == number_of(cutoff))
    if cutoff is not None and not len(asked):
        said = ", ".join(date_of(day).isoformat() for day in np.unique(facts.cutoff).tolist())
        raise UsageError(f"{cutoff} is not a day that the back-test replayed: {said or 'there are none'}")
    error = facts.error[asked]
    paid = ~np.isnan(error)
    shown = asked[part["offset"] : part["offset"] + part["size"]]
    return Foretold(len(asked), int(paid.sum()), int(error[paid].sum()), _rows(store, facts, shown))


def _rows(store: Store, facts: Facts, shown: Ints) -> pd.DataFrame:
    sql = (
        "select d.invoice_id, n.installment_no, c.customer_id, c.name, d.currency::varchar as currency "
        "from (select unnest($invoices) as invoice_key, unnest($places) as place, unnest(range(len($invoices))) as row) k "
        f"join documents d on d.invoice_key = k.invoice_key left join {PLACES} n on d.has_installments "
        "and n.invoice_key = k.invoice_key and n.place = k.place "
        "left join customer_list c on c.customer_key = d.customer_key order by k.row"
    )
    named = store.table(sql, {"invoices": facts.invoice[shown].tolist(), "places": facts.place[shown].tolist()})
    columns: dict[str, cells.Column] = {
        "cutoff": ("date", _days(facts.cutoff[shown])),
        "invoice_id": ("text", named["invoice_id"]),
        "installment_no": ("count", named["installment_no"]),
        "customer_id": ("text", named["customer_id"]),
        "name": ("text", named["name"]),
        "currency": ("text", named["currency"]),
        "due_date": ("date", _days(facts.due[shown])),
        "open_amount": ("amount", cells.rounded_amounts(facts.open_amount[shown], cells.places_of(named["currency"].to_pylist()))),
        "expected_pay_date": ("date", _days(facts.expected[shown])),
        "paid_date": ("date", _days(facts.paid[shown])),
        "days_off": ("count", _known(facts.error[shown])),
        "days_off_median": ("count", _known(facts.error_median[shown])),
        "n_history": ("count", facts.history[shown]),
    }
    for place, (chance, happened) in enumerate(zip(JUDGED, ("paid_30", "late_0"), strict=True)):
        columns[chance] = ("ratio", cells.ratios(facts.chances[shown, CHANCES.index(chance)]))
        columns[happened] = ("flag", [None if np.isnan(each) else bool(each) for each in facts.happened[shown, place].tolist()])
    return cells.frame(columns)


def _days(numbers: Ints) -> pa.Array:
    return cells.days(numbers, numbers != 0)


def _known(values: Floats) -> list[int | None]:
    return [None if np.isnan(each) else int(each) for each in values.tolist()]
