"""From the opening to the closing balance of net receivables, to the cent."""

import streamlit as st

from pages.ui import filters, flows

CUSTOM = "Another day"

view = filters.current()
starts = flows.starts(view.day)

with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    period = st.segmented_control("Period", [*starts, CUSTOM], default="Last 3 months", required=True, key="period", bind="query-params")
    start = starts.get(period)
    if start is None:
        start = st.date_input(
            "From the close of", starts["12 months"], max_value=view.day, format="YYYY-MM-DD", key="from", bind="query-params", width=180
        )

flows.waterfall(view, start)
flows.every_currency(view, start)
