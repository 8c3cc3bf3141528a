"""Open amounts by how late they are: over time, by bucket, by customer, down to the item."""

import streamlit as st

from pages.ui import figures, filters, lists, receivables, shown

view = filters.current()
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
    cut = receivables.chosen_cut()
    figures.menu(figures.BALANCES)

with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    st.caption(receivables.net_in_words(view), width="content")
    shown.sentence(receivables.net_in_words(view))
    bucket = receivables.bucket_pills(cut.labels)

left, right = st.columns(2)
with left:
    receivables.aging_by_segment(view, height=280, pills=False, cut=cut)
with right:
    receivables.aging_over_time(view, every="month", height=280, cut=cut)

receivables.all_debtors(view, bucket, cut)
wanted = lists.Wanted(min_days=None, bucket=bucket, edges=cut.edges, basis=cut.basis)
lists.open_items(view, wanted, key="items", title="Open items")
