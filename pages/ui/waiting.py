"""How long what is billed waits for its payment, and how much of a month is still unpaid long after it was due."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from analytics import time_to_pay
from pages.ui import cards, charts, export, shown, states, tables
from pages.ui import format as write
from pages.ui.cards import Figure
from pages.ui.cells import records
from pages.ui.filters import View
from pages.ui.session import ask
from pages.ui.tables import Column

CURVE = (
    "**Time to pay, open invoices included.** Of the invoices and debit notes issued in the last twelve months, by number, the share that "
    "is still unpaid so many days after issue (Kaplan and Meier). One that is still open, or that was credited or written off, counts for "
    "as long as it was watched: it is not dropped. Half are paid within the median."
)
AT_RISK = (
    f"**At-risk rate.** Of what was billed in a month, the share that was still unpaid {time_to_pay.DAYS} days after its due date; what is "
    "written off is unpaid, what is credited is not. It is known once the whole month is so old."
)
WEEKS = 27
QUARTILES = {"quarter": "25% paid within", "median": "50% paid within", "three_quarters": "75% paid within"}


def time_to_payment(view: View) -> None:
    """The quartiles, the curve they are read from, and the months at risk."""
    found = ask(time_to_pay.curve, view.store, view.focus)
    summary = next((row for row in records(found.summary) if row["currency"] == view.shown), None)
    if summary is None:
        states.nothing("No invoice was issued in these twelve months.", "Choose another day, or clear a filter.")
        return
    behind = (
        write.items(summary["invoices"], "invoice"),
        f"{write.count(summary['open'])} still open",
        f"{write.count(summary['settled_otherwise'])} credited, written off",
    )
    cards.headlines(
        [
            Figure(name, "n/a" if summary[key] is None else write.items(summary[key], "day"), said, "", CURVE, arrow=False)
            for (key, name), said in zip(QUARTILES.items(), behind, strict=True)
        ]
    )
    frame = found.curve[found.curve["currency"] == view.shown].reset_index(drop=True)
    with cards.card("Unpaid so many days after issue", write.span(found.first, found.last), method=CURVE) as end:
        with end:
            export.menu(view, "Time to pay", CURVE, frame, key="time_to_pay")
        days = [7 * week for week in range(WEEKS)]
        series = {"Unpaid": _at(days, records(frame))}
        charts.show(charts.trends([f"{day} d" for day in days], series, charts.SHARES), "time_to_pay", _alt(summary))
    _months_at_risk(view)


def _months_at_risk(view: View) -> None:
    rows = [row for row in records(ask(time_to_pay.at_risk, view.store, view.focus)) if row["currency"] == view.shown]
    with cards.card(f"Unpaid {time_to_pay.DAYS} days after the due date", "by month of issue", method=AT_RISK) as end:
        known = [row for row in rows if row["rate"] is not None]
        if not known:
            states.nothing("No month is old enough here.", "Choose a later day, or clear a filter.")
            return
        with end:
            export.menu(view, "At-risk rate by month", AT_RISK, pd.DataFrame(rows), key="at_risk", chart=False)
        tables.table(
            pd.DataFrame(known),
            {
                "month": Column("Month to", "date", 110),
                "billed": Column("Billed", "money"),
                "unpaid": Column("Unpaid then", "money"),
                "rate": Column("At risk", "share"),
            },
            key="at_risk_table",
            alt="Months of issue with what they billed, what was unpaid long after it was due, and its share",
            currency=view.shown,
            rows=len(known),
        )
        young = len(rows) - len(known)
        if young:
            shown.caption(f"{write.items(young, 'later month')} {'is' if young == 1 else 'are'} not old enough yet.")


def _at(days: Sequence[int], steps: Sequence[dict[str, Any]]) -> list[Decimal | None]:
    """The curve at each of `days`, in percent, up to the last day that anything was watched."""
    last = steps[-1]["days"]
    return [
        None if day > last else 100 * next((step["unpaid"] for step in reversed(steps) if step["days"] <= day), Decimal(1)) for day in days
    ]


def _alt(summary: dict[str, Any]) -> str:
    half = f"half are paid within {summary['median']} days" if summary["median"] is not None else "less than half are paid"
    return f"Share of the invoices of twelve months that is unpaid so many days after issue; {half}"
