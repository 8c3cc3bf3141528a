"""From the opening to the closing balance, of net AR or of what is open, to the cent, and the rows behind each line."""

import streamlit as st

from pages.ui import filters, flows, tied

view = filters.current()
starts = flows.starts(view.day)

with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    chosen = st.segmented_control(
        "Balance", list(flows.BALANCES), default=next(iter(flows.BALANCES)), required=True, key="balance", bind="query-params"
    )
    period = st.segmented_control(
        "Period", [*starts, flows.CUSTOM], default="Last 3 months", required=True, key="period", bind="query-params"
    )
    start = starts.get(period)
    if start is None:
        start = st.date_input(
            "From the close of", starts["12 months"], max_value=view.day, format="YYYY-MM-DD", key="from", bind="query-params", width=180
        )

balance = flows.BALANCES[chosen]
flows.waterfall(view, balance, start)
flows.every_currency(view, balance, start)
flows.rows(view, balance, start)
tied.accounts(view)
