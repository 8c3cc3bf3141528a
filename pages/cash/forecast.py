"""What should come in of the open invoices over thirteen weeks, with how sure that is."""

import streamlit as st

from pages.ui import cash, charts, filters
from pages.ui import format as write

view = filters.current()

cash.added_up(view)
found = cash.expected(view)
st.caption(" ".join([cash.coverage(found), *map(write.plain, found.notes)]))
cash.fan(view, height=charts.TALL)
cash.by_week(view)
cash.biggest(view)
cash.past(view)
