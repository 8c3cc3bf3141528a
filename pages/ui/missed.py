"""What an error of the back-test is made of: past days, their weeks, and the invoices that were open on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from analytics import forecast
from analytics.forecast import Backtest
from pages.ui import cards, export, lists, proof, shown, states, tables
from pages.ui import format as write
from pages.ui.cells import column
from pages.ui.filters import View
from pages.ui.tables import Column

PAGE = 25
WEEKLY, DAYS_OFF = "Weekly error", "Days off"
ALL_SOURCES = "total"


@dataclass(frozen=True)
class Error:
    """A figure: what it says, its equation, and which rows it is made of."""

    says: str
    formula: str
    level: str | None = None
    """Of an interval: 80 or 90."""
    days: int | None = None
    """Of the first so many days as one amount, where it is not of weeks."""
    signed: bool = False


MISSED = "sum of |expected - came in| / sum of came in"
ERRORS = {
    WEEKLY: Error("Absolute misses of the weeks, as a share of what came in (WAPE).", MISSED),
    "Bias": Error("Misses as such a share, with their signs: above 0, too much was expected.", MISSED.replace("|", ""), signed=True),
    **{f"{days} days": Error(f"The error of the first {days} days, taken as one amount.", MISSED, days=days) for days in (30, 60, 90)},
    **{f"{n}% held": Error(f"How many of the weeks lay inside the {n}% interval.", "weeks inside / weeks", str(n)) for n in (80, 90)},
    DAYS_OFF: Error(
        "Days between the expected day (by which an invoice is paid with even odds; the end of the horizon, where that comes first) and "
        "that of payment, of invoices of any currency paid within the horizon. Money that was there before and applied since counts on the "
        "day it was received.",
        "sum of days off / invoices paid",
    ),
}


def choose(model: str, said_on: date | None = None) -> None:
    """Chooses a model whose error is looked into, at one past day or all."""
    st.session_state["model"] = model
    st.session_state["said_on"] = said_on and said_on.isoformat()
    if st.session_state.get("error") == DAYS_OFF:
        st.session_state["error"] = WEEKLY


def rows(view: View) -> None:
    """The equation of the chosen error with its sums put in, and the rows that they are made of."""
    found = proof.tested(view)
    weeks = found.weeks[found.weeks["currency"] == view.shown]
    if weeks.empty:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        name = st.selectbox("Behind the error", list(ERRORS), key="error", bind="query-params", width=180)
        error = ERRORS[name]
        models = list(dict.fromkeys(column(weeks[weeks["lo90"].notna()] if error.level else weeks, "model")))  # the last: of all sources
        model = "" if name == DAYS_OFF else _one_of("Model", models, "model", index=len(models) - 2, format_func=_called, width=320)
        days = [day.isoformat() for day in dict.fromkeys(column(weeks, "cutoff"))]
        said_on = _one_of("Said on", days, "said_on", index=None, format_func=_written, placeholder="All past days", width=180)
    day = date.fromisoformat(said_on) if said_on else None
    method = f"**{name}.** {error.says} {name} = {error.formula}."
    with cards.card(f"Behind {name[0].lower()}{name[1:]}", _population(name, model, day), method=method) as end:
        if name == DAYS_OFF:
            _invoices(view, found, day, method, end)
            return
        frame = found.weeks if error.days is None else found.until
        mine = frame[(frame["currency"] == view.shown) & (frame["model"] == model)]
        ends = zip(column(mine, "cutoff"), column(mine, "end"), strict=True)
        mine = mine[[day in (None, cutoff) and error.days in (None, (end - cutoff).days) for cutoff, end in ends]]
        with end:
            export.menu(view, f"Behind {name}", method, mine, key="missed", chart=False)
        _compared(view, name, error, _judged(mine, error), by_week=day is not None and error.days is None)


def _one_of(label: str, options: Sequence[str], key: str, *, index: int | None = 0, **how: Any) -> Any:
    """A choice that rows of other tables also make; it gives way where that is none of these."""
    if st.session_state.get(key) not in (None, *options):
        st.session_state[key] = None if index is None else options[index]
    return st.selectbox(label, options, index=index, key=key, bind="query-params", **how)


def _called(model: str) -> str:
    return "the forecast, all sources" if model == ALL_SOURCES else model


def _written(day: str) -> str:
    return write.day(date.fromisoformat(day))


def _population(name: str, model: str, day: date | None) -> str:
    whose = "the forecast" if name == DAYS_OFF else _called(model)
    return f"{whose}, {'all past days' if day is None else f'said on {write.day(day)}'}"


def _judged(frame: pd.DataFrame, error: Error) -> pd.DataFrame:
    """The rows with their `miss`, or whether each was `inside` its interval, as numbers that add up."""
    expected, actual = column(frame, "expected"), column(frame, "actual")
    if error.level is None:
        misses = [was - came for was, came in zip(expected, actual, strict=True)]
        return frame.assign(part=misses if error.signed else [abs(miss) for miss in misses], whole=actual)
    bounds = zip(column(frame, f"lo{error.level}"), actual, column(frame, f"hi{error.level}"), strict=True)
    return frame.assign(part=[int(low <= came <= high) for low, came, high in bounds], whole=1)


def _equation(name: str, error: Error, part: str, whole: str, value: str) -> None:
    steps = [name, f"= {error.formula}", f"= {part} / {whole}", f"= {value}"]
    st.code("\n".join(steps), language=None, wrap_lines=True)
    shown.sentence(f"{error.says} {' '.join(steps)}")


def _compared(view: View, name: str, error: Error, mine: pd.DataFrame, *, by_week: bool) -> None:
    """Weeks, or past days of which each leads to its weeks."""
    kind: tables.Kind = "count" if error.level else "money"
    part, whole = (sum(column(mine, each)) for each in ("part", "whole"))
    said = [write.count(each) if error.level else write.money(each, view.shown) for each in (part, whole)]
    share = part / Decimal(whole) if whole else None
    _equation(name, error, *said, write.percent(share))
    part_of = Column("Inside" if error.level else "Miss", kind)
    if by_week:
        low, high = (f"{end}{error.level or 90}" for end in ("lo", "hi"))
        columns = {
            "start": Column("Week from", "date"),
            "end": Column("to", "date"),
            "expected": Column("Expected", "money"),
            "actual": Column("Came in", "money"),
            "part": part_of,
            **({} if mine[low].isna().all() else {low: Column(f"{low[2:]}% from", "money"), high: Column("to ", "money")}),
        }
        frame = mine
    else:
        frame = mine.groupby("cutoff", as_index=False, sort=False)[["expected", "actual", "part", "whole"]].sum()
        parts = zip(column(frame, "part"), column(frame, "whole"), strict=True)
        frame = frame.assign(share=[Decimal(part) / Decimal(whole) if whole else None for part, whole in parts])
        columns = {
            "cutoff": Column("Said on", "date"),
            "expected": Column("Expected", "money"),
            "actual": Column("Came in", "money"),
            "part": part_of,
            **({"whole": Column("Weeks", "count")} if error.level else {}),
            "share": Column(name, "percent"),
        }
    cutoffs = column(frame, "cutoff")

    def open_day(row: int) -> None:
        st.session_state["said_on"] = cutoffs[row].isoformat()

    tables.table(
        frame,
        columns,
        key="missed_weeks" if by_week else "missed_days",
        alt="The weeks of a past day: what was expected and what came in" if by_week else "Past days; choosing one shows its weeks",
        currency=view.shown,
        totals={each: sum(column(frame, each)) for each in ("expected", "actual", "part", "whole")} | {"share": share},
        rows=min(len(frame) + 1, lists.SHOWN_ROWS),
        on_pick=None if by_week or error.days else open_day,
    )


def _invoices(view: View, found: Backtest, day: date | None, method: str, end: Any) -> None:
    """The invoices that were open at the past days, the most days off first; choosing one opens its customer."""
    whole = forecast.foretold(view.store, found, cutoff=day, size=PAGE)
    with end:
        export.menu(
            view,
            "Invoices foretold",
            method,
            lambda: forecast.foretold(view.store, found, cutoff=day, size=None).rows,
            key="missed",
            chart=False,
            rows=whole.total_items,
        )
    if not whole.total_items:
        states.nothing("No invoice was open.", "Choose another day, or clear a filter.")
        return
    mean = Decimal(whole.days_off) / whole.paid_items if whole.paid_items else None
    _equation(DAYS_OFF, ERRORS[DAYS_OFF], write.count(whole.days_off), write.count(whole.paid_items), write.days(mean))
    when = "at the past days" if day is None else "then"
    shown.caption(f"{write.items(whole.total_items, 'invoice')} open {when}, most days off first; those not paid in time come last")
    with lists.page_of("missed_page", whole.total_items, PAGE, "invoice") as number:
        part = (whole if number == 1 else forecast.foretold(view.store, found, cutoff=day, page=number, size=PAGE)).rows
        customers = column(part, "customer_id")
        one = view.shown if set(column(part, "currency")) == {view.shown} else None
        tables.table(
            part.assign(name=part["name"].fillna(part["customer_id"])),
            {
                "cutoff": Column("Said on", "date", 95),
                "name": Column("Customer", width=190),
                "invoice_id": Column("Invoice"),
                "due_date": Column("Due", "date", 95),
                "open_amount": Column("Open then", "money"),
                **({} if one else {"currency": Column("Currency", width=80)}),
                "expected_pay_date": Column("Expected", "date", 95),
                "paid_date": Column("Paid", "date", 95),
                "days_off": Column("Days off", "count"),
                "days_off_median": Column("By median", "count"),
                "p_paid_30": Column("Paid in 30 d", "percent"),
                "paid_30": Column("Was it", "flag"),
                "p_late_0": Column("Late", "percent"),
                "late_0": Column("Was it ", "flag"),
            },
            key="missed_invoices",
            alt="Invoices open at past days: expected and paid; choosing a row opens its customer",
            currency=one,
            rows=min(len(part), lists.SHOWN_ROWS),
            on_pick=lambda row: lists.open_customer(customers[row]),
        )
