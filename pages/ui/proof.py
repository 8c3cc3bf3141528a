"""How good the forecast has been: the models side by side, how often its intervals held, and where it missed most."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import streamlit as st

from analytics import forecast
from analytics.forecast import Backtest
from pages.ui import cards, charts, export, shown, states, tables
from pages.ui import format as write
from pages.ui.cards import Figure
from pages.ui.cells import column, records
from pages.ui.filters import View
from pages.ui.session import ask_large
from pages.ui.tables import Column

METHOD = (
    "**Back-test.** At past days each model saw what was known then, and is compared with what payments brought since on the invoices "
    "that were open. Weekly error: absolute misses as a share of what came in (WAPE), weeks 1 to 13; its range: 90 % of the draws when "
    "the past days are drawn anew. Bias above 0: too much was expected. 30, 60, 90 days: the error of the first so many days as one "
    "amount. Held: the share of weeks inside the interval."
)
RELIABILITY = (
    "**Do the odds hold?** Invoices open at the past days, by the chance they were given: how many of them were then paid within 30 "
    "days, or late. On the dotted line the odds are exactly right."
)
COVERAGE = (
    "**Do the intervals hold?** All sources together: how many of the amounts of a week lay inside the interval, by how many weeks "
    "ahead it was."
)
PAY_DATES = (
    "**Days off.** Mean absolute days between the expected day and that of payment, of invoices paid within the horizon, by how many "
    "paid invoices their customer had."
)
MISSES = "**Largest misses.** The weeks whose total, all sources together, was missed by most. A single large payment is the usual reason."
CHANCES = {"p_paid_30": "paid within 30 days", "p_late_0": "paid late"}


def any_past(view: View) -> bool:
    """Whether anything can be compared; says what to change where not, and that to compare takes a while."""
    with st.spinner("Making the forecasts of 13 past days again, and holding them against what came in: the first time takes a while."):
        found = tested(view)
    if any(row["cutoffs"] for row in _rows(found, view)):
        return True
    _too_little()
    return False


def _too_little() -> None:
    states.nothing(
        "There is too little past to compare.",
        "It takes half a year of payments up to the as-of day: choose a later day, clear a filter, or load a longer history.",
    )


def headlines(view: View) -> None:
    """What the table says, in four figures."""
    found = tested(view)
    ours = _ours(found, view)
    total = next((row for row in records(found.sources) if row["source"] == "total" and row["currency"] == view.shown), {})
    tool = next((row for row in _rows(found, view) if row["model"].endswith("mean delay")), {})
    better = None if not ours.get("wape") or not tool.get("wape") else 1 - ours["wape"] / tool["wape"]
    dates = records(found.pay_dates)[-1]
    cards.headlines(
        [
            Figure("Weekly error", write.percent(ours.get("wape")), _range(ours), "", METHOD, arrow=False),
            Figure("Beats mean delay by", write.percent(better), "weekly error" if better else None, "", METHOD, arrow=False),
            Figure("90% interval held", write.percent(total.get("coverage90")), "all sources", "", COVERAGE, arrow=False),
            Figure("Days off", write.days(dates["error"]), _counted(dates["items"]), "", PAY_DATES, arrow=False),
            Figure("Late or not (AUC)", "n/a" if found.late_auc is None else str(found.late_auc), "1 is perfect", "", AUC, arrow=False),
        ]
    )


AUC = "**AUC.** How often, of two invoices not yet due, the one that was then paid late had been given the higher chance of it."


def models(view: View, on_model: Callable[[str], None]) -> None:
    """The models side by side; choosing one tells `on_model` its name."""
    found = tested(view)
    rows = found.models[found.models["currency"] == view.shown]
    cutoffs = max(column(rows, "cutoffs"), default=0)
    with cards.card("The models side by side", f"open invoices, {write.items(cutoffs, 'past day')}", method=METHOD) as end:
        with end:
            export.menu(view, "Forecast back-test", METHOD, found.weeks, key="models", chart=False)
        for note in found.notes:
            shown.caption(write.plain(note))
        ranges = [_range(row) for row in records(rows)]
        tables.table(
            rows.assign(range=ranges, best=["yes" if best else "" for best in column(rows, "best")]),
            {
                "model": Column("Model", width=260),
                "wape": Column("Weekly error", "percent"),
                "range": Column("Range", width=120),
                "bias": Column("Bias", "percent"),
                "error_30": Column("30 days", "percent"),
                "error_60": Column("60 days", "percent"),
                "error_90": Column("90 days", "percent"),
                "coverage80": Column("80% held", "percent"),
                "coverage90": Column("90% held", "percent"),
                "best": Column("Best", width=60),
            },
            key="models",
            alt="Models and their errors at past days; choosing one shows what its errors are made of",
            rows=len(rows),
            on_pick=lambda row: on_model(column(rows, "model")[row]),
        )


def calibration(view: View) -> None:
    """Whether the intervals, and the odds of invoices, held."""
    found = tested(view)
    left, right = st.columns(2)
    with left, cards.card("Do the intervals hold?", "share of weeks inside", method=COVERAGE) as end:
        rows = [row for row in records(found.horizon) if row["tried"]]
        if not rows:
            _too_little()
        else:
            with end:
                export.menu(view, "Coverage by weeks ahead", COVERAGE, found.horizon, key="coverage")
            series = {"80% held": [row["coverage80"] for row in rows], "90% held": [row["coverage90"] for row in rows]}
            levels = {"80%": Decimal("0.8"), "90%": Decimal("0.9")}
            figure = charts.shares([row["week"] for row in rows], series, "weeks ahead", levels=levels, height=charts.TALL)
            charts.show(figure, "coverage", "Share of weeks inside the 80% and 90% intervals, by weeks ahead")
    with right, cards.card("Do the odds hold?", "of single invoices", method=RELIABILITY) as end:
        rows = records(found.reliability)
        if not rows:
            _too_little()
            return
        with end:
            export.menu(view, "Reliability of the odds", RELIABILITY, found.reliability, key="odds")
        said = sorted({row["said"] for row in rows})
        by_chance = {name: {row["said"]: row["happened"] for row in rows if row["chance"] == chance} for chance, name in CHANCES.items()}
        series = {name: [happened.get(each) for each in said] for name, happened in by_chance.items()}
        figure = charts.shares(said, series, "chance given", diagonal=True, height=charts.TALL)
        charts.show(figure, "odds", "How often invoices were paid within 30 days, and late, by the chance they were given")


def details(view: View, on_miss: Callable[[date], None]) -> None:
    """The days by which pay dates were off, and the largest misses; choosing one tells `on_miss` when it was said."""
    found = tested(view)
    left, right = st.columns([2, 3])
    with left, cards.card("Days off", "expected day of payment", method=PAY_DATES):
        tables.table(
            found.pay_dates,
            {
                "history": Column("Paid before", width=90),
                "items": Column("Invoices", "count"),
                "error": Column("Days off", "ratio"),
                "error_median": Column("By median", "ratio"),
            },
            key="pay_dates",
            alt="Mean days off by the size of the customer's history",
            rows=len(found.pay_dates),
        )
    with right, cards.card("Largest misses", "weeks, all sources", method=MISSES):
        misses = found.misses[found.misses["currency"] == view.shown]
        if misses.empty:
            _too_little()
            return
        tables.table(
            misses,
            {
                "cutoff": Column("Said on", "date"),
                "start": Column("Week from", "date"),
                "end": Column("to", "date"),
                "expected": Column("Expected", "money"),
                "actual": Column("Came in", "money"),
                "miss": Column("Miss", "money"),
            },
            key="misses",
            alt="The weeks with the largest misses; choosing one shows all weeks of what was said that day",
            currency=view.shown,
            rows=len(misses),
            on_pick=lambda row: on_miss(column(misses, "cutoff")[row]),
        )


def tested(view: View) -> Backtest:
    """The back-test of what is in view."""
    return ask_large(forecast.backtest, view.store, view.focus)


def _rows(found: Backtest, view: View) -> list[dict[str, Any]]:
    return [row for row in records(found.models) if row["currency"] == view.shown]


def _ours(found: Backtest, view: View) -> dict[str, Any]:
    return next(iter(_rows(found, view)[-1:]), {})


def _range(row: dict[str, Any]) -> str | None:
    if row.get("wape_lo") is None:
        return None
    return f"{write.percent(row['wape_lo'])} to {write.percent(row['wape_hi'])}"


def _counted(items: int) -> str:
    return write.items(items, "invoice")
