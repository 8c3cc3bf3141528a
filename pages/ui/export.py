"""What can be taken away: of a card its chart as PNG or SVG and its data as CSV, XLSX or Parquet; of a page all it shows, as PDF or HTML.

Files are made when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from analytics import dates
from analytics.exports import SheetChart, Stamp, files, to_csv, to_parquet, to_xlsx
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
) -> None:
    """A menu for the card `key`: pictures of the chart with that key, and `frame` (or what it returns) with its stamp.

    `method` is the card's Markdown; the stamp says it in plain text.
    """
    stamp = partial(Stamp, title, view.focus, write.bare(method), view.store.generation)
    named = stamp(dates.now()).file_name

    def made() -> pd.DataFrame:
        return frame() if callable(frame) else frame

    with st.popover(":material/download:", help="Export", type="tertiary", key=f"{key}_export"):
        if chart:
            _picture(data={"chart": key, "file": named("x").removesuffix(".x")}, key=f"{key}_picture")
        with st.container(horizontal=True, gap=8):
            for label, kind, written in (
                ("CSV", "text/csv", lambda: to_csv(made(), stamp(dates.now()))),
                ("XLSX", files.FORMS[".xlsx"], lambda: to_xlsx(made(), stamp(dates.now()), sheet_chart)),
                ("Parquet", "application/vnd.apache.parquet", lambda: to_parquet(made(), stamp(dates.now()))),
            ):
                suffix = label.lower()
                st.download_button(label, written, named(suffix), kind, key=f"{key}_{suffix}", on_click="ignore", width="stretch")


def page_menu(view: View, title: str, shown: Shown) -> None:
    """A menu that brings the whole page, as it is shown, as a file."""
    named = Stamp(title, view.focus, "", view.store.generation, dates.now()).file_name

    def rendered(suffix: str) -> bytes:
        return files.rendered(shown.document(view, title), suffix)

    with st.popover(":material/print:", help="This page as a file", type="tertiary", key="page_export"):
        for label, suffix in (("Page as PDF", ".pdf"), ("Page as HTML", ".html")):
            made, name = partial(rendered, suffix), named(suffix.removeprefix("."))
            st.download_button(label, made, name, files.FORMS[suffix], key=f"page{suffix}", on_click="ignore", width="stretch")
