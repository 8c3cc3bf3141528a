"""How soon what a month billed is paid, how much of a bucket grows older, and how much the largest debtors owe."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from analytics import cohorts, concentration, rolls
from analytics.money import rounded_to
from pages.ui import billed, cards, charts, export, figures, shown, states, tables
from pages.ui import format as write
from pages.ui.cards import Figure
from pages.ui.cells import column, records
from pages.ui.filters import View
from pages.ui.session import ask
from pages.ui.tables import Column

COHORTS = (
    "**Paid within n days.** Of the invoices and debit notes issued in a month, the share of their totals that payments had paid at most n "
    "days after issue. What is credited or written off is never paid. A share is shown once the whole month is n days old."
)
ROLLS = (
    "**Roll rate.** Of what lay in a bucket at the end of a month, the share that is still open a month later and lies in an older bucket, "
    "item by item. The lower, the better."
)
CONCENTRATION = (
    "**Concentration.** The share of the n largest debtors, of customers whose open amounts add up to more than zero. HHI: the sum of the "
    "squared shares; 1 is a single debtor, 1/n are n equal ones."
)
PAID = tuple(f"paid_{days}" for days in cohorts.EDGES)
WITHIN = tuple(f"{days} d" if days else "on issue" for days in cohorts.EDGES)
PAID_BY = {name: f"Paid by {label}" if label != "on issue" else "On issue" for name, label in zip(PAID, WITHIN, strict=True)}


def paid_within(view: View) -> None:
    """A row per month of issue: what it billed, and how much of it was paid by when."""
    frame = ask(cohorts.shares, view.store, view.focus)
    rows = [row for row in records(frame) if row["currency"] == view.shown]
    with cards.card("Share of a month's billing paid by n days", "by month of issue", method=COHORTS) as end:
        if not rows:
            states.nothing("No month is complete here.", "Choose a later day, or clear a filter.")
            return
        with end:
            export.menu(view, "Cohorts by month of issue", COHORTS, frame, key="cohorts")
        months = [billed.named(row["month"]) for row in rows]
        cells = [[_percent(row[name]) for name in PAID] for row in rows]
        charts.show(charts.heat(months, WITHIN, cells, charts.SHARES), "cohorts", _cohorts_alt(rows))
        tables.table(
            pd.DataFrame(rows),
            {"month": Column("Month to", "date", 100), "billed": Column("Billed", "money", 130)}
            | {name: Column(label, "percent") for name, label in PAID_BY.items()},
            key="cohort_table",
            alt="Months of issue with what they billed and the share paid within so many days; choosing a row shows its documents",
            currency=view.shown,
            rows=len(rows),
            on_pick=lambda row: billed.choose(rows[row]["month"]),
        )
    billed.documents(view, [row["month"] for row in rows], PAID_BY)


def roll_rates(view: View) -> None:
    """A line per bucket over the months, and the amounts behind it."""
    frame = ask(rolls.rates, view.store, view.focus)
    rows = [row for row in records(frame) if row["currency"] == view.shown]
    with cards.card("What grows older in a month", "by bucket", method=ROLLS) as end:
        if not rows:
            states.nothing("Nothing was open at the end of a month.", "Choose a later day, or clear a filter.")
            return
        with end:
            export.menu(view, "Roll rates by month", ROLLS, frame, key="rolls")
        ends = sorted({row["end"] for row in rows})
        buckets = list(dict.fromkeys(row["bucket"] for row in rows))
        rates = {(row["bucket"], row["end"]): row["rate"] for row in rows}
        series = {bucket: [_percent(rates.get((bucket, each))) for each in ends] for bucket in buckets}
        figure = charts.trends([f"{each:%b %y}" for each in ends], series, charts.SHARES)
        charts.show(figure, "rolls", f"Roll rates of {', '.join(buckets)} over {len(ends)} months")
        latest = [row for row in rows if row["end"] == ends[-1]]
        shown.caption(write.plain(f"From {write.span(latest[0]['start'], latest[0]['end'])}"))
        tables.table(
            pd.DataFrame(latest),
            {
                "bucket": Column("Bucket", width=110),
                "amount": Column("In it at the start", "money"),
                "rolled": Column("Older a month later", "money"),
                "rate": Column("Roll rate", "percent"),
            },
            key="roll_table",
            alt="Roll rates of the last month by bucket, with their amounts; choosing one shows its items at the start",
            currency=view.shown,
            rows=len(latest),
            on_pick=lambda row: _open_items(latest[row]),
        )


def concentration_curve(view: View) -> None:
    """The curve, what one, five and ten debtors owe, and the index."""
    late = st.toggle("Only what is past due", key="late_only", bind="query-params")
    found = ask(concentration.curve, view.store, view.focus, late=late)
    if not found.debtors:
        states.nothing("Nobody owes anything here.", "Choose another day, or clear a filter.")
        return
    shares = dict(zip(column(found.curve, "debtors"), column(found.curve, "share"), strict=True))
    largest = [(count, shares.get(count)) for count in (1, 5, 10)]
    equal = f"as {write.items(int(rounded_to(1 / found.hhi, 0)), 'equal debtor')}" if found.hhi else ""
    cards.headlines(
        [
            *(
                Figure(f"Largest {count}" if count > 1 else "Largest debtor", write.percent(share), None, "", CONCENTRATION)
                for count, share in largest
            ),
            Figure("HHI", str(found.hhi), equal or None, "", CONCENTRATION, arrow=False),
        ]
    )
    with cards.card("Share of the largest debtors", write.items(found.debtors, "debtor"), method=CONCENTRATION) as end:
        with end:
            export.menu(view, "Concentration", CONCENTRATION, found.curve, key="concentration")
        counts = [write.count(count) for count in column(found.curve, "debtors")]
        series = {"Share": [_percent(share) for share in column(found.curve, "share")]}
        charts.show(charts.trends(counts, series, charts.SHARES), "concentration", _curve_alt(shares))
        if found.in_credit:
            left_out = f"{write.items(found.in_credit, 'customer')} in credit, {write.money(found.credit, view.shown)} in all"
            shown.caption(
                write.plain(f"Left out: {left_out}. What everyone owes comes to {write.money(found.total, view.shown)} without them.")
            )
        tables.table(
            found.curve,
            {
                "debtors": Column("Largest debtors", "count", 130),
                "amount": Column("They owe", "money"),
                "share": Column("Share", "share"),
            },
            key="concentration_table",
            alt="What the largest debtors owe together, and their share; choosing a row lists the debtors",
            currency=view.shown,
            rows=len(found.curve),
            on_pick=lambda _row: figures.show("Overdue" if late else "Open receivables"),
        )


def _open_items(row: dict[str, Any]) -> None:
    """Goes to what lay in the bucket at the start."""
    st.session_state["as_of"] = row["start"]
    st.switch_page("pages/receivables/aging.py", query_params={"bucket": row["bucket"]})


def _percent(share: Decimal | None) -> Decimal | None:
    return None if share is None else share * 100


def _cohorts_alt(rows: list[dict[str, object]]) -> str:
    last = next((row for row in reversed(rows) if row["paid_60"] is not None), None)
    said = f"; {write.percent(last['paid_60'])} of {last['month']:%B %Y} within 60 days" if last else ""  # type: ignore[arg-type]
    return f"Share of each month's billing paid by days from issue, {len(rows)} months{said}"


def _curve_alt(shares: dict[int, Decimal]) -> str:
    return "Share of the largest debtors: " + ", ".join(
        f"{count} owe {write.percent(share, 0)}" for count, share in list(shares.items())[:8]
    )
