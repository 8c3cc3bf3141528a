"""From the opening to the closing balance: what was billed, paid, credited, written off, what currencies did, and the rows behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from analytics import changes, dates, evidence, movements
from pages.ui import cards, charts, export, figures, states, tables
from pages.ui import format as write
from pages.ui.cells import records
from pages.ui.filters import View
from pages.ui.session import ask
from pages.ui.tables import Column

NET = (
    "**Roll-forward of net AR.** Opening + invoices + debit notes - credit notes - receipts + refunds - write-offs - discounts +/- "
    "currency = closing. Each line is what is alive at the end less what was alive at the start, so that a later void lowers "
    "invoices and a reversal lowers receipts. Applications are neutral. The closing balance is asked of the books on its own."
)
CHANGED = (
    "**What changed.** Gross open receivables at the earlier day + invoiced - paid - credited - written off +/- currency = open now. Each "
    "line is what counts now less what counted then, so that a void lowers invoiced. Discounts are in written off; receipts that are not "
    "applied change nothing here. Grown older: open on both days, and in an older bucket now."
)


@dataclass(frozen=True)
class Balance:
    """A balance that is followed: its report, its steps and what they are called, and the figure at either end."""

    report: Callable[..., pd.DataFrame]
    steps: Callable[[Mapping[str, Any]], dict[str, Decimal]]
    names: Mapping[str, str]
    figure: str
    method: str


OPEN = "Open"
BALANCES = {
    "Net AR": Balance(movements.roll_forward, movements.steps, movements.NAMES, "Net AR", NET),
    OPEN: Balance(changes.since, changes.steps, changes.NAMES, "Open receivables", CHANGED),
}
CUSTOM = "Another day"


def starts(day: date) -> dict[str, date]:
    """The openings to choose from, each the close of a day: name -> day."""
    month = dates.month_start(day)
    return {
        "Month to date": month - timedelta(days=1),
        "Last 3 months": dates.month_start(month - timedelta(days=45)) - timedelta(days=1),
        "Year to date": date(day.year - 1, 12, 31),
        "12 months": dates.month_end(date(day.year - 1, day.month, 1)),
    }


def show(balance: str, start: date, step: str | None = None) -> None:
    """Goes to the movements of `balance` since `start`, with the rows behind `step` if it has any."""
    behind = {"behind": step.lower()} if step and step.lower() in evidence.SUMS else {}
    st.switch_page(
        "pages/receivables/movements.py", query_params={"balance": balance, "period": CUSTOM, "from": start.isoformat(), **behind}
    )


def waterfall(view: View, balance: Balance, start: date) -> None:
    """The movements as steps from the opening to the closing balance; a click on one chooses its rows."""
    row = next((row for row in records(_asked(view, balance, start)) if row["currency"] == view.shown), None)
    with cards.card(f"{balance.figure}, from opening to closing", _period(view, start), method=balance.method) as end:
        if row is None:
            states.nothing("Nothing moved here.", "Choose a longer period, or clear a filter.")
            return
        lines = {name: amount for name, amount in balance.steps(row).items() if amount}
        with end:
            _closes(row)
            export.menu(view, f"Movements of {balance.figure}", balance.method, _asked(view, balance, start), key="movements")
        names = [_close(start), *lines, _close(view.day)]
        figure = charts.waterfall(names, [row["opening"], *lines.values(), row["closing"]], charts.money_unit(view.shown))
        opening, closing = write.money(row["opening"], view.shown), write.money(row["closing"], view.shown)
        alt = f"{balance.figure} from {opening} to {closing}"
        charts.show(figure, "movements", alt, on_click=lambda name: _choose(view, balance, start, name))


def every_currency(view: View, balance: Balance, start: date) -> None:
    """The movements in a table, a column per currency, with the verdict on each; choosing a line chooses its rows."""
    rows = records(_asked(view, balance, start))
    if not rows:
        return
    names = [_close(start), *balance.names.values(), _close(view.day), "Closes"]
    frame = pd.DataFrame({"line": names} | {row["currency"]: _written(row, balance) for row in rows})
    with cards.card("Line by line", _period(view, start), method=balance.method) as end:
        with end:
            export.menu(view, "Movements line by line", balance.method, frame, key="movement_lines", chart=False)
        tables.table(
            frame,
            {"line": Column("Line", width=170)} | {row["currency"]: Column(row["currency"], "right") for row in rows},
            key="movement_lines",
            alt="Opening balance, movements and closing balance, a column per currency; choosing a line shows its rows",
            rows=len(frame),
            on_pick=lambda line: _choose(view, balance, start, names[line]),
        )


def rows(view: View, balance: Balance, start: date) -> None:
    """What came and went behind one of the lines, by customer or by document."""
    if start < view.day:
        behind = figures.behind([name.lower() for name in balance.names.values() if name.lower() in evidence.SUMS])
        figures.rows(view, behind, (view.day - start).days)


def _choose(view: View, balance: Balance, start: date, name: str) -> None:
    """A line chooses its rows, a balance opens how it is computed."""
    if name.lower() in evidence.SUMS:
        st.session_state["behind"] = name.lower()
    for day in (start, view.day):
        if name == _close(day):
            st.session_state["as_of"] = day
            figures.show(balance.figure)


def _asked(view: View, balance: Balance, start: date) -> pd.DataFrame:
    return ask(balance.report, view.store, view.scope, start=start)


def _close(day: date) -> str:
    return f"Close of {write.day(day)}"


def _written(row: dict[str, Any], balance: Balance) -> list[str]:
    code = row["currency"]
    moved = [write.amount(amount, code) for amount in balance.steps(row).values()]
    verdict = "yes, to the cent" if row["closes"] else "no"
    return [write.amount(row["opening"], code), *moved, write.amount(row["closing"], code), verdict]


def _closes(row: dict[str, Any]) -> None:
    if row["closes"]:
        st.badge("Closes to the cent", icon=":material/check:", color="green")
    else:
        st.badge("Does not close", icon=":material/error:", color="red")


def _period(view: View, start: date) -> str:
    return write.span(start + timedelta(days=1), view.day)
