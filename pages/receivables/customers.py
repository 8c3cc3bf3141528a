"""One customer, in full; without one, who owes most."""

import streamlit as st

from pages.ui import filters, people, receivables

view = filters.current()
customer_id = people.pick(view)

if customer_id is None:
    receivables.all_debtors(view, None)
else:
    found = people.profile(view, customer_id)
    people.who(found)
    people.headlines(view, found)
    left, right = st.columns(2)
    with left:
        people.aging(view, found)
    with right:
        people.pace(view, found)
    people.papers(view, found)
