"""DSO and its relatives: every method with its definition, its inputs, its history, and what moved it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd
import streamlit as st

from analytics import aging, choices, dates, dso, kpis
from analytics.exports import SheetChart
from analytics.frames import frame_of
from analytics.kpis import Inputs
from analytics.money import rounded_to
from pages.ui import cards, charts, export, shown, states, tables
from pages.ui import format as write
from pages.ui.cells import column, records
from pages.ui.filters import View
from pages.ui.session import ask, chosen

ZERO = Decimal(0)
DAYS = 90
PERIODS = {30: "30 days", 90: "90 days", 365: "A year"}
HISTORY = timedelta(days=3 * 365)


@dataclass(frozen=True)
class Method:
    """A figure: its name, its column in `kpis.summary`, its unit, what it says, its formula, and the sums it is made of."""

    name: str
    column: str
    unit: str
    says: str
    formula: str
    inputs: tuple[str, ...]


METHODS = (
    Method("DSO, simple", "dso", "days", "How many days of sales are open.", "open / sales x days", ("open", "sales")),
    Method(
        "DSO, average",
        "dso_average",
        "days",
        "The same on the mean of opening and ending receivables: a month-end spike weighs half.",
        "(opening + open) / 2 / sales x days",
        ("opening", "open", "sales"),
    ),
    Method(
        "DSO, countback, monthly",
        "dso_countback_monthly",
        "days",
        "Whole months back whose sales make up what is open, the last in part. Follows seasonal sales.",
        "days of the months whose sales reach open",
        ("open",),
    ),
    Method(
        "DSO, countback, daily",
        "dso_countback_daily",
        "days",
        "The smallest number of days back whose summed sales reach what is open.",
        "days back until sales reach open",
        ("open",),
    ),
    Method(
        "Best-possible DSO",
        "dso_best_possible",
        "days",
        "DSO if nothing were late: simple, of the part that is not past due.",
        "not due / sales x days",
        ("not due", "sales"),
    ),
    Method(
        "ADD, average days delinquent",
        "add",
        "days",
        "What lateness adds: simple DSO less best-possible DSO.",
        "overdue / sales x days",
        ("overdue", "sales"),
    ),
    Method(
        "CEI, collection effectiveness",
        "cei",
        "%",
        "What was collected of what could have been, over the whole period; variants that divide sales by months differ.",
        "(opening + sales - open) / (opening + sales - not due) x 100",
        ("opening", "sales", "open", "not due"),
    ),
    Method(
        "AR turnover",
        "turnover",
        "times",
        "How often receivables were turned in the period; not annualised.",
        "sales / ((opening + open) / 2)",
        ("sales", "opening", "open"),
    ),
    Method(
        "Weighted days to pay",
        "days_to_pay",
        "days",
        "From issue to payment, of what was paid in the period, weighted by amount.",
        "sum(applied x days from issue) / applied",
        ("applied",),
    ),
    Method(
        "Weighted days late, paid",
        "days_late",
        "days",
        "The same against the due date; early counts negative.",
        "sum(applied x days from due date) / applied",
        ("applied",),
    ),
)
BESIDE = METHODS[:5]
"""The methods of DSO proper, shown side by side."""


def days_of_sales() -> int:
    """Over how many days the figures are asked; one choice for all pages, in the URL."""
    return st.segmented_control(
        "Sales of", list(PERIODS), format_func=PERIODS.__getitem__, default=DAYS, required=True, key="days", bind="query-params"
    )


def side_by_side(view: View, days: int) -> None:
    """Each method of DSO as a headline with its definition and inputs."""
    now = figures(view, view.day, days)
    inputs = sums(view, view.day, days)
    exhausted = bool(now.get("dso_countback_exhausted"))
    with st.grid(len(BESIDE), min_column_width=160):
        for method in BESIDE:
            short_history = exhausted and method.column.startswith("dso_countback")
            value = write.days(now.get(method.column))
            value = f"≥ {value}" if short_history else value
            shown.figure(method.name, value, "", f"{method.name}, {days} days. {method.says} Formula: {method.formula}.")
            st.metric(
                method.name,
                value,
                help=f"**{method.name}, {days} days.** {method.says} Formula: {write.plain(method.formula)}. "
                f"Inputs: {write.plain(_inputs_in_words(method, inputs, view, days))}."
                + (" The history is too short: at least so many days." if short_history else ""),
                border=True,
                height="stretch",
            )


def trend(view: View, days: int) -> None:
    """Simple DSO at every month's end of three years that has a whole period of sales behind it, with its mean."""
    begun = (ask(choices.first_day, view.store) or view.day) + timedelta(days=days)
    start = min(max(begun, view.day - HISTORY), dates.month_start(view.day) - timedelta(days=1))
    frame = ask(aging.trend, view.store, view.focus, every="month", start=start, days=days)
    values = column(frame, "dso")
    known = [value for value in values if value is not None]
    definition = f"**DSO, simple, {days} days**, at the end of each month: open / sales of the {days} days up to it x {days}."
    with cards.card("Trend", f"simple, {days} days, month ends", method=definition) as end:
        with end:
            export.menu(view, "DSO by month", definition, frame, key="dso_history", sheet_chart=SheetChart("line", "date", ("dso",)))
        if not known:
            states.nothing("No credit sales, so no DSO.", "Choose another day, or clear a filter.")
            return
        mean = sum(known, ZERO) / len(known)
        figure = charts.lines(column(frame, "date"), {"DSO": values}, levels={"Mean": mean} | target(), height=280)
        charts.show(figure, "dso_history", f"DSO by month, between {write.number(min(known), 1)} and {write.number(max(known), 1)} days")


def moved(view: View, days: int, back: timedelta) -> None:
    """What moved simple DSO since `back` ago: more or less not yet due, more or less overdue, and the pace of sales."""
    then, now = sums(view, view.day - back, days), sums(view, view.day, days)
    definition = (
        "Simple DSO then and now. What is open moves it at the earlier pace of sales, apart for what is not due and what is overdue; "
        "the pace of sales moves it on what is open now. The parts add up exactly."
    )
    with cards.card("What moved it", f"since {write.day(view.day - back)}", method=definition) as end:
        steps = _steps(then, now, view.day - back, view.day, days)
        if steps is None:
            states.nothing("One of the two days had no credit sales.", "Compare with another day.")
            return
        frame = frame_of(
            [{"step": name, "days": rounded_to(value, 4)} for name, value in steps.items()],
            {"step": "text", "days": "ratio"},
        )
        with end:
            export.menu(view, "What moved DSO", definition, frame, key="dso_moved")
        figure = charts.waterfall(list(steps), list(steps.values()), charts.DAYS, height=280)
        charts.show(figure, "dso_moved", "From the earlier DSO to the present one, step by step, in days")


def all_methods(view: View, days: int) -> None:
    """Every figure of the period in a table, with its formula and its inputs."""
    now, inputs = figures(view, view.day, days), sums(view, view.day, days)
    frame = pd.DataFrame(
        {
            "Figure": [method.name for method in METHODS],
            "Value": [written(now.get(method.column), method.unit) for method in METHODS],
            "What it says": [method.says for method in METHODS],
            "Formula": [method.formula for method in METHODS],
            "Inputs": [_inputs_in_words(method, inputs, view, days) for method in METHODS],
        }
    )
    with cards.card("Every figure of the period", period(view, days)) as end:
        with end:
            export.menu(view, "DSO and its relatives", f"{days} days to the as-of day", frame, key="methods", chart=False)
        tables.prose(frame, alt="Every figure with its value, what it says, its formula and its inputs")


def target() -> dict[str, Decimal]:
    """The installation's target for DSO by its name, if it has one."""
    aim = chosen().dso_target
    return {} if aim is None else {"Target": aim}


def figures(view: View, day: date, days: int) -> dict[str, Any]:
    """Every figure of the shown currency at `day`, by its column."""
    return of_currency(ask(kpis.summary, view.store, view.focus.at(day), days=days), view.shown)


def of_currency(summary: pd.DataFrame, currency: str) -> dict[str, Any]:
    """The row of `currency`; where nothing is in it a sum is 0, as any sum of nothing, and only ratios are undefined."""
    nothing = {name: ZERO for name, kind in kpis.COLUMNS.items() if kind == "amount"}
    return next((row for row in records(summary) if row["currency"] == currency), nothing)


def sums(view: View, day: date, days: int) -> Inputs:
    """The exact sums that they are made of."""
    return ask(kpis.inputs, view.store, view.focus.at(day), days=days).get(view.shown, Inputs())


def period(view: View, days: int) -> str:
    """The days that are covered, in words."""
    return write.span(view.day - timedelta(days=days - 1), view.day)


def by_name(inputs: Inputs, day: date, days: int) -> dict[str, Decimal]:
    """The sums by the names that formulas have for them."""
    return {
        "opening": inputs.opening,
        "open": inputs.open,
        "not due": inputs.open - inputs.overdue,
        "overdue": inputs.overdue,
        "unapplied": inputs.unapplied,
        "sales": _sales(inputs, day, days),
        "applied": inputs.paid.amount,
    }


def _sales(inputs: Inputs, day: date, days: int) -> Decimal:
    start = day - timedelta(days=days)
    return sum((amount for issued, amount in inputs.sales_by_day.items() if issued > start), ZERO)


def _steps(then: Inputs, now: Inputs, earlier: date, day: date, days: int) -> dict[str, Fraction] | None:
    sales_then, sales_now = _sales(then, earlier, days), _sales(now, day, days)
    before, after = dso.simple(then.open, sales_then, days), dso.simple(now.open, sales_now, days)
    if before is None or after is None:
        return None
    pace = Fraction(days) / Fraction(sales_then)
    not_due = Fraction((now.open - now.overdue) - (then.open - then.overdue)) * pace
    late = Fraction(now.overdue - then.overdue) * pace
    return {
        write.day(earlier): before,
        "Not yet due": not_due,
        "Overdue": late,
        "Pace of sales": after - before - not_due - late,
        write.day(day): after,
    }


def _inputs_in_words(method: Method, inputs: Inputs, view: View, days: int) -> str:
    known = by_name(inputs, view.day, days)
    return ", ".join(f"{name}{write.UNPARTED}{write.money(known[name], view.shown)}" for name in method.inputs)


def written(value: Decimal | None, unit: str) -> str:
    """A figure in its unit: days, %, times."""
    return write.measure(value, *_UNITS[unit])


_UNITS: dict[str, tuple[int, str]] = {"%": (1, "%"), "times": (2, " x"), "days": (1, " d")}
"""The decimals of a figure, and what is written behind it."""
