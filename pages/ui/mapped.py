"""A mapping made in the browser: what the file holds, what its columns may stand for, what the person decides, and saving it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pandas as pd
import streamlit as st

from analytics import apart
from analytics.errors import DuebookError
from analytics.schema import TABLES
from analytics.sources import draft
from analytics.sources.draft import DATES, MARKS, Draft, Form, Sample
from analytics.sources.mapping import SIGNED
from analytics.store import places
from analytics.store.load import MAPPINGS
from analytics.store.publish import sampled
from pages.ui import cards, states, tables
from pages.ui import format as write
from pages.ui.session import directory
from pages.ui.tables import Column

NEW = "a new one"
NONE = "—"
PREVIEW = 8
MARK_NAMES = {
    (".", ""): "1234.50",
    (".", ","): "1,234.50",
    (",", ""): "1234,50",
    (",", "."): "1.234,50",
    (",", " "): "1 234,50",
    (".", " "): "1 234.50",
    (".", "'"): "1'234.50",
}
EXAMPLE = datetime(2026, 12, 31, 14, 5)  # noqa: DTZ001 - a day that no other form writes the same way
SIGN_NAMES = {"positive": "errors", "signed": "credit notes or refunds", "reversed": "charges, with the sign reversed"}
DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
METHOD = "**Mapping.** Columns are suggested by their names; nothing is taken that is not shown here."


def chosen(uploaded: list[Path]) -> Path | None:
    """The mapping file to load with: a saved one, or one that is made here; None while it is not whole."""
    own = places.mappings(directory())
    saved = {path.stem: path for folder in (MAPPINGS, own) if folder.is_dir() for path in sorted(folder.glob("*.toml"))}
    name = st.selectbox("Mapping", [NEW, *saved], key="mapping", width=340)
    if name != NEW:
        return saved[name]
    path = uploaded[0] if len(uploaded) == 1 else st.selectbox("File", uploaded, key="mapped_file", format_func=lambda each: each.name)
    try:
        return _made(path)
    except DuebookError as problem:
        states.refused(problem)
        return None


def _made(path: Path) -> Path | None:
    found: Sample | None = None
    with cards.card("What the file holds", write.plain(path.name)):
        table, form = _form(path)
        found = sampled(path, form)
        _preview(found)
    if found is None:  # the card has said why
        return None
    with cards.card("What its columns stand for", "suggested by their names", method=METHOD):
        made, _ = draft.drafted(table, path.name, found, form)
        _decide(made, found)
        if made.lacking:
            st.info(f"Still to be named: {', '.join(made.lacking)}.", icon=":material/edit:")
            return None
        if made.date == "":
            st.info("The dates fit more than one format: choose one.", icon=":material/event:")
            return None
    return _saved(path, made)


def _form(path: Path) -> tuple[str, Form]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        table = st.selectbox("Table", list(TABLES), index=list(TABLES).index("invoices"), key="mapped_table", width=170)
        if path.suffix.lower() == ".parquet":
            return table, Form()
        skipped = st.number_input("Lines above the header", 0, 100, key="skipped", width=170)
        if path.suffix.lower() == ".xlsx":
            return table, Form(skip_rows=int(skipped), sheet=st.text_input("Sheet", key="sheet", placeholder="the first") or None)
        fitting = draft.delimiters(path) or [","]
        names = list(DELIMITER_NAMES)
        delimiter = st.selectbox(
            "Separator", names, index=names.index(fitting[0]), key="delimiter", format_func=DELIMITER_NAMES.__getitem__, width=170
        )
        encoding = st.selectbox("Encoding", ["utf-8", "cp1252", "utf-16", "latin-1"], key="encoding", width=130)
    return table, Form(delimiter, encoding, int(skipped))


def _preview(found: Sample) -> None:
    frame = pd.DataFrame({name: list(found.cells[name][:PREVIEW]) for name in found.names})
    kinds = {name: found.types.get(name) or draft.kind_of(found.cells[name]) or "empty" for name in found.names}
    tables.table(
        frame,
        {name: Column(f"{name} · {'number' if kind == 'money' else kind}", width=150) for name, kind in kinds.items()},
        key="preview",
        alt=f"The first rows of the file, {len(found.names)} columns",
        rows=max(1, len(frame)),
    )


def _decide(made: Draft, found: Sample) -> None:
    """Lets the person change every line of the draft."""
    options = [NONE, *found.names]
    required = {column.name for column in TABLES[made.table].columns if column.required}
    first, others = [], []
    for column in TABLES[made.table].columns:
        (first if column.name in required or column.name in made.columns else others).append(column)
    grid = st.columns(3)
    for place, column in enumerate(first):
        with grid[place % 3]:
            _column(made, column.name, options, column.name in required)
    with st.expander("Other columns", icon=":material/add:"):
        more = st.columns(3)
        for place, column in enumerate(others):
            with more[place % 3]:
                _column(made, column.name, options, False)
    _constants(made, required)
    if not found.types:
        _marks(made, found)
    _words(made, found)


def _column(made: Draft, name: str, options: list[str], required: bool) -> None:
    suggested = made.columns.get(name)
    label = f"{name} :orange[required]" if required else name
    taken = st.selectbox(label, options, index=options.index(suggested) if suggested else 0, key=f"column_{made.table}_{name}")
    made.columns.pop(name, None)
    if taken != NONE:
        made.columns[name] = taken


def _constants(made: Draft, required: set[str]) -> None:
    for column in TABLES[made.table].columns:
        if column.name in required and column.name not in made.columns and column.kind == "text":
            options = {"placeholder": "like EUR"} if column.name == "currency" else {}
            given = st.text_input(f"{column.name} of every row", key=f"constant_{made.table}_{column.name}", width=200, **options)
            if given.strip():
                made.constants[column.name] = given.strip()


def _marks(made: Draft, found: Sample) -> None:
    kinds = {column.name: column.kind for column in TABLES[made.table].columns}
    days = [found.cells[source] for name, source in made.columns.items() if kinds[name] == "date"]
    amounts = [cell for name, source in made.columns.items() if kinds[name] in ("money", "number") for cell in found.cells[source]]
    with st.container(horizontal=True):
        if any(any(cells) for cells in days):
            fitting = [form for form in DATES if all(form in draft.date_forms(cells) for cells in days if any(cells))]
            form = st.selectbox(
                "Date format",
                fitting or list(DATES),
                index=0 if len(fitting) == 1 else None,
                key="date_form",
                format_func=lambda form: f"{EXAMPLE:{form}}",
                placeholder="choose",
                width=240,
            )
            made.date = form or ""
        if any(amounts):
            marks = draft.number_marks(amounts) or list(MARKS)
            made.decimal, made.thousands = st.selectbox("Number format", marks, key="marks", format_func=MARK_NAMES.__getitem__, width=200)
            if made.table in SIGNED and any(cell.startswith("-") for cell in amounts):
                made.sign = st.selectbox(
                    "Negative amounts are", list(SIGN_NAMES), key="sign", format_func=SIGN_NAMES.__getitem__, width=240
                )
            made.unit = "cents" if st.checkbox("Amounts are in cents", key="in_cents") else "units"


def _words(made: Draft, found: Sample) -> None:
    """The words of the source for what has a few values only."""
    made.values.clear()
    for column in TABLES[made.table].columns:
        source = made.columns.get(column.name)
        if not column.values or source is None:
            continue
        words = sorted({cell for cell in found.cells[source] if cell and cell not in column.values})[:20]
        with st.container(horizontal=True):
            for word in words:
                label, key = f"{column.name} “{write.plain(word)}” means", f"word_{column.name}_{word}"
                meant = st.selectbox(label, [NONE, *column.values], key=key, width=240)
                if meant != NONE:
                    made.values.setdefault(column.name, {})[word] = meant


def _saved(path: Path, made: Draft) -> Path | None:
    """Shows the totals as read beside the ones expected; saves under a name that the person gives."""
    folder = places.mappings(directory())
    folder.mkdir(parents=True, exist_ok=True)
    working = path.parent.parent / f"{path.parent.name}.toml"
    working.write_text(made.toml(path.stem), encoding="utf-8")
    with cards.card("Totals as read"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            expected = st.text_input("Expected total", key="expected", placeholder="like 64439.40", width=220)
            if st.button("Read the file", icon=":material/calculate:", key="totals"):
                st.session_state["read"] = apart.load([path], into=directory(), mapping=working, check=True)
        _compare(expected)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Save the mapping as", key="mapping_name", placeholder="like our ERP", width=260)
        if st.button("Save", icon=":material/save:", key="save_mapping") and name.strip():
            target = folder / f"{re.sub(r'[^A-Za-z0-9_-]+', '_', name.strip())}.toml"
            target.write_text(replace(made).toml(name.strip()), encoding="utf-8")
            st.success(f"Saved as {write.plain(target.stem)}.", icon=":material/check_circle:")
    return working


def _compare(expected: str) -> None:
    read = st.session_state.get("read")
    if read is None:
        st.caption("Reads the whole file and changes nothing.")
        return
    lines = []
    for file in read["files"]:
        for code, sums in file["sums"].items():
            whole = Decimal(sums["accepted"]) + Decimal(sums["quarantined"])
            lines.append({"currency": code, "accepted": sums["accepted"], "quarantined": sums["quarantined"], "whole": f"{whole:f}"})
        for problem in file["problems"][:5]:
            st.caption(write.plain(problem["message"]))
    if lines:
        tables.prose(pd.DataFrame(lines).rename(columns=_HEADERS), alt="The sums of the file as they were read")
    try:
        difference = sum((Decimal(line["whole"]) for line in lines), Decimal(0)) - Decimal(expected.replace(",", ""))
    except InvalidOperation:
        return
    if difference:
        st.warning(f"{difference:f} away from the expected total.", icon=":material/difference:")
    elif any(Decimal(line["quarantined"]) for line in lines):
        st.warning("The expected total, but part of it would be set aside.", icon=":material/move_to_inbox:")
    else:
        st.success("Exactly the expected total.", icon=":material/check_circle:")


_HEADERS = {"currency": "Currency", "accepted": "Accepted", "quarantined": "Set aside", "whole": "The file"}
