"""Whether the books add up, what is wrong in them, and what was loaded."""

import streamlit as st

from pages.ui import checking, filters, stakes

view = filters.current()

with st.skeleton(height=80):
    checking.headlines(view)

left, right = st.columns([2, 3])
with left:
    checking.equations(view)
with right:
    checking.loaded_files(view)

stakes.by_kind(view)
checking.problems(view)
stakes.aside(view)
stakes.snapshots(view)
checking.decisions(view)
checking.kept(view)
