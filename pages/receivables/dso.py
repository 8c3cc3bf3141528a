"""Days sales outstanding: every method side by side, what moved it, and how it went."""

from datetime import timedelta

import streamlit as st

from pages.ui import figures, filters, outstanding

BACK = {28: "4 weeks ago", 91: "A quarter ago", 365: "A year ago"}

view = filters.current()
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", width="content"):
        days = outstanding.days_of_sales()
        back = st.segmented_control(
            "Compared with", list(BACK), format_func=BACK.__getitem__, default=91, required=True, key="back", bind="query-params"
        )
    figures.menu(outstanding.METHODS)

outstanding.side_by_side(view, days)

left, right = st.columns(2)
with left:
    outstanding.trend(view, days)
with right:
    outstanding.moved(view, days, timedelta(days=back))

outstanding.all_methods(view, days)
