"""The list to work through: every overdue item, filtered, sorted and paged in the store."""

from decimal import Decimal
from functools import partial

import streamlit as st

from analytics import overdue
from pages.ui import cash, filters, lists, receivables

SORTS: dict[str, overdue.Sort] = {
    "largest first": "amount",
    "oldest first": "days",
    "by customer": "customer",
    "by due date": "due",
    "expected gain first": "gain",
}

view = filters.current()
sorts = [name for name, sort in SORTS.items() if sort not in ("amount", "gain") or len(view.currencies) < 2]

with st.container(border=True, horizontal=True, vertical_alignment="bottom", gap="small"):
    search = st.text_input(
        "Search",
        placeholder="Customer, invoice number or id",
        key="search",
        bind="query-params",
        type="search",
        live="300ms",
        width=240,
    )
    min_amount = st.number_input(
        "Open, at least", min_value=0.0, value=None, step=100.0, placeholder="Any", key="min_amount", bind="query-params", width=140
    )
    min_days = st.number_input("Days late, at least", min_value=1, step=1, key="min_days", bind="query-params", width=140)
    sort = st.selectbox("Order", sorts, key="sort", bind="query-params", width=190)
    bucket = st.pills("Bucket", receivables.LABELS[1:], key="late", bind="query-params")

wanted = lists.Wanted(
    min_days=min_days,
    min_amount=None if min_amount is None else Decimal(str(min_amount)),
    bucket=bucket,
    search=search or None,
    sort=SORTS[sort],
    gains=partial(cash.gains, view) if SORTS[sort] == "gain" else None,
)
lists.open_items(view, wanted, key="overdue", title="Past due")
