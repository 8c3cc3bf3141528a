"""What changed since an earlier day: from what was open then to what is open now, and who moved it."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from analytics import changes, choices
from pages.ui import cards, charts, export, flows, lists, shown, states, tables
from pages.ui import format as write
from pages.ui.cells import column, records
from pages.ui.filters import View
from pages.ui.receivables import BACK
from pages.ui.session import ask
from pages.ui.tables import Column

MOVERS = (
    "**Largest movers.** The customers whose open amount changed most, up or down, by what was invoiced, paid, credited and written off "
    "in between; changes of exchange rates are left out."
)
LARGEST = 5


def bridge(view: View, back: str) -> None:
    """The steps from the earlier open amount to the present one."""
    start = _start(view, back)
    frame = ask(changes.since, view.store, view.focus, start=start)
    row = next((row for row in records(frame) if row["currency"] == view.shown), None)
    with cards.card("What changed", f"since {write.day(start)}", method=flows.CHANGED) as end:
        if row is None or not (row["opening"] or row["closing"]):
            states.nothing("Nothing was open on either day.", "Compare with another day, or clear a filter.")
            return
        with end:
            if st.button("Rows behind", icon=":material/table_rows:", type="tertiary", key="rows_of_changes"):
                flows.show(flows.OPEN, start)
            export.menu(view, "What changed", flows.CHANGED, frame, key="changed")
        lines = {name: amount for name, amount in changes.steps(row).items() if amount}
        names = ["Open then", *lines, "Open now"]
        figure = charts.waterfall(
            names, [row["opening"], *lines.values(), row["closing"]], charts.money_unit(view.shown), height=charts.HEIGHT
        )
        said = ", ".join(f"{name.lower()} {write.short(amount, view.shown)}" for name, amount in lines.items())
        alt = f"Open receivables from {write.short(row['opening'], view.shown)}, {said}"
        charts.show(figure, "changed", alt, on_click=lambda name: flows.show(flows.OPEN, start, name))
        shown.caption(write.plain(f"{write.money(row['aged'], view.shown)} of what was open then is still open and has grown older."))


def movers(view: View, back: str) -> None:
    """The customers who moved it most; choosing a row opens the customer."""
    start = _start(view, back)
    frame = ask(changes.movers, view.store, view.focus, start=start, size=LARGEST)
    mine = frame[frame["currency"] == view.shown].reset_index(drop=True)
    with cards.card("Largest movers", f"since {write.day(start)}", method=MOVERS) as end:
        if mine.empty:
            states.nothing("Nobody's open amount changed.", "Compare with another day.")
            return
        with end:
            export.menu(
                view,
                "Largest movers",
                MOVERS,
                lambda: changes.movers(view.store, view.focus, start=start, size=changes.LARGEST_PAGE),
                key="movers",
                chart=False,
            )
        tables.table(
            mine,
            {
                "name": Column("Customer", width=150),
                "change": Column("Change", "money", 105),
                "invoiced": Column("Invoiced", "money", 105),
                "paid": Column("Paid", "money", 105),
                "credited": Column("Credited", "money", 95),
                "written_off": Column("Written off", "money", 95),
            },
            key="movers",
            alt="The customers whose open amount changed most",
            currency=view.shown,
            rows=LARGEST,
            on_pick=lambda row: lists.open_customer(column(mine, "customer_id")[row]),
        )


def _start(view: View, back: str) -> date:
    """The earlier day; no earlier than the day before the books begin."""
    first = ask(choices.first_day, view.store) or view.day
    return min(view.day, max(view.day - timedelta(days=BACK[back]), first - timedelta(days=1)))
