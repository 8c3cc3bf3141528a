"""Cards and headlines: a title that says what the figure is, how it is made, of whom, and from what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analytics.errors import DuebookError
from pages.ui import shown
from pages.ui.format import plain

Good = Literal["up", "down", "neither"]
_COLOURS: dict[Good, Literal["normal", "inverse", "off"]] = {"up": "normal", "down": "inverse", "neither": "off"}


@dataclass(frozen=True)
class Figure:
    """A headline: its value now, how it changed (or its range), and how it came to be (name, population, inputs)."""

    name: str
    value: str
    change: str | int | None
    compared_with: str
    method: str
    history: Sequence[Decimal | Fraction | None] = ()
    good: Good = "neither"
    arrow: bool = True


@contextmanager
def card(title: str, note: str = "", *, method: str | None = None) -> Iterator[DeltaGenerator]:
    """A bordered card; yields the right end of its title row, for quick filters and the export menu.

    A report that cannot answer says so inside the card; the other cards of the page stand.
    """
    with st.container(border=True, height="stretch", gap="xsmall"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"):
            st.header(title, anchor=False, help=method, width="content")
            end = st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="small", width="content")
            if note:
                end.caption(note, width="content")
        with shown.card(title, note, method):
            try:
                yield end
            except DuebookError as problem:
                st.info(plain(str(problem)), icon=":material/info:")
                shown.sentence(str(problem))


def headlines(figures: Sequence[Figure], *, later: int = 0) -> list[DeltaGenerator]:
    """A row of headlines with sparklines, which wrap on a narrow screen; returns the cells of those that come `later`."""
    drawn = later or any(figure.history for figure in figures)
    row = st.grid(len(figures) + later, row_height=150 if drawn else "content", min_column_width=160)
    for figure in figures:
        headline(row, figure)
    return [row.empty() for _ in range(later)]


def headline(cell: DeltaGenerator, figure: Figure) -> None:
    """One headline in its cell."""
    said = [str(part) for part in (figure.change, figure.compared_with) if part not in (None, "")]
    note = "" if figure.change is None else (" in " if figure.arrow else " · ").join(said)
    shown.figure(figure.name, figure.value, note, figure.method)
    history = [float(value) for value in figure.history if value is not None]
    cell.metric(
        figure.name,
        figure.value,
        figure.change,
        delta_color=_COLOURS[figure.good],
        delta_arrow="auto" if figure.arrow else "off",
        delta_description=None if figure.change is None else figure.compared_with,
        help=figure.method,
        border=True,
        height="stretch",
        chart_data=history if len(history) > 1 else None,
        chart_type="area",
    )
