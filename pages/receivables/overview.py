"""What is open, what is late, who owes it, and what should come in: one screen."""

import streamlit as st

from pages.ui import cards, cash, changed, coming, figures, filters, receivables

view = filters.current()
back = receivables.compared()
with filters.beside_title():
    figures.menu()

(cash_cell,) = cards.headlines(receivables.headlines(view, back), later=1)

left, right = st.columns([3, 2])
with left:
    receivables.aging_by_segment(view)
with right:
    receivables.dso_trend(view)

left, right = st.columns([2, 3])
with right:
    receivables.top_debtors(view, st.session_state.get("bucket"))
with left:
    cash.fan(view, coming.show)

left, right = st.columns(2)
with left:
    changed.bridge(view, back)
with right:
    changed.movers(view, back)
cards.headline(cash_cell, cash.headline(view))
