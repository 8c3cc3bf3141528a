"""Whether the books add up, what was found in them, what was loaded, and which states of them are kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import Any

import pandas as pd
import streamlit as st

from analytics import checks, health
from analytics.health import Listing
from analytics.money import MINOR_UNITS
from analytics.scope import Scope
from analytics.store import generations
from pages.ui import cards, export, lists, shown, states, tables
from pages.ui import format as write
from pages.ui.cells import column, records
from pages.ui.filters import View
from pages.ui.session import ask
from pages.ui.tables import Column

PAGE = 15
EQUATIONS = (
    "Each compares two independent ways to the same figure, over the whole book and its whole history (the last "
    "three at the as-of day). A load that breaks one is never published."
)
TOTALS = "For every file: accepted + quarantined = rows in the file, and the same for the sum of money."
PROBLEMS = "**Problems.** What the load found: quarantined rows are kept aside and in no figure, warnings are loaded as read."
DECISIONS = "**Items that ask for a decision.** As of the day, in the documents' own currencies; none is left out of any figure."


def headlines(view: View) -> None:
    """Verdicts and counts in a row."""
    verdicts = ask(checks.all_of, view.store, Scope(as_of=view.day))
    broken = sum(not verdict.holds for verdict in verdicts)
    loaded = records(ask(health.files, view.store))
    counts = records(ask(health.problem_counts, view.store))
    warned = sum(row["problems"] for row in counts if row["severity"] == "warn")
    aside = sum(row["quarantined"] for row in loaded)
    cells = [
        ("Equations", f"{len(verdicts) - broken} of {len(verdicts)} hold", EQUATIONS),
        ("Rows accepted", write.count(sum(row["accepted"] for row in loaded)), TOTALS),
        ("Rows quarantined", write.count(aside), "Kept, listed with their reason, and in no figure."),
        ("Warnings", write.count(warned), "Loaded as read, and listed."),
        ("Generation", str(view.store.generation), f"Published {write.moment(view.store.published_at)}."),
    ]
    with st.grid(len(cells), min_column_width=160):
        for label, value, says in cells:
            shown.figure(label, value, "", f"{label}. {says}")
            st.metric(label, value, help=f"**{label}.** {says}", border=True, height="stretch")


def equations(view: View) -> None:
    """Every equation with its verdict."""
    verdicts = ask(checks.all_of, view.store, Scope(as_of=view.day))
    frame = pd.DataFrame(
        {
            "Verdict": ["holds" if verdict.holds else "FAILS" for verdict in verdicts],
            "What must hold": [verdict.meaning for verdict in verdicts],
            "Where it does not": [
                "" if verdict.holds else f"{verdict.exceptions} times, first at {verdict.example}" for verdict in verdicts
            ],
        }
    )
    shown = frame if not all(verdict.holds for verdict in verdicts) else frame.drop(columns="Where it does not")
    with cards.card("Equations", "all hold" if len(shown.columns) == 2 else "not all hold", method=f"**Equations.** {EQUATIONS}") as end:
        with end:
            export.menu(view, "Equations", EQUATIONS, frame, key="equations", chart=False)
        tables.prose(shown, alt="Equations of the books, each with its verdict")


def loaded_files(view: View) -> None:
    """The files that the books are made of, with their control totals."""
    frame = ask(health.files, view.store)
    sums: dict[str, list[str]] = {}
    for row in records(ask(health.control_totals, view.store)):
        sums.setdefault(row["path"], []).append(write.money(row["accepted"], row["currency"]) if _known(row) else row["currency"])
    shown = frame.assign(
        file=[PurePath(path).name for path in column(frame, "path")],
        sums=[", ".join(sums.get(path, [])) for path in column(frame, "path")],
    )
    with cards.card("Files", write.items(len(frame), "file"), method=f"**Control totals.** {TOTALS}") as end:
        with end:
            export.menu(view, "Control totals", TOTALS, ask(health.control_totals, view.store), key="files", chart=False)
        if frame.empty:
            states.nothing("These books name no files.", "Load them again to have control totals.")
            return
        tables.table(
            shown,
            {
                "file": Column("File", width=135),
                "verdict": Column("Verdict", "verdict", width=90),
                "rows": Column("Rows", "count", 65),
                "accepted": Column("Accepted", "count", 70),
                "quarantined": Column("Quarantined", "count", 85),
                "sums": Column("Money accepted", width=180),
            },
            key="files",
            alt="Files loaded, with their verdict and control totals",
            rows=min(len(frame), PAGE),
        )


def problems(view: View) -> None:
    """The problems of the load by kind, then one by one."""
    counts = records(ask(health.problem_counts, view.store))
    total = sum(row["problems"] for row in counts)
    with cards.card("Problems", write.items(total, "problem"), method=PROBLEMS) as end:
        if not counts:
            st.success("Nothing was found.", icon=":material/check_circle:")
            return
        codes = [row["code"] for row in counts]
        chosen = st.pills(
            "Kind", list(dict.fromkeys(codes)), key="problem", bind="query-params", label_visibility="collapsed", format_func=_words
        )
        with end:
            export.menu(
                view,
                "Problems",
                PROBLEMS,
                lambda: _all(health.problems, view, code=chosen),
                key="problems",
                chart=False,
                rows=sum(row["problems"] for row in counts if chosen in (None, row["code"])),
            )
        _listing(
            lambda page: ask(health.problems, view.store, code=chosen, page=page, size=PAGE),
            {
                "severity": Column("Severity", "verdict", width=100),
                "code": Column("Kind", width=140),
                "message": Column("What is wrong", width=780),
            },
            key="problems",
            noun="problem",
        )


def decisions(view: View) -> None:
    """Over-applied invoices, unapplied money, and due dates that had to be derived."""
    with cards.card("To decide", method=DECISIONS) as end:
        which = st.segmented_control(
            "List", list(DECIDE), default=next(iter(DECIDE)), required=True, key="decide", bind="query-params", label_visibility="collapsed"
        )
        report, columns = DECIDE[which]

        def read(page: int) -> Listing:
            return ask(report, view.store, view.scope, page=page, size=PAGE)

        with end:
            rows = read(1).total
            export.menu(view, which, DECISIONS, lambda: _all(report, view, view.scope), key="decisions", chart=False, rows=rows)
        _listing(read, columns, key="decisions", noun="item", picks=True)


def kept(view: View) -> None:
    """The states of the books that are kept."""
    listed = generations.listing(view.store.directory)
    frame = pd.DataFrame(
        {
            "number": [each.number for each in listed],
            "published": ["" if each.published_at is None else write.moment(each.published_at) for each in listed],
            "name": [each.name or "" for each in listed],
            "state": [", ".join(_state(each)) for each in listed],
            "size": [write.size(each.size) for each in listed],
        }
    )
    with cards.card("Generations", f"{len(listed)} kept", method="**Generations.** Each load publishes an immutable state of the books."):
        tables.table(
            frame.iloc[::-1],
            {
                "number": Column("Generation", "count", 90),
                "published": Column("Published"),
                "name": Column("Name"),
                "state": Column("State"),
                "size": Column("Size", "right", 90),
            },
            key="generations",
            alt="Generations of the books that are kept, newest first",
            rows=min(len(frame), 8),
        )


_DOCUMENT = {
    "number": Column("Invoice"),
    "name": Column("Customer", width=260),
    "due_date": Column("Due", "date"),
    "currency": Column("Currency", width=80),
    "amount": Column("Open", "money"),
}
DECIDE: dict[str, tuple[Callable[..., Listing], dict[str, Column]]] = {
    "Over-applied": (health.over_applied, _DOCUMENT),
    "Unapplied": (
        health.unapplied,
        {
            "document_id": Column("Document"),
            "kind": Column("Kind"),
            "name": Column("Customer", width=260),
            "date": Column("Date", "date"),
            "currency": Column("Currency", width=80),
            "amount": Column("Unapplied", "money"),
        },
    ),
    "Derived due dates": (health.derived_due_dates, _DOCUMENT | {"derived_from": Column("Derived from")}),
}


def _listing(read: Callable[[int], Listing], columns: dict[str, Column], *, key: str, noun: str, picks: bool = False) -> None:
    found = read(1)
    if not found.total:
        st.success("There is none.", icon=":material/check_circle:")
        return
    with lists.page_of(f"{key}_page", found.total, PAGE, noun) as page:
        rows = found.rows if page == 1 else read(page).rows
        shown = {"number": rows["number"].fillna(rows["invoice_id"])} if "number" in rows else {}
        shown |= {"code": [_words(code) for code in rows["code"]]} if "code" in rows else {}
        tables.table(
            rows.assign(**shown),
            columns,
            key=key,
            alt=f"A page of {found.total} {noun}s",
            rows=len(rows),
            on_pick=(lambda row: lists.open_customer(rows["customer_id"].iloc[row])) if picks else None,
        )


def _all(report: Callable[..., Listing], view: View, *args: Any, **options: Any) -> pd.DataFrame:
    return report(view.store, *args, **options, size=None).rows


def _known(row: dict[str, Any]) -> bool:
    return row["currency"] in MINOR_UNITS


def _words(code: str) -> str:
    return code.replace("_", " ")


def _state(each: generations.Generation) -> list[str]:
    return [word for word, true in (("current", each.current), ("pinned", each.pinned)) if true]
