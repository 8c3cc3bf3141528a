"""What the problems concern in money, and the books beside the balances that the source has drawn up itself."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics import health
from pages.ui import cards, export, lists, tables
from pages.ui import format as write
from pages.ui.cells import records
from pages.ui.filters import View
from pages.ui.session import ask
from pages.ui.tables import Column

PAGE = 15
STAKES = (
    "**Problems by kind.** How many rows have each, and what the documents, payments and applications of those rows amount to, each in "
    "its own currency. Quarantined amounts are in no figure; amounts with a warning are in all of them."
)
ASIDE = (
    "**Rows set aside.** Kept with their cells, and in no figure. The file holds those of one table in its own columns: corrected, they "
    "are loaded with `load --append`. Rows that wait for others are tried again with every load."
)
SNAPSHOTS = (
    "**Balances of the source.** What the source itself has drawn up for a customer and a day, beside what these books make of the same "
    "day: an independent check of the aging. The ones that differ come first."
)


def by_kind(view: View) -> None:
    """The problems by kind, with the amounts at stake."""
    counts = records(ask(health.problem_counts, view.store))
    if not counts:
        return
    stakes = ask(health.stakes, view.store)
    money: dict[tuple[str, str, str], list[str]] = {}
    for row in records(stakes):
        money.setdefault((row["code"], row["severity"], row["table"]), []).append(write.money(row["amount"], row["currency"]))
    with cards.card("Problems by kind", write.items(len(counts), "kind"), method=STAKES) as end:
        with end:
            export.menu(view, "Problems by kind", STAKES, stakes, key="stakes", chart=False)
        frame = pd.DataFrame(
            {
                "severity": [row["severity"] for row in counts],
                "code": [row["code"].replace("_", " ") for row in counts],
                "table": [row["table"] for row in counts],
                "problems": [row["problems"] for row in counts],
                "stake": [", ".join(money.get((row["code"], row["severity"], row["table"]), [])) for row in counts],
            }
        )
        tables.table(
            frame,
            {
                "severity": Column("Severity", "verdict", width=100),
                "code": Column("Kind", width=200),
                "table": Column("Table", width=130),
                "problems": Column("Problems", "count", 100),
                "stake": Column("At stake", width=480),
            },
            key="stakes",
            alt="Problems by kind, with the amounts at stake; choosing one lists its problems",
            rows=min(len(frame), PAGE),
            on_pick=lambda row: st.session_state.update(problem=counts[row]["code"]),
        )


def aside(view: View) -> None:
    """The rows that are set aside, with their cells; of one table, as a file to correct and load again."""
    counts = ask(health.quarantined, view.store, size=PAGE)
    if not counts.total:
        return
    with cards.card("Rows set aside", write.items(counts.total, "row"), method=ASIDE) as end:
        kinds = list(
            dict.fromkeys(row["table"] for row in records(ask(health.problem_counts, view.store)) if row["severity"] == "quarantine")
        )
        chosen = st.pills("Table", kinds, key="aside_table", label_visibility="collapsed")
        listed = ask(health.quarantined, view.store, table=chosen, size=PAGE)
        with end:
            export.menu(
                view,
                "Rows set aside",
                ASIDE,
                lambda: health.quarantined_rows(view.store, chosen or kinds[0]),
                key="aside",
                chart=False,
                rows=listed.total,
            )
        with lists.page_of("aside_page", listed.total, PAGE, "row") as page:
            rows = listed.rows if page == 1 else ask(health.quarantined, view.store, table=chosen, page=page, size=PAGE).rows
            tables.table(
                rows,
                {
                    "table": Column("Table", width=110),
                    "row": Column("Row", "count", 70),
                    "message": Column("Why", width=420),
                    "waits": Column("Waits for others", "flag", 110),
                    "content": Column("What it holds", width=520),
                },
                key="aside",
                alt="Rows that are set aside, with the reason and their cells",
                rows=max(1, len(rows)),
            )


def snapshots(view: View) -> None:
    """The source's own balances beside ours, where it has brought some."""
    found = ask(health.snapshots, view.store, size=PAGE)
    if not found.total:
        return
    with cards.card("Balances of the source", write.items(found.total, "figure"), method=SNAPSHOTS) as end:
        with end:
            export.menu(
                view,
                "Balances of the source",
                SNAPSHOTS,
                lambda: health.snapshots(view.store, size=None).rows,
                key="snapshots",
                chart=False,
                rows=found.total,
            )
        with lists.page_of("snapshots_page", found.total, PAGE, "figure") as page:
            rows = found.rows if page == 1 else ask(health.snapshots, view.store, page=page, size=PAGE).rows
            tables.table(
                rows,
                {
                    "name": Column("Customer", width=220),
                    "day": Column("Day", "date", 110),
                    "figure": Column("Figure", width=110),
                    "currency": Column("Currency", width=90),
                    "stated": Column("The source says", "money", 140),
                    "amount": Column("The books say", "money", 140),
                    "difference": Column("Difference", "money", 120),
                },
                key="snapshots",
                alt="Balances of the source beside those of the books",
                rows=len(rows),
            )
