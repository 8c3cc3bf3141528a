"""What can be taken away: of a card its chart as PNG or SVG and its data as CSV, XLSX or Parquet; of a page all it shows, as PDF or HTML.

Files are made when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from analytics import dates
from analytics.exports import SheetChart, Stamp, files, to_csv, to_parquet, to_xlsx
from analytics.exports.cells import Progress, unseen
from pages.ui import format as write
from pages.ui.filters import View
from pages.ui.shown import Shown

_BUTTONS = """
<div class="row">
  <button type="button" data-format="png">PNG</button>
  <button type="button" data-format="svg">SVG</button>
</div>
"""
_STYLE = """
.row { display: flex; gap: 8px; }
button {
  flex: 1; height: 2.5rem; padding: 0 0.75rem; cursor: pointer; font: inherit; font-family: var(--st-font);
  font-size: 0.875rem;
  color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius);
}
button:hover, button:focus-visible { color: var(--st-primary-color); border-color: var(--st-primary-color); outline: none; }
"""
LARGE = 100_000
"""Rows up to which a file is there in some seconds, on the press of its button; of more, a bar says how far it is."""

_Write = Callable[[pd.DataFrame, Stamp, SheetChart | None, Progress], bytes]
_FORMS: tuple[tuple[str, str, _Write], ...] = (
    ("CSV", "text/csv", lambda frame, stamp, _, heard: to_csv(frame, stamp, progress=heard)),
    ("XLSX", files.FORMS[".xlsx"], lambda frame, stamp, chart, heard: to_xlsx(frame, stamp, chart, progress=heard)),
    ("Parquet", "application/vnd.apache.parquet", lambda frame, stamp, *_: to_parquet(frame, stamp)),
)
_picture = st.components.v2.component(
    "duebook_picture", html=_BUTTONS, css=_STYLE, js=Path(__file__).with_name("picture.js").read_text(encoding="utf-8")
)


def menu(
    view: View,
    title: str,
    method: str,
    frame: pd.DataFrame | Callable[[], pd.DataFrame],
    *,
    key: str,
    chart: bool = True,
    sheet_chart: SheetChart | None = None,
    rows: int = 0,
) -> None:
    """A menu for the card `key`: pictures of the chart with that key, and `frame` (or what it returns) with its stamp.

    `method` is the card's Markdown; the stamp says it in plain text. Of more than `LARGE` `rows` a file is written in sight.
    """
    stamp = partial(Stamp, title, view.focus, write.bare(method), view.store.generation)
    named = stamp(dates.now()).file_name

    def made() -> pd.DataFrame:
        return frame() if callable(frame) else frame

    with st.popover(":material/download:", help="Export", type="tertiary", key=f"{key}_export"):
        if chart:
            _picture(data={"chart": key, "file": named("x").removesuffix(".x")}, key=f"{key}_picture")
        chosen = None
        with st.container(horizontal=True, gap=8):
            for label, kind, write_file in _FORMS:
                name = named(label.lower())

                def content(heard: Progress = unseen, write_file: _Write = write_file) -> bytes:
                    return write_file(made(), stamp(dates.now()), sheet_chart, heard)

                if rows > LARGE:
                    chosen = chosen or (st.button(label, key=f"{key}_{label.lower()}", width="stretch") and (name, kind, content))
                else:
                    st.download_button(label, content, name, kind, key=f"{key}_{label.lower()}", on_click="ignore", width="stretch")
        if chosen:
            _written_in_sight(rows, *chosen)


def _written_in_sight(rows: int, name: str, kind: str, content: Callable[[Progress], bytes]) -> None:
    """Writes a large file with a bar that says how far it is; then it is there to be saved."""
    said = f"{write.items(rows, 'row')} into {name}"
    bar = st.progress(0.0, f"Reading {said}")

    def heard(done: float) -> None:
        bar.progress(min(done, 1.0), f"Writing {said}: {write.percent(Fraction(done), 0)}")

    written = content(heard)
    bar.empty()
    st.download_button(f"Save {name}", written, name, kind, type="primary", on_click="ignore", width="stretch")


def page_files(view: View, title: str, shown: Shown) -> None:
    """Buttons that bring the whole page, as it is shown, as a file."""
    named = Stamp(title, view.focus, "", view.store.generation, dates.now()).file_name

    def rendered(suffix: str) -> bytes:
        return files.rendered(shown.document(view, title), suffix)

    with st.container(horizontal=True, gap="small"):
        for label, suffix in (("Page as PDF", ".pdf"), ("Page as HTML", ".html")):
            made, name = partial(rendered, suffix), named(suffix.removeprefix("."))
            st.download_button(label, made, name, files.FORMS[suffix], key=f"page{suffix}", on_click="ignore", width="stretch")
