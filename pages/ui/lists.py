"""Lists of open items and of customers' documents: filtered, sorted and paged in the store, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from analytics import buckets, overdue
from pages.ui import cards, export, shown, states, tables
from pages.ui import format as write
from pages.ui.filters import View
from pages.ui.session import ask
from pages.ui.tables import Column

ITEM_PAGE = 50
SHOWN_ROWS = 15
METHOD = (
    "**Open items.** Invoices and debit notes (installments apart) with an open amount at the close of the as-of day; negative "
    "ones are over-applied and shown too, so that the list ties to the aging. Days late: as-of day less due date."
)

GAIN = (
    " Expected gain: what asking can gain, (open - what the customer's unapplied credit covers) x (1 - chance to be paid within "
    "30 days), by the forecast's odds of the whole book. They are of invoices as they were chased so far: it ranks, it is no promise."
)


@dataclass(frozen=True)
class Wanted:
    """Which open items: `min_days` None is all of them, late or not."""

    min_days: int | None = 1
    min_amount: Decimal | None = None
    bucket: str | None = None
    search: str | None = None
    sort: overdue.Sort | None = None
    edges: tuple[int, ...] = buckets.DEFAULT_EDGES
    basis: buckets.Basis = "due"
    gains: Callable[[], overdue.Gains] | None = None
    """Where to ask what each item can be expected to gain; needed by that order alone."""

    @property
    def asked(self) -> dict[str, Any]:
        """The options of `overdue.page`."""
        return vars(self) | {"gains": self.gains and self.gains()}

    @property
    def method(self) -> str:
        """How the list is made."""
        return METHOD + GAIN if self.sort == "gain" else METHOD


def open_items(view: View, wanted: Wanted, *, key: str, title: str) -> None:
    """A card with a page of open items, their count and their amounts; choosing a row opens its customer."""
    with cards.card(title, method=wanted.method) as end:
        found = _page(view, wanted, 1)
        with end:
            shown.caption(_counted(found), width="content")
            export.menu(view, title, wanted.method, lambda: _everything(view, wanted), key=key, chart=False, rows=found.total_items)
        if not found.total_items:
            states.nothing("No open item matches.", "Widen a filter, or search for less.")
            return
        with page_of(f"{key}_page", found.total_items, ITEM_PAGE, "item") as number:
            _item_table((found if number == 1 else _page(view, wanted, number)).rows, view, key, issued=wanted.basis == "issue")


@contextmanager
def page_of(key: str, total: int, size: int, noun: str) -> Iterator[int]:
    """The chosen page of `total` rows, `size` a page, kept in the URL as `key`; what is drawn inside stands above the choice."""
    body = st.container()
    number = _pager(key, total, size, noun)
    with body:
        yield number


def _pager(key: str, total: int, size: int, noun: str) -> int:
    """The chosen page of `total` rows, `size` a page; kept in the URL as `key`."""
    last = max(1, -(-total // size))
    if st.session_state.get(key, 1) > last:
        st.session_state[key] = 1
    if last == 1:
        return 1
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        said = st.empty()
        chosen = st.pagination(last, key=key, bind="query-params")
        first = (chosen - 1) * size + 1
        here = f"{write.count(first)}-{write.count(min(total, chosen * size))} of {write.items(total, noun)}"
        said.caption(here, width="content")
        shown.sentence(here)
    return chosen


def open_customer(customer_id: str, **url: str) -> None:
    """Goes to the customer's page, with the filters as they are; `url` says more of what it shows."""
    st.switch_page("pages/receivables/customers.py", query_params={"of": customer_id, **url})


def _page(view: View, wanted: Wanted, number: int) -> overdue.Page:
    return ask(overdue.page, view.store, view.scope, **wanted.asked, page=number, size=ITEM_PAGE)


def _counted(found: overdue.Page) -> str:
    amounts = " + ".join(write.money(amount, code) for code, amount in found.total_amount.items())
    return f"{write.items(found.total_items)} · {amounts}" if found.total_items else "no items"


def _item_table(frame: pd.DataFrame, view: View, key: str, *, issued: bool) -> None:
    one = view.shown if set(frame["currency"]) == {view.shown} else None
    tables.table(
        frame.assign(name=frame["name"].fillna(frame["customer_id"]), number=frame["number"].fillna(frame["invoice_id"])),
        {
            "name": Column("Customer", width=190),
            "open_amount": Column("Open", "money"),
            **({"expected_gain": Column("Expected gain", "money")} if "expected_gain" in frame else {}),
            **({} if one else {"currency": Column("Currency", width=80)}),
            **({"issue_date": Column("Issued", "date")} if issued else {}),
            "days_late": Column("Days late", "days"),
            "due_date": Column("Due", "date"),
            "number": Column("Invoice"),
            "bucket": Column("Bucket"),
            "region": Column("Region"),
            "sales_rep": Column("Sales rep"),
            "collector": Column("Collector"),
            "disputed": Column("Disputed", "flag"),
        },
        key=key,
        alt="Open items, a row each; choosing a row opens its customer",
        currency=one,
        rows=min(len(frame), SHOWN_ROWS),
        on_pick=lambda row: open_customer(frame["customer_id"].iloc[row]),
    )


def _everything(view: View, wanted: Wanted) -> pd.DataFrame:
    return overdue.page(view.store, view.scope, **wanted.asked, size=None).rows
