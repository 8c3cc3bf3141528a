"""Any figure by any cut; how soon months are paid, how buckets age, how much a few customers owe, and what may be lost."""

import streamlit as st

from pages.ui import explored, filters, patterns, provision, waiting

VIEWS = {
    "Pivot": explored.pivot_table,
    "Cohorts": patterns.paid_within,
    "Time to pay": waiting.time_to_payment,
    "Roll rates": patterns.roll_rates,
    "Concentration": patterns.concentration_curve,
    "Allowance": provision.matrix,
}

view = filters.current()
chosen = st.segmented_control("What to look at", list(VIEWS), default="Pivot", required=True, key="explore", bind="query-params")
VIEWS[chosen](view)
