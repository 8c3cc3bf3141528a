"""Any figure by rows and columns of one's own choice: a chart, and the table behind it with its totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from analytics import choices, pivot
from pages.ui import cards, charts, export, figures, flows, lists, states, tables
from pages.ui import format as write
from pages.ui.cells import records
from pages.ui.charts import Unit
from pages.ui.filters import EMPTY, LABELS, View, narrow
from pages.ui.session import ask
from pages.ui.tables import Column, Kind

PAGE = 15
LARGEST = 100
"""So many customers have a row of their own; the others are one."""
MOST_PLACES = 12
NONE = "nothing"
MEASURES = {
    "Open": "open",
    "Overdue": "overdue",
    "Overdue share": "overdue_share",
    "Open items": "items",
    "Unapplied": "unapplied",
    "Net AR": "net",
    "Credit sales": "sales",
    "Receipts": "receipts",
    "DSO, simple": "dso",
    "Best-possible DSO": "dso_best_possible",
    "ADD, average days delinquent": "add",
    "Weighted days to pay": "days_to_pay",
    "Weighted days late, paid": "days_late",
}
SAYS = {
    "open": "Open amounts of invoices and debit notes at the close of the day",
    "overdue": "The part of what is open whose due date has passed",
    "overdue_share": "Overdue / open",
    "items": "The number of open items, installments apart",
    "unapplied": "Receipts less refunds plus credit notes, less what of them is applied",
    "net": "Open less unapplied",
    "sales": "Invoices and debit notes less credit notes of the period",
    "receipts": "Receipts less refunds of the period",
    "dso": "Open / sales of the days before x those days",
    "dso_best_possible": "Not due / sales of the days before x those days",
    "add": "Overdue / sales of the days before x those days",
    "days_to_pay": "Sum of applied x days from issue / applied, of payments applied in the period",
    "days_late": "Sum of applied x days from due date / applied, of payments applied in the period",
}
WORDS = {"Customer": "customer"} | {LABELS[word]: word for word in pivot.WORDS if word in LABELS}
WORDS |= {"Bucket": "bucket", "Month": "month", "Week": "week"}
DAYS = {30: "30 days", 90: "90 days", 365: "A year"}
KINDS: dict[str, Kind] = {"amount": "money", "share": "percent", "days": "ratio", "count": "count"}
DRAWN = ("bars", "lines", "heat map")


@dataclass(frozen=True)
class Cut:
    """What is asked: a measure by rows and columns (None: no columns), over so many days where it needs some."""

    measure: str
    rows: str
    columns: str | None
    days: int

    @property
    def unit(self) -> pivot.Unit:
        """How the figure is written."""
        return pivot.MEASURES[self.measure].unit

    @property
    def over_time(self) -> bool:
        """Whether rows or columns are periods."""
        return self.rows in pivot.SPANS or self.columns in pivot.SPANS

    @property
    def method(self) -> str:
        """What the figure is, of which days, and what its totals are."""
        over, named = pivot.MEASURES[self.measure].over, _name(MEASURES, self.measure)
        of = {"balance": "", "trailing": f" {self.days} days before each day.", "period": f" The period: {self.days} days."}[over]
        if over == "period" and self.over_time:
            of = " The period: from one end to the next."
        return f"**{named}.** {SAYS[self.measure]}.{of} Totals are made of the sums, so that a ratio's total is the ratio of the totals."


def pivot_table(view: View) -> None:
    """The choices, the chart and the table."""
    cut, drawn = _choices()
    by = f"by {_name(WORDS, cut.rows).lower()}" + (f" and {_name(WORDS, cut.columns).lower()}" if cut.columns else "")
    title = f"{_name(MEASURES, cut.measure)} {by}"
    with cards.card(title, method=cut.method) as end:
        found = ask(
            pivot.table, view.store, view.focus, measure=cut.measure, rows=cut.rows, columns=cut.columns, days=cut.days, size=LARGEST
        )
        if found.frame.empty:
            states.nothing("Nothing to show here.", "Choose another measure or day, or clear a filter.")
            return
        with end:
            if st.button("How computed", icon=":material/function:", type="tertiary", key="how_explored", help="Definition, inputs, rows"):
                _computed(view, cut)
            export.menu(view, title, cut.method, found.frame, key="explored")
        named = _named(view, cut, found)
        charts.show(_figure(cut, drawn, named, found.columns, view.shown), "explored", f"{title}, {drawn}")
        _table(view, cut, found, named)


def _choices() -> tuple[Cut, str]:
    with st.container(border=True, horizontal=True, vertical_alignment="bottom", gap="small"):
        measure = MEASURES[st.selectbox("Measure", list(MEASURES), key="measure", bind="query-params", width=250)]
        allowed = [name for name in WORDS if name != "Bucket" or measure == "open"]
        rows = st.selectbox("Rows", allowed, index=allowed.index("Segment"), key="rows", bind="query-params", width=140)
        time = rows in ("Month", "Week")
        across = [NONE, *(name for name in allowed if name not in ("Customer", rows) and not (time and name in ("Month", "Week")))]
        default = across.index("Month") if "Month" in across else 0
        columns = st.selectbox("Columns", across, index=default, key="columns", bind="query-params", width=140)
        days = st.segmented_control(
            "Days", list(DAYS), format_func=DAYS.__getitem__, default=90, required=True, key="explore_days", bind="query-params"
        )
        drawn = st.segmented_control("Chart", list(DRAWN), default="bars", required=True, key="chart", bind="query-params")
    return Cut(measure, WORDS[rows], None if columns == NONE else WORDS[columns], days), drawn


def _named(view: View, cut: Cut, found: pivot.Pivot) -> list[dict[str, Any]]:
    """The lines of the table, each with the `name` a person reads."""
    lines = records(found.frame)
    names: dict[str, str] = {}
    if cut.rows == "customer":
        names = ask(choices.names, view.store, tuple(line["customer"] for line in lines if line["customer"]))
    written = {"others": f"{write.count(found.hidden)} others", "total": "Total"}
    for line in lines:
        value = line[cut.rows]
        line["name"] = written.get(line["line"]) or _place(cut.rows, names.get(value, value))
    return lines


def _place(word: str | None, value: str | None) -> str:
    if value is None:
        return EMPTY
    if word in pivot.SPANS:
        day = date.fromisoformat(value)
        return f"{day:%b %y}" if word == "month" else f"{day.day} {day:%b}"
    return value


def _figure(cut: Cut, drawn: str, lines: Sequence[dict[str, Any]], columns: Sequence[str], currency: str) -> go.Figure:
    """Time runs along the axis; else the rows do, the largest of them."""
    unit = _unit(cut, currency)
    values = [line for line in lines if line["line"] == "value"]
    names = {column: _place(cut.columns, column) for column in columns} or {"total": _name(MEASURES, cut.measure)}
    if drawn == "heat map":
        shown = values if cut.rows in pivot.SPANS else values[: 2 * MOST_PLACES]
        cells = [[_scaled(line[column], cut) for column in names] for line in shown]
        return charts.heat([line["name"] for line in shown], list(names.values()), cells, unit)
    if cut.columns in pivot.SPANS:
        across = list(names.values())
        series = {line["name"]: [_scaled(line[column], cut) for column in names] for line in values[: charts.MOST_KINDS]}
    else:
        shown = values if cut.rows in pivot.SPANS else values[:MOST_PLACES]
        across = [line["name"] for line in shown]
        series = {name: [_scaled(line[column], cut) for line in shown] for column, name in names.items()}
    if drawn == "lines":
        return charts.trends(across, series, unit)
    return charts.bars(across, series, unit, stack=cut.unit in ("amount", "count"))


def _scaled(value: Decimal | None, cut: Cut) -> Decimal | None:
    return value * 100 if value is not None and cut.unit == "share" else value


def _unit(cut: Cut, currency: str) -> Unit:
    if cut.unit == "amount":
        return charts.money_unit(currency)
    return {"share": charts.SHARES, "days": charts.LENGTHS, "count": charts.COUNTS}[cut.unit]


def _table(view: View, cut: Cut, found: pivot.Pivot, lines: list[dict[str, Any]]) -> None:
    """A page of the rows with the totals under them; choosing a row narrows the view to it."""
    rows, total = lines[:-1], lines[-1]
    with_total = any(line["total"] is not None for line in lines)
    cells = [*found.columns, *(["total"] if with_total else [])]
    kind, label = KINDS[cut.unit], "Total" if found.columns else _name(MEASURES, cut.measure)
    with lists.page_of("explored_page", len(rows), PAGE, "row") as page:
        shown = rows[(page - 1) * PAGE : page * PAGE]
        tables.table(
            pd.DataFrame([{"name": line["name"], **{name: line[name] for name in cells}} for line in shown]),
            {"name": Column(_name(WORDS, cut.rows), width=180)}
            | {name: Column(_place(cut.columns, name), kind) for name in found.columns}
            | ({"total": Column(label, kind)} if with_total else {}),
            key="explored_table",
            alt=f"{_name(MEASURES, cut.measure)} by {cut.rows}, with totals",
            currency=view.shown,
            totals={name: total[name] for name in cells},
            rows=len(shown) + 1,
            on_pick=partial(_drill, cut, [(line["line"], line[cut.rows]) for line in shown]),
        )


def _drill(cut: Cut, values: Sequence[tuple[str, str | None]], row: int) -> None:
    """A customer is opened; another value becomes the filter, and its customers the rows."""
    line, value = values[row]
    if line != "value" or cut.rows in (pivot.BUCKET, *pivot.SPANS):
        return
    if cut.rows == "customer":
        lists.open_customer(str(value))
        return
    narrow(cut.rows, value)
    st.session_state["rows"] = "Customer"


def _computed(view: View, cut: Cut) -> None:
    """Goes to how the measure is computed, of the whole that the filters leave."""
    named = {method.column: name for name, method in figures.FIGURES.items()} | {"items": "Open receivables"}
    if cut.measure in named:
        figures.show(named[cut.measure], days=DAYS[cut.days])
    flows.show("Net AR", view.day - timedelta(days=cut.days), cut.measure)


def _name(of: dict[str, str], word: str | None) -> str:
    return next((name for name, each in of.items() if each == word), "")
