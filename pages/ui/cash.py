"""What should come in of the open invoices: by week, added up, and invoice by invoice, with how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import streamlit as st

from analytics import choices, collected, forecast
from analytics.errors import DuebookError
from analytics.exports import SheetChart
from analytics.forecast import Forecast
from pages.ui import cards, charts, export, lists, states, tables
from pages.ui import format as write
from pages.ui.cards import Figure
from pages.ui.cells import column, records
from pages.ui.filters import View
from pages.ui.session import ask, ask_large
from pages.ui.tables import Column

EXPECTED = "Expected in 30 days"
PAST_WEEKS = 12
PAGE = 15
LISTED = 300
REPLAYED = 5_000
"""Open invoices up to which the past is replayed without being asked to."""

METHOD = (
    "**Expected receipts.** Of the invoices that are open at the close of the as-of day, each open amount weighed with its chance to be "
    "paid by then. What is not billed yet is not in it: this is not the whole of the cash to come."
)
BACKTEST = (
    "**Back-test.** At past days each model saw what was known then, and is compared with what payments brought on the invoices that "
    "were open. Weekly error: absolute misses as a share of what came in (WAPE). Bias above 0: too much was expected. 30, 60, 90 "
    "days: the error of the first so many days as one amount. Held: the share of weeks inside the interval."
)
BANDS = {"90%": ("lo90", "hi90"), "80%": ("lo80", "hi80")}


def expected(view: View) -> Forecast:
    """The forecast of thirteen weeks, of the open invoices."""
    return ask_large(forecast.receipts, view.store, view.focus)


def method(found: Forecast) -> str:
    """Name, population, the model in plain words, and how far its intervals can be trusted."""
    return f"{METHOD} Model: {write.plain(found.model)}. {coverage(found)}"


def coverage(found: Forecast) -> str:
    """How often the intervals held on the book's own past."""
    held = found.coverage
    if held.inside_80 is None or held.inside_90 is None:
        return "There is too little past to test the intervals on."
    return (
        f"Replayed at {write.items(held.cutoffs, 'past day')}, the 80% interval held {write.percent(held.inside_80, 0)} and the 90% "
        f"interval {write.percent(held.inside_90, 0)} of what came in."
    )


def headline(view: View) -> Figure:
    """What should come in within 30 days, with its 80% interval."""
    try:
        found = expected(view)
    except DuebookError as problem:
        return Figure(EXPECTED, write.NOT_AVAILABLE, None, "", write.plain(problem))
    weeks = [row["mean"] for row in _weeks(found, view)]
    row = next((row for row in _cumulative(found, view) if row["days"] == 30), None)
    return Figure(
        EXPECTED,
        write.short(row and row["mean"], view.shown),
        row and f"{write.short(row['lo80'], view.shown)} to {write.short(row['hi80'], view.shown)}",
        "80%",
        f"{method(found)} The line: the thirteen weeks ahead.",
        weeks,
        arrow=False,
    )


def fan(view: View, *, height: int = charts.HEIGHT, key: str = "fan") -> None:
    """What came in by week, and what is expected with its bands."""
    with cards.card("Expected receipts", "80 and 90% bands", method=METHOD) as end, st.skeleton(height=height):
        found = expected(view)
        weeks = _weeks(found, view)
        if not weeks:
            states.nothing("Nothing is open, so nothing is expected.", "Choose another day, or clear a filter.")
            return
        past = [row for row in records(ask(collected.weekly, view.store, view.focus, weeks=PAST_WEEKS)) if row["currency"] == view.shown]
        with end:
            export.menu(
                view,
                "Expected receipts by week",
                method(found),
                found.totals,
                key=key,
                sheet_chart=SheetChart("line", "end", ("mean", "lo80", "hi80")),
            )
        figure = charts.fan(
            ([row["end"] for row in past], [row["amount"] for row in past]),
            [row["end"] for row in weeks],
            [row["mean"] for row in weeks],
            {name: ([row[low] for row in weeks], [row[high] for row in weeks]) for name, (low, high) in BANDS.items()},
            view.shown,
            height=height,
        )
        charts.show(figure, key, f"Receipts by week: collected over {PAST_WEEKS} weeks, expected over {len(weeks)} weeks with bands")


def added_up(view: View) -> None:
    """What is expected within 30, 60 and 90 days, and how far to trust it."""
    found = expected(view)
    rows = _cumulative(found, view)
    last = ask(collected.total, view.store, view.focus, days=30).get(view.shown)
    cells = [
        (
            f"Within {row['days']} days",
            write.money(row["mean"], view.shown),
            f"80%: {write.short(row['lo80'], view.shown)} to {write.short(row['hi80'], view.shown)}",
            f"90%: {write.money(row['lo90'], view.shown)} to {write.money(row['hi90'], view.shown)}. {method(found)}",
        )
        for row in rows
    ]
    cells.append(
        (
            "Collected, last 30 days",
            write.money(last or Decimal(0), view.shown),
            "receipts less refunds",
            "Of all customers in the filters, whatever they were for.",
        )
    )
    with st.grid(len(cells), min_column_width=190):
        for label, value, under, says in cells:
            st.metric(
                label,
                value,
                under,
                delta_color="off",
                delta_arrow="off",
                help=f"**{label}.** {write_help(says)}",
                border=True,
                height="stretch",
            )


def write_help(text: str) -> str:
    """Help text is Markdown: a tilde or a dollar sign of an amount must stay what it is."""
    return text.replace("$", "\\$").replace("~", "\\~")


def by_week(view: View) -> None:
    """The weeks in a table, with their bands and their sum."""
    found = expected(view)
    weeks = _weeks(found, view)
    if not weeks:
        return
    frame = found.totals[found.totals["currency"] == view.shown]
    with cards.card("Week by week", "means add up, bounds do not", method=method(found)) as end:
        with end:
            export.menu(view, "Expected receipts week by week", method(found), frame, key="weeks", chart=False)
        tables.table(
            frame,
            {
                "start": Column("From", "date"),
                "end": Column("To", "date"),
                "mean": Column("Expected", "money"),
                "lo80": Column("80% from", "money"),
                "hi80": Column("to", "money"),
                "lo90": Column("90% from", "money"),
                "hi90": Column("to ", "money"),
            },
            key="weeks",
            alt="Expected receipts by week with 80% and 90% intervals",
            currency=view.shown,
            totals={"mean": sum((row["mean"] for row in weeks), Decimal(0))},
            rows=len(frame) + 1,
        )


def past(view: View) -> None:
    """How this method and simpler ones would have done at past days of this book."""
    with cards.card("How it would have done", "replayed at past days", method=BACKTEST) as end, st.skeleton(height=200):
        large = len(expected(view).invoices) > REPLAYED
        if large and not st.toggle("Replay", key="replay", bind="query-params", help="Takes a while on a book of this size."):
            return
        found = ask_large(forecast.backtest, view.store, view.focus)
        frame = found.models[found.models["currency"] == view.shown]
        with end:
            export.menu(view, "Forecast back-test", BACKTEST, found.weeks, key="backtest", chart=False)
        for note in found.notes:
            st.caption(write.plain(note))
        if frame.empty:
            states.nothing("There is too little past to replay.", "Load a longer history.")
            return
        tables.table(
            frame.assign(best=["yes" if best else "" for best in column(frame, "best")]),
            {
                "model": Column("Model", width=260),
                "wape": Column("Weekly error", "percent"),
                "bias": Column("Bias", "percent"),
                "error_30": Column("30 days", "percent"),
                "error_60": Column("60 days", "percent"),
                "error_90": Column("90 days", "percent"),
                "coverage80": Column("80% held", "percent"),
                "coverage90": Column("90% held", "percent"),
                "best": Column("Best", width=60),
            },
            key="backtest",
            alt="Models and their errors at past days",
            rows=len(frame),
        )


def biggest(view: View) -> None:
    """The largest open invoices, each with when it is expected and why; choosing a row opens its customer."""
    found = expected(view)
    invoices = found.invoices[found.invoices["currency"] == view.shown]
    method_here = (
        "**Largest open invoices.** Expected: the first day by which the invoice is paid with even odds; empty beyond thirteen weeks. "
        "Chances are of being paid within so many days from the as-of day."
    )
    with cards.card("Largest open invoices", write.items(len(invoices), "open invoice"), method=method_here) as end:
        with end:
            export.menu(view, "Expected receipts by invoice", method_here, invoices, key="biggest", chart=False)
        if invoices.empty:
            states.nothing("Nothing is open.", "Choose another day, or clear a filter.")
            return
        largest = invoices.sort_values(["open_amount", "invoice_id"], ascending=[False, True]).head(LISTED)
        body = st.container()
        page = lists.pager("biggest_page", len(largest), PAGE, "largest invoice")
        shown = largest.iloc[(page - 1) * PAGE : page * PAGE]
        names = ask(choices.names, view.store, tuple(dict.fromkeys(column(shown, "customer_id"))))
        with body:
            tables.table(
                shown.assign(name=[names.get(identity, identity) for identity in column(shown, "customer_id")]),
                {
                    "name": Column("Customer", width=190),
                    "invoice_id": Column("Invoice", width=110),
                    "due_date": Column("Due", "date", 90),
                    "open_amount": Column("Open", "money", 110),
                    "expected_pay_date": Column("Expected", "date", 90),
                    "p_paid_30": Column("Paid in 30 d", "chance", 110),
                    "reason": Column("Why", width=420),
                },
                key="biggest",
                alt="Largest open invoices with their expected pay date and the reason",
                currency=view.shown,
                rows=len(shown),
                on_pick=lambda row: lists.open_customer(shown["customer_id"].iloc[row]),
            )


def _weeks(found: Forecast, view: View) -> Sequence[dict[str, Any]]:
    return [row for row in records(found.totals) if row["currency"] == view.shown]


def _cumulative(found: Forecast, view: View) -> Sequence[dict[str, Any]]:
    return [row for row in records(found.cumulative) if row["currency"] == view.shown]
