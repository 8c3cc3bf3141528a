"""The allowance for doubtful debts: what is open in each bucket, and what of such amounts was lost."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from analytics import allowance
from pages.ui import cards, export, shown, states, tables
from pages.ui import format as write
from pages.ui.cells import column, records
from pages.ui.filters import View
from pages.ui.session import ask
from pages.ui.tables import Column

METHOD = (
    "**Allowance.** By a provision matrix: what is open in a bucket x its loss rate x the factor. Loss rate: of what was billed in twelve "
    "months that ended a year ago, what was written off after the day on which it reached the bucket / what was open of it on that day. "
    "The factor says how much worse (above 1) or better the time to come is expected to be than that one was."
)


def matrix(view: View) -> None:
    """A row per bucket, with the rate that was learned and what it makes of what is open."""
    said = st.number_input("Factor for the time to come", 0.0, 10.0, 1.0, 0.05, key="factor", bind="query-params", width=220)
    found = ask(allowance.matrix, view.store, view.focus, factor=Decimal(str(said)))
    rows = found.rows[found.rows["currency"] == view.shown].reset_index(drop=True)
    total = next((row for row in records(found.totals) if row["currency"] == view.shown), None)
    with cards.card("Allowance for doubtful debts", "by a provision matrix", method=METHOD) as end:
        if total is None:
            states.nothing("Nothing is open here, and nothing was lost.", "Choose another day, or clear a filter.")
            return
        with end:
            export.menu(view, "Allowance", METHOD, rows, key="allowance", chart=False)
        tables.table(
            rows.assign(rate=["" if rate is None else f"{write.number(rate, 4)}%" for rate in column(rows, "rate")]),
            {
                "bucket": Column("Bucket", width=110),
                "exposure": Column("Open now", "money"),
                "rate": Column("Loss rate", "right"),
                "allowance": Column("Allowance", "money"),
                "reached": Column("Reached it", "money"),
                "lost": Column("Lost later", "money"),
            },
            key="allowance",
            alt="Buckets with what is open in them, the loss rate, the allowance, and what the rate is made of",
            currency=view.shown,
            totals={name: total[name] for name in ("exposure", "allowance") if total[name] is not None},
            rows=len(rows) + 1,
        )
        shown.caption(write.plain(f"Rates of what was billed from {write.span(found.first, found.last)}."))
        if total["allowance"] is None:
            shown.caption("Where nothing billed then reached a bucket there is no rate, and so no allowance for the whole.")
