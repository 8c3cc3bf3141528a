"""What if: the change that is asked for, and what it does beside the base case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from analytics import choices, forecast
from analytics.forecast import Comparison, Scenario
from pages.ui import cards, charts, export, filters, lists, shown, states, tables
from pages.ui import format as write
from pages.ui.cards import Figure
from pages.ui.cells import column, records
from pages.ui.filters import View
from pages.ui.session import ask, ask_large
from pages.ui.tables import Column

METHOD = (
    "**What if.** The expected receipts of all sources, and the same with the change. Payments are moved by days; a lost customer still "
    "pays what it owes, and is billed nothing more; longer terms move what is billed from now on. There is no interval: nobody has seen "
    "this change happen."
)
WHO = (
    "**Who pays.** Open invoices, contracted and new billing together, by the customer who pays them; in either case they add up to the "
    "week, to the cent. The largest change comes first."
)
PAGE = lists.SHOWN_ROWS - 1
"""The row of totals stays in sight."""
DSO = "**DSO at the end.** What is then open over what is billed a day in these weeks."
LOW = "**Low point.** The lowest level of cash at the end of a week: cash today, plus what comes in, less the outgoings of each week."
CASES = {"base": "Base case", "changed": "With the change", "difference": "Difference"}
CHANGES = ("pays later", "pay sooner", "new terms", "is lost")
LABELS = {
    "pays later": "A customer pays later",
    "pay sooner": "The worst payers pay sooner",
    "new terms": "Terms change",
    "is lost": "A customer is lost",
}


@dataclass(frozen=True)
class Asked:
    """The change, and what the low point is counted from."""

    scenario: Scenario
    cash: Decimal
    outgoings: Decimal | None


def choose(view: View) -> Asked:
    """The widgets: which change, by how much, and the cash it starts from; all of it is in the URL."""
    with st.container(border=True):
        change = st.segmented_control(
            "What happens",
            list(CHANGES),
            format_func=LABELS.__getitem__,
            default=CHANGES[0],
            required=True,
            key="what",
            bind="query-params",
        )
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            scenario = _scenario(view, change)
            cash = st.number_input("Cash today", value=0.0, step=10_000.0, key="cash", bind="query-params", width=160)
            spent = st.number_input(
                "Outgoings a week",
                min_value=0.0,
                value=None,
                step=1_000.0,
                placeholder="As much as comes in",
                key="outgoings",
                bind="query-params",
                width=230,
            )
    return Asked(scenario, Decimal(str(cash)), None if spent is None else Decimal(str(spent)))


def _scenario(view: View, change: str) -> Scenario:
    if change == "pays later":
        customer = _customer(view)
        weeks = st.number_input("Weeks later", -13, 13, 3, key="weeks_later", bind="query-params", width=120)
        return Scenario(later={customer: 7 * int(weeks)}) if customer else Scenario()
    if change == "pay sooner":
        worst = st.number_input("Customers who owe most that is late", 1, 1000, 10, key="worst", bind="query-params", width=260)
        days = st.number_input("Days sooner", 1, 91, 7, key="days_sooner", bind="query-params", width=120)
        return Scenario(worst=int(worst), worst_sooner=int(days))
    if change == "new terms":
        days = st.number_input("Terms of new invoices longer by, days", -60, 91, 15, key="terms_longer", bind="query-params", width=260)
        return Scenario(terms_longer=int(days))
    customer = _customer(view)
    return Scenario(lost=(customer,)) if customer else Scenario()


def _customer(view: View) -> str | None:
    """One of those who owe most, or any other by its id; the one who owes most unless another is chosen."""
    invoices = ask_large(forecast.receipts, view.store, view.focus).invoices
    owed = invoices.assign(open_amount=invoices["open_amount"].astype(float)).groupby("customer_id", observed=True)["open_amount"].sum()
    ids = [str(each) for each in owed.sort_values(ascending=False, kind="stable").index[: filters.LISTED_CUSTOMERS]]
    names = ask(choices.names, view.store, tuple(ids))
    return st.selectbox("Customer", ids, format_func=partial(filters.customer_label, names), key="whose", bind="query-params", width=300)


def effect(view: View, asked: Asked) -> None:
    """Cash, DSO and the low point, each beside the base case."""
    row = next((row for row in records(_found(view, asked).figures) if row["currency"] == view.shown), None)
    if row is None:
        states.nothing("Nothing is expected.", "Choose another day, or clear a filter.")
        return
    shown = view.shown
    receipts, dso, low = (_change(row, name) for name in ("receipts", "dso", "low"))
    cards.headlines(
        [
            Figure("Cash in 13 weeks", write.short(row["receipts_changed"], shown), _signed(receipts, shown), "", METHOD, good="up"),
            Figure(
                "DSO at the end",
                write.days(row["dso_changed"]),
                None if dso is None else write.change(dso, 1, " days"),
                f"from {write.number(row['dso_base'], 1)}",
                DSO,
                good="down",
            ),
            Figure("Low point", write.short(row["low_changed"], shown), _signed(low, shown), "", LOW, good="up"),
            Figure("Low point on", write.day(row["low_day_changed"]), f"base: {write.day(row['low_day_base'])}", "", LOW, arrow=False),
        ]
    )


def weeks(view: View, asked: Asked) -> None:
    """The weeks of both cases, as bars and as a table."""
    found = _found(view, asked)
    frame = found.weeks[found.weeks["currency"] == view.shown]
    if frame.empty:
        return
    with cards.card("Week by week", "base case and change", method=METHOD) as end:
        with end:
            export.menu(view, "What if", METHOD, frame, key="what_if")
        starts, ends = column(frame, "start"), column(frame, "end")
        series = {CASES[case]: column(frame, case) for case in ("base", "changed")}
        charts.show(charts.side_by_side(ends, series, view.shown), "what_if", "Expected receipts by week, base and changed")
        whose = ", ".join(found.customers[:8]) + (" ..." if len(found.customers) > 8 else "")
        if whose:
            shown.caption(f"Whose payments change: {write.plain(whose)}")
        tables.table(
            frame,
            {
                "start": Column("From", "date"),
                "end": Column("To", "date"),
                **{case: Column(label, "money") for case, label in CASES.items()},
            },
            key="what_if_weeks",
            alt="Expected receipts by week in the base case and with the change; choosing a week shows who pays",
            currency=view.shown,
            totals={name: sum(column(frame, name), Decimal(0)) for name in CASES},
            rows=len(frame) + 1,
            on_pick=lambda row: _choose(starts[row], ends[row]),
        )


def _choose(start: date, end: date) -> None:
    st.session_state["week"] = write.span(start, end)


def payers(view: View, asked: Asked) -> None:
    """Who pays in the chosen week: in the base case, with the change, and the difference."""
    found = _found(view, asked)
    frame = found.weeks[found.weeks["currency"] == view.shown]
    weeks = {write.span(row["start"], row["end"]): row for row in records(frame)}
    if not weeks:
        return
    names = list(weeks)
    first = next((place for place, row in enumerate(weeks.values()) if row["difference"]), 0)
    if st.session_state.get("week") not in (None, *names):
        st.session_state["week"] = names[first]
    name = st.selectbox("Week", names, index=first, key="week", bind="query-params", width=260)
    paying = found.by_customer(weeks[name]["start"])
    paying = paying[paying["currency"] == view.shown].reset_index(drop=True)
    with cards.card(f"Who pays, {name}", write.items(len(paying), "customer"), method=WHO) as end:
        with end:
            export.menu(view, f"Who pays, {name}", WHO, paying, key="who_pays", chart=False)
        if paying.empty:
            states.nothing("Nobody is expected to pay in this week.", "Choose another week.")
            return
        _payers(view, paying)


def _payers(view: View, paying: pd.DataFrame) -> None:
    with lists.page_of("paying_page", len(paying), PAGE, "customer") as page:
        part = paying.iloc[(page - 1) * PAGE : page * PAGE]
        customers = column(part, "customer_id")
        names = ask(choices.names, view.store, tuple(customers))
        tables.table(
            part.assign(name=[names.get(identity, identity) for identity in customers]),
            {
                "name": Column("Customer", width=170),
                **{case: Column(CASES[case], "money") for case in ("difference", "base", "changed")},
                "customer_id": Column("Id"),
            },
            key="paying",
            alt="Who pays in the week in the base case and with the change, the largest change first; choosing a row opens the customer",
            currency=view.shown,
            totals={case: sum(column(paying, case), Decimal(0)) for case in CASES},
            rows=len(part) + 1,
            on_pick=lambda row: lists.open_customer(customers[row]),
        )


def _found(view: View, asked: Asked) -> Comparison:
    return ask_large(forecast.compare, view.store, view.focus, asked.scenario, cash=asked.cash, outgoings=asked.outgoings)


def _change(row: dict[str, Any], name: str) -> Decimal | None:
    was, then = row[f"{name}_base"], row[f"{name}_changed"]
    return None if was is None or then is None else then - was


def _signed(change: Decimal | None, currency: str) -> str | None:
    if change is None:
        return None
    return f"{'+' if change >= 0 else ''}{write.short(change, currency)}"
