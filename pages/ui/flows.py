"""From the opening to the closing balance: what was billed, paid, credited, written off, and what currencies did."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from analytics import dates, movements
from pages.ui import cards, charts, export, states, tables
from pages.ui import format as write
from pages.ui.cells import records
from pages.ui.filters import View
from pages.ui.session import ask
from pages.ui.tables import Column

METHOD = (
    "**Roll-forward of net AR.** Opening + invoices + debit notes - credit notes - receipts + refunds - write-offs - discounts +/- "
    "currency = closing. Each line is what is alive at the end less what was alive at the start, so that a later void lowers "
    "invoices and a reversal lowers receipts. Applications are neutral. The closing balance is asked of the books on its own."
)


def starts(day: date) -> dict[str, date]:
    """The openings to choose from, each the close of a day: name -> day."""
    month = dates.month_start(day)
    return {
        "Month to date": month - timedelta(days=1),
        "Last 3 months": dates.month_start(month - timedelta(days=45)) - timedelta(days=1),
        "Year to date": date(day.year - 1, 12, 31),
        "12 months": dates.month_end(date(day.year - 1, day.month, 1)),
    }


def waterfall(view: View, start: date) -> None:
    """The movements as steps from the opening to the closing balance."""
    row = _row(view, start)
    with cards.card("Net AR, from opening to closing", _period(view, start), method=METHOD) as end:
        if row is None:
            states.nothing("Nothing moved here.", "Choose a longer period, or clear a filter.")
            return
        lines = {name: amount for name, amount in movements.steps(row).items() if amount}
        with end:
            _closes(row)
            export.menu(
                view, "Movements of net AR", METHOD, ask(movements.roll_forward, view.store, view.scope, start=start), key="movements"
            )
        names = [f"Close of {write.day(start)}", *lines, f"Close of {write.day(view.day)}"]
        figure = charts.waterfall(names, [row["opening"], *lines.values(), row["closing"]], charts.money_unit(view.shown))
        charts.show(
            figure, "movements", f"Net AR from {write.money(row['opening'], view.shown)} to {write.money(row['closing'], view.shown)}"
        )


def every_currency(view: View, start: date) -> None:
    """The movements in a table, a column per currency, with the verdict on each."""
    rows = records(ask(movements.roll_forward, view.store, view.scope, start=start))
    if not rows:
        return
    frame = pd.DataFrame(
        {"line": [f"Close of {write.day(start)}", *movements.NAMES.values(), f"Close of {write.day(view.day)}", "Closes"]}
        | {row["currency"]: _written(row) for row in rows}
    )
    with cards.card("Line by line", _period(view, start), method=METHOD) as end:
        with end:
            export.menu(view, "Movements line by line", METHOD, frame, key="movement_lines", chart=False)
        tables.table(
            frame,
            {"line": Column("Line", width=220)} | {row["currency"]: Column(row["currency"], "right") for row in rows},
            key="movement_lines",
            alt="Opening balance, movements and closing balance, a column per currency",
            rows=len(frame),
        )


def _written(row: dict[str, Any]) -> list[str]:
    code = row["currency"]
    moved = [write.amount(amount, code) for amount in movements.steps(row).values()]
    verdict = "yes, to the cent" if row["closes"] else "no"
    return [write.amount(row["opening"], code), *moved, write.amount(row["closing"], code), verdict]


def _row(view: View, start: date) -> dict[str, Any] | None:
    rows = records(ask(movements.roll_forward, view.store, view.scope, start=start))
    return next((row for row in rows if row["currency"] == view.shown), None)


def _closes(row: dict[str, Any]) -> None:
    if row["closes"]:
        st.badge("Closes to the cent", icon=":material/check:", color="green")
    else:
        st.badge("Does not close", icon=":material/error:", color="red")


def _period(view: View, start: date) -> str:
    return f"{write.day(start + timedelta(days=1))} to {write.day(view.day)}"
