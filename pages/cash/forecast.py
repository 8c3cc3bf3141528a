"""What should come in over thirteen weeks, from what, and how sure that is."""

import streamlit as st

from pages.ui import cash, charts, coming, filters, known, shown
from pages.ui import format as write

view = filters.current()

cash.added_up(view)
found = cash.expected(view)
shown.caption(" ".join([cash.coverage(found), *map(write.plain, found.notes)]))
left, right = st.columns([3, 2])
with left:
    cash.fan(view, coming.choose, height=charts.TALL)
with right:
    cash.parts(view, coming.choose)
cash.invoices(view)
cash.by_week(view, coming.choose)
coming.rows(view)
known.overrides(view)
