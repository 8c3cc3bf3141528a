"""What should come in over thirteen weeks, from what, and how sure that is."""

import streamlit as st

from pages.ui import cash, charts, filters, known, shown
from pages.ui import format as write

view = filters.current()

cash.added_up(view)
found = cash.expected(view)
shown.caption(" ".join([cash.coverage(found), *map(write.plain, found.notes)]))
left, right = st.columns([3, 2])
with left:
    cash.fan(view, height=charts.TALL)
with right:
    cash.parts(view)
cash.invoices(view)
cash.by_week(view)
known.overrides(view)
