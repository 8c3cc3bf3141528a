"""Loading from the browser: the files of a session in a folder of their own, the load in a process of its own, what it said."""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from analytics import apart
from analytics.errors import DuebookError
from analytics.exports import to_csv
from analytics.money import MINOR_UNITS
from analytics.schema import TABLES
from analytics.sources.connectors import SOURCES
from analytics.store import checks, places
from pages.ui import cards, states, tables
from pages.ui import format as write
from pages.ui.session import directory
from pages.ui.tables import Column

KNOWN = "as they are"
MAPPED = "with a mapping"
RECOGNISED = "recognised by its columns"
KEPT = 86_400
"""Seconds after which what a session has uploaded is gone."""

MAIN_TABLES = {
    "invoices": "an invoice, a debit note or a credit note",
    "payments": "money received from a customer, or paid back",
    "applications": "what of a payment or credit note settles which invoice",
}
EFFECTS = ("replaced", "added to")
SHOWN = 15
UPLOAD = (
    "Parquet, CSV or Excel, named for their tables (invoices.csv, payments.parquet ...), an export of a known system, or any file "
    "with a mapping. Larger files: python -m analytics load FOLDER."
)


@dataclass(frozen=True)
class Way:
    """How the files are to be read, and what becomes of the tables they bring."""

    is_mapped: bool
    source: str | None
    currency: str | None
    append: bool


def files() -> list[Path]:
    """The uploaded files, each in the session's own folder under its own name."""
    with cards.card("Files"):
        given = st.file_uploader(
            "Files", type=["csv", "parquet", "xlsx"], accept_multiple_files=True, key="uploads", label_visibility="collapsed", help=UPLOAD
        )
        st.caption(UPLOAD)
    folder = _folder()
    wanted = {Path(each.name).name: each for each in given or []}
    for path in folder.iterdir():
        if path.name not in wanted:
            path.unlink()
    for name, each in wanted.items():
        if not (folder / name).exists() or (folder / name).stat().st_size != each.size:
            (folder / name).write_bytes(each.getvalue())
    return sorted(folder.iterdir())


def beginning() -> None:
    """What to bring: the tables with the columns they need, and a template of each."""
    with cards.card("What to bring"):
        st.markdown("**Invoices** are enough to begin; **payments** and **applications** add history, days to pay and the forecast.")
        needed = [", ".join(column.name for column in TABLES[table].columns if column.required) for table in MAIN_TABLES]
        rows = {"Table": list(MAIN_TABLES), "A row is": list(MAIN_TABLES.values()), "Columns it needs": needed}
        tables.prose(pd.DataFrame(rows), alt="The main tables, with the columns that each needs")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("Empty templates", width="content")
            for table in MAIN_TABLES:
                st.download_button(
                    f"{table}.csv",
                    template(table),
                    f"{table}.csv",
                    "text/csv",
                    icon=":material/download:",
                    help=f"An empty file with the columns of {table}",
                    key=f"template_{table}",
                    on_click="ignore",
                )
            st.page_link("pages/help/guide.py", label="How do I load my own books?", icon=":material/help:")


def template(table: str) -> bytes:
    """An empty CSV with the columns of a table."""
    return (",".join(TABLES[table].names) + "\r\n").encode()


def way() -> Way:
    """How to read the files."""
    with cards.card("How to read the files"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            how = st.segmented_control("Read the files", [KNOWN, MAPPED], default=KNOWN, required=True, key="how")
            effect = st.segmented_control("Existing tables are", ["replaced", "added to"], default="replaced", required=True, key="effect")
            source, currency = RECOGNISED, ""
            if how == KNOWN:
                source = st.selectbox("Source", [RECOGNISED, *SOURCES], key="source", format_func=_titled)
                currency = st.text_input("Currency", key="currency_of_rows", max_chars=3, placeholder="of each row", width=110)
        return Way(how == MAPPED, None if source == RECOGNISED else source, currency.strip().upper() or None, effect == EFFECTS[1])


def run(paths: list[Path], how: Way, mapping: Path | None) -> None:
    """The buttons that check and that load; what the load said is kept for `verdict`."""
    if how.is_mapped and mapping is None:
        return
    with st.container(horizontal=True):
        check = st.button("Check", icon=":material/fact_check:", key="check", help="Says what it would make of them; changes nothing.")
        load = st.button("Load", icon=":material/publish:", key="load", type="primary", help="Publishes all of them, or nothing.")
    # What was asked about is asked once: whatever is pressed next, the question goes.
    meant = st.session_state.pop("meant", False)
    if not check and not load and not meant:
        return
    started, bar = time.monotonic(), st.progress(0.0, "starting")

    def progress(message: str, done: float) -> None:
        bar.progress(done, f"{write.plain(message)} · {write.measure(Fraction(time.monotonic() - started), 1, ' s')}")

    try:
        said = apart.load(
            paths,
            into=directory(),
            mapping=mapping,
            source=how.source,
            source_currency=how.currency,
            append=how.append,
            careful=not check and not meant,
            check=check,
            progress=progress,
        )
    except DuebookError as problem:
        states.refused(problem)
        return
    finally:
        bar.empty()
    st.session_state["said"] = said | {"seconds": time.monotonic() - started, "checked": check, "of": _uploaded()}


def verdict() -> None:
    """What the last check or load of this session said: the verdict, the control totals, the problems."""
    said: dict[str, Any] | None = st.session_state.get("said")
    if said is None:
        return
    files = said["files"]
    rows = sum(file["rows"] for file in files)
    with cards.card("Verdict", f"{write.items(rows, 'row')} in {write.measure(Fraction(said['seconds']), 1, ' s')}"):
        _headline(said, [file["verdict"] for file in files])
        frame = pd.DataFrame([_line(file) for file in files])
        tables.table(
            frame,
            {
                "file": Column("File", width=180),
                "table": Column("Table", width=100),
                "verdict": Column("Verdict", "verdict", width=90),
                "rows": Column("Rows", "count", 80),
                "accepted": Column("Accepted", "count", 80),
                "quarantined": Column("Quarantined", "count", 95),
                "sums": Column("Money accepted", width=220),
                "aside": Column("Money set aside", width=220),
            },
            key="verdicts",
            alt="Every file with its verdict and control totals",
            rows=len(frame),
        )
    _problems([problem | {"file": Path(file["path"]).name} for file in files for problem in file["problems"]])


def _folder() -> Path:
    if "upload_folder" not in st.session_state:
        root = places.inbox(directory()).parent / "uploads"
        root.mkdir(parents=True, exist_ok=True)
        for old in root.iterdir():
            if time.time() - old.stat().st_mtime > KEPT:
                shutil.rmtree(old) if old.is_dir() else old.unlink()
        st.session_state["upload_folder"] = tempfile.mkdtemp(dir=root)
    folder = Path(st.session_state["upload_folder"])
    folder.mkdir(exist_ok=True)
    return folder


def _uploaded() -> list[tuple[str, int]]:
    """What lies in the session's folder, and since when."""
    return sorted((path.name, path.stat().st_mtime_ns) for path in _folder().iterdir())


NEXT = (
    ("receivables/overview", "See the overview", "space_dashboard"),
    ("data/health", "Check the health of the books", "verified"),
    ("data/generations", "See what changed", "history"),
)
"""Where to go from a load."""


def _headline(said: dict[str, Any], verdicts: list[str]) -> None:
    refusals = {problem["code"] for file in said["files"] for problem in file["problems"] if problem["severity"] == "reject"}
    if refusals == {checks.CAREFUL}:
        st.info("Nothing changed yet: the books would lose rows by this load.", icon=":material/help:")
    elif "reject" in verdicts:
        st.error("Refused: nothing changed. What is wrong stands below.", icon=":material/block:")
    elif said["checked"]:
        st.info("Checked: it would load. Nothing changed.", icon=":material/fact_check:")
    else:
        st.success(f"Generation {said['generation']} is current.", icon=":material/check_circle:")
        with st.container(horizontal=True):
            for page, label, icon in NEXT:
                st.page_link(f"pages/{page}.py", label=label, icon=f":material/{icon}:")
    for problem in (problem for file in said["files"] for problem in file["problems"] if problem["code"] in checks.LOSSES):
        st.warning(write.plain(problem["message"]), icon=":material/trending_down:")
    if refusals == {checks.CAREFUL} and said["of"] == _uploaded():
        st.button("Load all the same", on_click=partial(st.session_state.update, meant=True), icon=":material/publish:", key="all_the_same")
    aside = sum(file["quarantined"] for file in said["files"])
    if aside and "reject" not in verdicts:
        st.warning(
            f"{write.items(aside, 'row')} set aside: kept, listed with their reason, and in no figure.", icon=":material/move_to_inbox:"
        )


def _line(file: dict[str, Any]) -> dict[str, Any]:
    sums = file["sums"]
    return {
        "file": Path(file["path"]).name,
        "table": file["table"] or "",
        "sums": ", ".join(_money(each["accepted"], code) for code, each in sums.items()),
        "aside": ", ".join(_money(each["quarantined"], code) for code, each in sums.items() if each["quarantined"].strip("0.")),
    } | {name: file[name] for name in ("verdict", "rows", "accepted", "quarantined")}


def _money(amount: str, code: str) -> str:
    """An amount by the rule of the pages; a currency that nobody knows has its amount as the file's."""
    return write.money(Decimal(amount), code) if code in MINOR_UNITS else f"{code}{write.UNPARTED}{amount}"


def _problems(problems: list[dict[str, Any]]) -> None:
    if not problems:
        return
    frame = pd.DataFrame(problems, columns=["severity", "code", "file", "row", "column", "message"])
    with cards.card("Problems", write.items(len(frame), "problem")) as end:
        icon = ":material/download:"
        end.download_button("CSV", lambda: to_csv(frame), "problems.csv", "text/csv", icon=icon, key="problems_file", on_click="ignore")
        tables.table(
            frame.assign(code=[code.replace("_", " ") for code in frame["code"]]),
            {
                "severity": Column("Severity", "verdict", width=100),
                "code": Column("Kind", width=140),
                "message": Column("What is wrong", width=820),
            },
            key="load_problems",
            alt=f"{len(frame)} problems",
            rows=min(len(frame), SHOWN),
        )


def _titled(name: str) -> str:
    return SOURCES[name].title if name in SOURCES else name
