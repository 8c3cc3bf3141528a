"""What a week's expected receipts are made of: sources, customers and invoices, which add up to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from analytics.store import Store
from pages.ui import cards, cash, export, figures, lists, shown, states, tables
from pages.ui import format as write
from pages.ui.cash import SOURCES
from pages.ui.cells import column
from pages.ui.figures import OWNERS, PAPERS
from pages.ui.filters import View
from pages.ui.session import ask, ask_large
from pages.ui.tables import Column

PAGE = 25
WEEK = timedelta(days=6)
"""From the first day of a week to its last."""

METHOD = (
    "**Behind a week.** Open invoices: (open amount - what its customer's credit covers) x the chance to be paid in the week, invoice by "
    "invoice. Contracted and new: what will be billed, as far as it is paid in the week, by the customer who will pay it. The rows of a "
    "source add up to it, and the sources to what is expected, to the cent."
)


def choose(end: Any) -> None:
    """Chooses the week that ends on a day, as a chart or a table writes it."""
    st.session_state["week"] = _ending(end)


def show(end: Any) -> None:
    """The same from another page."""
    st.switch_page("pages/cash/forecast.py", query_params={"week": _ending(end)})


def rows(view: View) -> None:
    """The equation of the chosen week, and the rows of the chosen source."""
    ahead = cash.ahead(view)
    weeks = {write.span(row["start"], row["end"]): row for row in ahead.weeks}
    if not weeks:
        return
    sources = {source: {row["start"]: row["mean"] for row in each} for source, each in ahead.by_source.items()}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        if st.session_state.get("week") not in (None, *weeks):
            st.session_state["week"] = next(iter(weeks))
        week = weeks[st.selectbox("Week", list(weeks), key="week", bind="query-params", width=260)]
        source = st.segmented_control(
            "Rows behind",
            list(sources),
            format_func=SOURCES.__getitem__,
            default=next(iter(sources)),
            required=True,
            key="of_source",
            bind="query-params",
        )
    title = f"Behind {write.span(week['start'], week['end'])}"
    mine = ask_large(_behind, view.store, view, cash.learning(view), source, week["start"])
    with cards.card(title, SOURCES[source].lower(), method=METHOD) as end:
        _equation(view, week["mean"], {each: means[week["start"]] for each, means in sources.items()})
        with end:
            by = figures.one_of("Rows by", (OWNERS, PAPERS), "rows_by", label_visibility="collapsed") if source == "open" else OWNERS
            whole = partial(cash.named, view, mine, ask_large)
            export.menu(view, f"{title}, {SOURCES[source].lower()}", METHOD, whole, key="coming", chart=False)
        if mine.empty:
            states.nothing("Nothing is expected from this.", "Choose another week or source.")
            return
        if by == PAPERS:
            _papers(view, mine)
        else:
            _owners(view, ask(_by_owner, view.store, view, cash.learning(view), source, week["start"]))


def _behind(_: Store, view: View, _learning: bool, source: str, start: date) -> pd.DataFrame:
    """The rows of a source in the week that begins with `start`, in the currency that is shown."""
    frame = cash.expected(view).behind(source, start)
    return frame[frame["currency"] == view.shown].reset_index(drop=True)


def _by_owner(_: Store, view: View, learning: bool, source: str, start: date) -> pd.DataFrame:
    """The same added up by customer."""
    mine = ask_large(_behind, view.store, view, learning, source, start)
    # Arrow adds decimals up ten times as fast as pandas does.
    rows = pa.Table.from_pandas(mine[["customer_id", "expected"]]).group_by("customer_id")
    sums = rows.aggregate([("expected", "count"), ("expected", "sum")]).rename_columns(["customer_id", "items", "expected"])
    found: pd.DataFrame = sums.sort_by([("expected", "descending"), ("customer_id", "ascending")]).to_pandas(types_mapper=pd.ArrowDtype)
    return found


def _ending(end: Any) -> str:
    last = date.fromisoformat(str(end)[:10])
    return write.span(last - WEEK, last)


def _equation(view: View, whole: Decimal, parts: dict[str, Decimal]) -> None:
    steps = [
        " + ".join(SOURCES[source].lower() for source in parts),
        " + ".join(write.money(amount, view.shown) for amount in parts.values()),
        write.money(whole, view.shown),
    ]
    equation = ["Expected", *(f"= {step}" for step in dict.fromkeys(steps))]
    st.code("\n".join(equation), language=None, wrap_lines=True)
    shown.sentence(" ".join(equation))


def _owners(view: View, found: pd.DataFrame) -> None:
    columns = {
        "name": Column("Customer", width=240),
        "customer_id": Column("Id"),
        "items": Column("Rows", "count"),
        "expected": Column("Expected", "money"),
    }
    _page(view, found, columns, "customer")


def _papers(view: View, mine: pd.DataFrame) -> None:
    columns = {
        "name": Column("Customer", width=190),
        "number": Column("Invoice"),
        "due_date": Column("Due", "date"),
        "open_amount": Column("Open", "money"),
        "credit_amount": Column("Covered by credit", "money"),
        "chance": Column("Paid in the week", "percent"),
        "expected": Column("Expected", "money"),
    }
    _page(view, mine, columns, "invoice", _with_chances)


def _with_chances(part: pd.DataFrame) -> pd.DataFrame:
    """With the chance to be paid in the week that the expected amount stands for; something is owed wherever something is expected."""
    cells = zip(column(part, "expected"), column(part, "open_amount"), column(part, "credit_amount"), strict=True)
    return part.assign(chance=[expected / (amount - credit) for expected, amount, credit in cells])


def _page(
    view: View,
    found: pd.DataFrame,
    columns: dict[str, Column],
    noun: str,
    completed: Callable[[pd.DataFrame], pd.DataFrame] = lambda part: part,
) -> None:
    """A page of the rows, `completed`, each with its customer's name; choosing one opens the customer."""
    total = pc.sum(pa.array(found["expected"])).as_py()
    shown.caption(write.plain(f"{write.items(len(found), noun)} · {write.money(total, view.shown)}"))
    with lists.page_of("coming_page", len(found), PAGE, noun) as page:
        part = completed(found.iloc[(page - 1) * PAGE : page * PAGE])
        customers: Sequence[str] = column(part, "customer_id")
        tables.table(
            cash.named(view, part),
            columns,
            key="coming",
            alt=f"What the week's receipts are expected from, by {noun}, largest first; choosing a row opens the customer",
            currency=view.shown,
            rows=min(len(part), lists.SHOWN_ROWS),
            on_pick=lambda row: lists.open_customer(customers[row]),
        )
