"""From the opening to the closing balance, of net AR or of what is open, to the cent, and the rows behind each line."""

from datetime import timedelta

import streamlit as st

from pages.ui import filters, flows, states, tied

view = filters.current()
starts = flows.starts(view.day)

with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    chosen = st.segmented_control(
        "Balance", list(flows.BALANCES), default=next(iter(flows.BALANCES)), required=True, key="balance", bind="query-params"
    )
    period = st.segmented_control(
        "Period", [*starts, flows.CUSTOM], default="Last 3 months", required=True, key="period", bind="query-params", wrap=True
    )
    start = starts.get(period)
    if start is None:
        default, before = starts["12 months"], filters.first_day(view.store) - timedelta(days=1)
        start, not_shown = filters.day_input("From the close of", default, min(default, before), view.day, key="from", width=180)
        states.said(not_shown, "event_busy")

balance = flows.BALANCES[chosen]
flows.waterfall(view, balance, start)
flows.every_currency(view, balance, start)
flows.rows(view, balance, start)
tied.accounts(view)
