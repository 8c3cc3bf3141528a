"""What a month billed, document by document, with what was paid of each by when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from analytics import cohorts
from pages.ui import cards, export, lists, shown, states, tables
from pages.ui import format as write
from pages.ui.cells import column
from pages.ui.filters import View
from pages.ui.session import ask
from pages.ui.tables import Column

PAGE = 25
METHOD = (
    "**Behind a month.** Its invoices and debit notes, each with what payments had paid of it at most n days after its issue. They add up "
    "to what the month billed and to what its shares divide. What has no rate is left out, as it is there."
)


def choose(month: date) -> None:
    """Chooses the month that ends on a day."""
    st.session_state["cohort"] = named(month)


def named(month: date) -> str:
    """A month as it stands on an axis."""
    return f"{month:%b %y}"


def documents(view: View, months: Sequence[date], paid: Mapping[str, str]) -> None:
    """The documents of the chosen one of `months`; `paid` says what the columns of paid amounts are called."""
    by_name = {named(month): month for month in months}
    if st.session_state.get("cohort") not in (None, *by_name):
        st.session_state["cohort"] = [*by_name][-1]
    first = {} if "cohort" in st.session_state else {"index": len(by_name) - 1}
    chosen = st.selectbox("Month of issue", list(by_name), key="cohort", bind="query-params", width=260, **first)
    month = by_name[chosen]
    found = ask(cohorts.documents, view.store, view.focus, month, size=PAGE)
    with cards.card(f"Billed in {chosen}", "paid by n days after issue", method=METHOD) as end:
        if not found.total_items:
            states.nothing("Nothing was billed in this month.", "Choose another month, or clear a filter.")
            return
        with end:
            export.menu(
                view,
                f"Billed in {chosen}, paid by n days",
                METHOD,
                lambda: cohorts.documents(view.store, view.focus, month, size=None).rows,
                key="billed",
                chart=False,
                rows=found.total_items,
            )
        total = write.money(found.total_amount.get(view.shown), view.shown)
        shown.caption(write.plain(f"{write.items(found.total_items, 'document')} · {total}"))
        with lists.page_of("billed_page", found.total_items, PAGE, "document") as page:
            rows = (found if page == 1 else ask(cohorts.documents, view.store, view.focus, month, page=page, size=PAGE)).rows
            customers = column(rows, "customer_id")
            tables.table(
                rows.assign(name=rows["name"].fillna(rows["customer_id"])),
                {
                    "name": Column("Customer", width=190),
                    "document": Column("Document", width=110),
                    "date": Column("Issued", "date", 95),
                    "due_date": Column("Due", "date", 95),
                    "amount": Column("Billed", "money", 110),
                }
                | {name: Column(label, "money") for name, label in paid.items() if not rows[name].isna().all()},
                key="billed",
                alt=f"Documents of {chosen}, largest first, with what was paid by when; choosing a row opens its customer's applications",
                currency=view.shown,
                rows=min(len(rows), lists.SHOWN_ROWS),
                on_pick=lambda row: lists.open_customer(customers[row], papers="Applications"),
            )
