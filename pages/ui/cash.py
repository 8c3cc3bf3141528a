"""What should come in: by week and source, added up, and invoice by invoice, with how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from analytics import choices, collected, fitting, forecast, overdue
from analytics.errors import DuebookError, Refused
from analytics.exports import SheetChart
from analytics.forecast import Forecast
from analytics.store import Store
from pages.ui import cards, charts, export, lists, shown, states, tables
from pages.ui import format as write
from pages.ui.cards import Figure
from pages.ui.cells import column, records
from pages.ui.filters import View
from pages.ui.session import ask, ask_large
from pages.ui.tables import Column

OnWeek = Callable[[Any], None]
EXPECTED = "Expected in 30 days"
PAST_WEEKS = 12
PAGE = 15
LISTED = 300
METHOD = (
    "**Expected receipts.** Open: each invoice that is open at the close of the as-of day, weighed with its chance to be paid by then, "
    "less the credit its customer holds. Contracted: what contracts will bill, and new: other billing as in the last sixteen weeks; both "
    "paid as their customers pay."
)
SOURCES = {"open": "Open invoices", "contracted": "Contracted", "new": "New business"}
LISTS = {"this week": "Largest expected receipts this week", "largest": "Largest open invoices"}
BANDS = {"90%": ("lo90", "hi90"), "80%": ("lo80", "hi80")}


def expected(view: View) -> Forecast:
    """The forecast of thirteen weeks; raises `Refused` for books that a page cannot forecast while somebody waits.

    While a load is being learned from, what the load before taught stands in.
    """
    if view.store.documents > forecast.LARGEST_BOOK:
        raise Refused(
            f"{write.count(view.store.documents)} documents are too many to forecast in a page: "
            "`python -m analytics forecast` takes some minutes"
        )
    return ask_large(forecast.receipts, view.store, view.focus, stand_in=learning(view))


def learning(view: View) -> bool:
    """Whether the books are being learned from; whatever is asked of a forecast is asked anew once they have been."""
    return fitting.under_way(view.store)


@dataclass(frozen=True)
class Ahead:
    """What is expected in the currency that is shown: rows of the forecast, each a dict by column."""

    weeks: Sequence[dict[str, Any]]
    by_source: Mapping[str, Sequence[dict[str, Any]]]
    """The weeks of each source of which anything is expected; of open invoices always."""
    added_up: Sequence[dict[str, Any]]


def ahead(view: View) -> Ahead:
    """The weeks ahead; raises what `expected` raises."""
    return ask(_ahead, view.store, view, learning(view))


def _ahead(_: Store, view: View, _learning: bool) -> Ahead:
    found = expected(view)
    weeks, parts, added_up = (
        [row for row in records(frame) if row["currency"] == view.shown] for frame in (found.totals, found.periods, found.cumulative)
    )
    split = {source: [row for row in parts if row["source"] == source] for source in SOURCES}
    there = {source: rows for source, rows in split.items() if source == "open" or any(row["mean"] for row in rows)}
    return Ahead(weeks, there, added_up)


def gains(view: View) -> overdue.Gains:
    """What asking for each open item can be expected to gain, by the odds of the whole book: a filter must not learn anew."""
    return ask_large(_gains, view.store, replace(view, scope=view.scope.everything()), learning(view))


def _gains(_: Store, whole: View, _learning: bool) -> overdue.Gains:
    return overdue.Gains.of(str(whole.focus), expected(whole).invoices)


def method(found: Forecast) -> str:
    """Name, population, the model in plain words, and how far its intervals can be trusted."""
    return f"{METHOD} Model: {write.plain(found.model)}. {coverage(found)}"


def coverage(found: Forecast) -> str:
    """How often the intervals held on the book's own past: the figures of the back-test, once there was one."""
    held = found.coverage
    if held.inside_80 is None or held.inside_90 is None:
        return "How often the intervals held on the past of these books: see How good is it."
    return (
        f"At {write.items(held.cutoffs, 'past day')} the 80% interval held {write.percent(held.inside_80)} and the 90% interval "
        f"{write.percent(held.inside_90)} of the weekly amounts."
    )


def headline(view: View) -> Figure:
    """What should come in within 30 days, with its 80% interval."""
    try:
        found = expected(view)
    except DuebookError as problem:
        return Figure(EXPECTED, write.NOT_AVAILABLE, None, "", write.plain(problem))
    weeks = [row["mean"] for row in ahead(view).weeks]
    row = next((row for row in ahead(view).added_up if row["days"] == 30), None)
    return Figure(
        EXPECTED,
        write.short(row["mean"] if row else Decimal(0), view.shown),
        row and f"{write.short(row['lo80'], view.shown)} to {write.short(row['hi80'], view.shown)}",
        "80%",
        f"{method(found)} The line: the thirteen weeks ahead.",
        weeks,
        arrow=False,
    )


def fan(view: View, on_week: OnWeek, *, height: int = charts.HEIGHT, key: str = "fan") -> None:
    """What came in by week, and what is expected with its bands; a click on a week tells `on_week` its last day."""
    with cards.card("Expected receipts", "80 and 90% bands", method=METHOD) as end, st.skeleton(height=height):
        try:
            found = expected(view)
        except Refused as problem:
            states.nothing("No forecast is shown.", write.plain(problem))
            return
        weeks = ahead(view).weeks
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
        alt = f"Receipts by week: collected over {PAST_WEEKS} weeks, expected over {len(weeks)} weeks with bands"
        charts.show(figure, key, alt, on_click=on_week)


def added_up(view: View) -> None:
    """What is expected within 30, 60 and 90 days, and how far to trust it."""
    found = expected(view)
    rows = ahead(view).added_up
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
            shown.figure(label, value, under)
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


def parts(view: View, on_week: OnWeek) -> None:
    """The weeks ahead by what the money is expected from; a click on a week tells `on_week` its last day."""
    with cards.card("By source", "expected per week", method=METHOD) as end, st.skeleton(height=charts.TALL):
        try:
            found = expected(view)
        except Refused as problem:
            states.nothing("No forecast is shown.", write.plain(problem))
            return
        weeks = ahead(view).weeks
        if not weeks:
            states.nothing("Nothing is expected.", "Choose another day, or clear a filter.")
            return
        with end:
            export.menu(view, "Expected receipts by source", method(found), found.periods, key="parts")
        layers = {SOURCES[source]: [row["mean"] for row in rows] for source, rows in ahead(view).by_source.items()}
        figure = charts.over_time([row["end"] for row in weeks], layers, view.shown, monthly=False, short=True)
        ends = {charts.short_day(row["end"]): row["end"] for row in weeks}
        alt = f"Expected receipts by source over {len(weeks)} weeks"
        charts.show(figure, "parts", alt, on_click=lambda name: on_week(ends[name]))


def by_week(view: View, on_week: OnWeek) -> None:
    """The weeks in a table: the sources, their sum and its bands; choosing one tells `on_week` its last day."""
    found = expected(view)
    weeks, sources = ahead(view).weeks, ahead(view).by_source
    if not weeks:
        return
    frame = found.totals[found.totals["currency"] == view.shown].reset_index(drop=True)
    for source, rows in sources.items():
        frame[source] = [row["mean"] for row in rows]
    with cards.card("Week by week", "means add up, bounds do not", method=method(found)) as end:
        with end:
            export.menu(view, "Expected receipts week by week", method(found), frame, key="weeks", chart=False)
        tables.table(
            frame,
            {
                "start": Column("From", "date", 90),
                "end": Column("To", "date", 90),
                **{source: Column(SOURCES[source], "money") for source in sources},
                "mean": Column("Expected", "money"),
                "lo80": Column("80% from", "money"),
                "hi80": Column("to", "money"),
                "lo90": Column("90% from", "money"),
                "hi90": Column("to ", "money"),
            },
            key="weeks",
            alt="Expected receipts by week and source with 80% and 90% intervals; choosing a week shows what it is made of",
            currency=view.shown,
            totals={name: sum((row["mean"] for row in rows), Decimal(0)) for name, rows in {**sources, "mean": weeks}.items()},
            rows=len(frame) + 1,
            on_pick=lambda row: on_week(weeks[row]["end"]) if row < len(weeks) else None,
        )


def invoices(view: View) -> None:
    """The invoices that bring most this week, or the largest, each with when and why; choosing a row opens its customer."""
    method_here = (
        "**Invoices.** Expected: the first day by which the invoice is paid with even odds; empty beyond thirteen weeks. "
        "This week: the open amount, less the credit its customer holds, times the chance to be paid within seven days: what the week "
        "expects of it."
    )
    wanted = st.session_state.get("listed") or "this week"
    number, largest = ask(_largest, view.store, view, learning(view), wanted)
    note = write.items(number, "open invoice")
    with cards.card(LISTS[wanted], note if number <= LISTED else f"the first {LISTED} of {note}", method=method_here) as end:
        with end:
            st.segmented_control(
                "Which invoices",
                [*LISTS],
                default="this week",
                required=True,
                key="listed",
                bind="query-params",
                label_visibility="collapsed",
            )
            title = "Expected receipts by invoice"
            export.menu(view, title, method_here, lambda: named(view, _open_ones(view), ask_large), key="biggest", chart=False)
        if not number:
            states.nothing("Nothing is open.", "Choose another day, or clear a filter.")
            return
        _invoice_list(view, largest)


def named(view: View, rows: pd.DataFrame, kept: Callable[..., dict[str, str]] = ask) -> pd.DataFrame:
    """The rows with the name of the customer, and the number of the invoice, where they have one: ids where there is none."""
    found = {"name": ("customer_id", choices.names), "number": ("invoice_id", choices.numbers)}
    for label, (identity, report) in found.items():
        if identity in rows:
            ids = column(rows, identity)
            known = kept(report, view.store, tuple(dict.fromkeys(ids)))
            rows = rows.assign(**{label: [known.get(each, each) for each in ids]})
    return rows


def _open_ones(view: View) -> pd.DataFrame:
    """The open invoices, each with what it should bring this week."""
    found = expected(view)
    mine = found.invoices[found.invoices["currency"] == view.shown]
    return mine.assign(this_week=found.layers["open"].expected(0).loc[mine.index])


def _largest(_: Store, view: View, _learning: bool, wanted: str) -> tuple[int, pd.DataFrame]:
    """How many invoices are open, and the first rows of a list."""
    rows = _open_ones(view)
    ranked = pa.array(rows["this_week" if wanted == "this week" else "open_amount"])
    return len(rows), rows.iloc[pc.array_sort_indices(ranked, order="descending").to_numpy()[:LISTED]]


def _invoice_list(view: View, largest: pd.DataFrame) -> None:
    with lists.page_of("biggest_page", len(largest), PAGE, "invoice") as page:
        shown = largest.iloc[(page - 1) * PAGE : page * PAGE]
        tables.table(
            named(view, shown),
            {
                "name": Column("Customer", width=170),
                "number": Column("Invoice", width=130),
                "due_date": Column("Due", "date", 90),
                "open_amount": Column("Open", "money", 105),
                "this_week": Column("This week", "money", 105),
                "expected_pay_date": Column("Expected", "date", 90),
                "p_paid_30": Column("Paid in 30 d", "chance", 110),
                "reason": Column("Why", width=520),
                "pay_date_lo80": Column("80% from", "date", 90),
                "pay_date_hi80": Column("to", "date", 90),
            },
            key="biggest",
            alt="Open invoices with their expected pay date and the reason",
            currency=view.shown,
            rows=len(shown),
            on_pick=lambda row: lists.open_customer(shown["customer_id"].iloc[row]),
        )
