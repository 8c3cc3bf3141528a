"""How a figure is computed: definition, equation, inputs, and the rows behind them."""

import streamlit as st

from pages.ui import figures, filters, outstanding

view = filters.current()

with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    name = st.selectbox("Figure", list(figures.FIGURES), key="figure", bind="query-params", width=260)
    method = figures.FIGURES[name]
    days = outstanding.DAYS
    if figures.of_a_period(method):
        days = outstanding.days_of_sales()

left, right = st.columns(2)
with left:
    figures.definition(view, method, days)
with right:
    behind = figures.inputs(view, method, days)
figures.rows(view, behind, days)
