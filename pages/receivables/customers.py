"""One customer, in full; without one, who owes most."""

import streamlit as st

from pages.ui import figures, filters, packs, people, receivables

view = filters.current()
customer_id = people.pick(view)

if customer_id is None:
    receivables.all_debtors(view, None)
else:
    found = people.profile(view, customer_id)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(width="content", gap="xsmall"):
            people.who(found)
        with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
            figures.menu(figures.ON_CUSTOMERS, customer_id=customer_id)
            packs.statement(view, customer_id)
    people.headlines(view, found)
    left, right = st.columns(2)
    with left:
        people.aging(view, found)
    with right:
        people.pace(view, found)
    people.papers(view, found)
