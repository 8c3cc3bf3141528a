"""The charts: Plotly graph objects from frames, with colours that the theme fills in.

A colour here is a name of the Streamlit template (`colorway`, `colorscale`) which the browser replaces by the palette of
`.streamlit/config.toml`, light or dark: no figure knows which theme it is shown in. Amounts become floats for drawing only;
what a label or a hover says is written from the exact decimal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import accumulate
from typing import Any

import plotly.graph_objects as go
import plotly.io as pio
import streamlit as st

from pages.ui import format as write

_TEMPLATE = pio.templates["streamlit"].layout
KINDS: tuple[str, ...] = tuple(_TEMPLATE.colorway)
"""Colours of kinds: segments, series."""
BANDS: tuple[str, ...] = tuple(colour for _, colour in _TEMPLATE.colorscale.sequential)
"""Ten steps of one hue, pale to strong."""
AGES: tuple[str, ...] = tuple(colour for _, colour in _TEMPLATE.colorscale.diverging)
"""Ten steps of age, not due to very late."""
QUIET = KINDS[8]
HEIGHT = 218
TALL = 340
MOST_KINDS = 6
OTHERS = "Others"
FADED = 0.28

Labels = Mapping[str, Sequence[Decimal | None]]
Amount = Decimal | Fraction


@dataclass(frozen=True)
class Unit:
    """How the numbers of a chart are written: around a tick, short on a label, exact on a hover."""

    before: str
    after: str
    short: Callable[[Amount], str]
    exact: Callable[[Amount], str]


DAYS = Unit("", " d", lambda value: f"{float(value):+.1f} d", lambda value: f"{float(value):.2f} days")


def money_unit(currency: str) -> Unit:
    """Amounts of `currency`."""
    return Unit(write.sign(currency), "", partial(write.short, currency=currency), partial(write.money, currency=currency))


def show(figure: go.Figure, key: str, alt: str, *, on_click: Callable[[Any], None] | None = None, static: bool = False) -> None:
    """Draws `figure` as the element `key`; `on_click` gets the clicked point's `x` before the page runs again."""
    options: dict[str, Any] = {}
    if on_click is not None:
        options = {"on_select": lambda: _clicked(key, on_click), "selection_mode": "points"}
    st.plotly_chart(
        figure,
        key=key,
        alt=alt,
        height=int(figure.layout.height),
        config={
            "displayModeBar": "hover" if not static else False,
            "modeBarButtonsToRemove": ["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "autoScale2d", "resetScale2d"],
            "toImageButtonOptions": {"format": "png", "filename": key, "scale": 2},
        },
        **options,
    )


def _clicked(key: str, on_click: Callable[[Any], None]) -> None:
    points = st.session_state[key].selection.points
    if points:
        on_click(points[0]["x"])


def age_colours(number: int) -> tuple[str, ...]:
    """A colour per bucket: blue for the first, then ever warmer."""
    late = [AGES[3 + round(step * 6 / max(1, number - 2))] for step in range(number - 1)]
    return (AGES[0], *late)


def stacked(
    across: Sequence[str],
    series: Labels,
    currency: str,
    *,
    colours: Sequence[str] = KINDS,
    by_place: Sequence[str] | None = None,
    chosen: str | None = None,
    totals: bool = True,
    height: int = HEIGHT,
) -> go.Figure:
    """Bars over `across`, one layer per name of `series`, with the sum written above.

    A layer has a colour, or each bar one (`by_place`); where a bar is `chosen`, the others fade.
    """
    figure = _money_figure(currency, height)
    strength = [1.0 if chosen in (None, place) else FADED for place in across]
    for colour, (name, amounts) in zip(colours, series.items(), strict=False):
        figure.add_bar(
            x=list(across),
            y=_floats(amounts),
            name=name,
            marker={"color": by_place or colour, "opacity": strength},
            customdata=[[name, write.money(amount, currency)] for amount in amounts],
            hovertemplate="%{customdata[0]}: %{customdata[1]}<extra></extra>",
        )
    if totals:
        _write_totals(figure, across, series, currency)
    figure.update_layout(barmode="relative", bargap=0.36, showlegend=len(series) > 1)
    figure.update_xaxes(type="category")
    return figure


def over_time(
    days: Sequence[date],
    series: Labels,
    currency: str,
    *,
    monthly: bool = True,
    colours: Sequence[str] = KINDS,
    height: int = TALL,
) -> go.Figure:
    """Stacked bars over period ends, written as their month or as their day."""
    names = [f"{day:%b %y}" if monthly else write.day(day) for day in days]
    figure = stacked(names, series, currency, colours=colours, totals=False, height=height)
    figure.update_xaxes(nticks=7, tickangle=0)
    figure.update_layout(bargap=0.18, hovermode="x unified")
    return figure


def lines(
    days: Sequence[date],
    series: Mapping[str, Sequence[Decimal | None]],
    *,
    suffix: str = " d",
    reference: tuple[str, Decimal] | None = None,
    height: int = HEIGHT,
    colours: Sequence[str] = KINDS,
) -> go.Figure:
    """Lines over days, in a unit written behind the number; undefined points leave a gap; `reference` is a dashed level."""
    figure = _figure(height)
    for colour, (name, values) in zip(colours, series.items(), strict=False):
        figure.add_scatter(
            x=list(days),
            y=_floats(values),
            name=name,
            mode="lines",
            line={"color": colour, "width": 2},
            connectgaps=False,
            hovertemplate=f"{name}: %{{y:.1f}}{suffix}<extra></extra>",
        )
    if reference is not None:
        name, level = reference
        figure.add_scatter(
            x=[days[0], days[-1]] if days else [],
            y=[float(level)] * 2 if days else [],
            name=name,
            mode="lines",
            line={"color": QUIET, "width": 1.2, "dash": "dot"},
            hovertemplate=f"{name}: %{{y:.1f}}{suffix}<extra></extra>",
        )
    figure.update_layout(hovermode="x unified", showlegend=len(figure.data) > 1)
    figure.update_xaxes(type="date", tickformat="%b %y", nticks=7)
    figure.update_yaxes(ticksuffix=suffix, nticks=5)
    return figure


def dots(days: Sequence[date], late: Sequence[int], names: Sequence[str], *, height: int = HEIGHT) -> go.Figure:
    """A dot per settled invoice: days late (above the line) or early (below) by the day it was settled."""
    figure = _figure(height)
    figure.add_scatter(
        x=list(days),
        y=list(late),
        mode="markers",
        marker={"size": 6, "color": [AGES[8] if each > 0 else KINDS[1] for each in late], "opacity": 0.75},
        customdata=list(names),
        hovertemplate="%{customdata}<br>%{y} days late<extra></extra>",
    )
    figure.add_hline(y=0, line={"color": QUIET, "width": 1})
    figure.update_layout(showlegend=False, hovermode="closest")
    figure.update_xaxes(type="date", tickformat="%b %y", nticks=7)
    figure.update_yaxes(ticksuffix=" d", nticks=5)
    return figure


def waterfall(names: Sequence[str], amounts: Sequence[Amount], unit: Unit, *, height: int = TALL, cut: bool = False) -> go.Figure:
    """From the first amount, through the changes, to the last: the first and last stand on the axis (which `cut` shortens)."""
    figure = _figure(height)
    figure.update_yaxes(tickprefix=unit.before, ticksuffix=unit.after, exponentformat="B", separatethousands=True, nticks=5)
    figure.add_waterfall(
        x=list(names),
        y=_floats(amounts),
        measure=["absolute", *["relative"] * (len(names) - 2), "total"],
        text=[unit.short(amount).lstrip("+") if at in (0, len(amounts) - 1) else unit.short(amount) for at, amount in enumerate(amounts)],
        textposition="outside",
        textfont={"size": 12},
        customdata=[unit.exact(amount) for amount in amounts],
        hovertemplate="%{x}: %{customdata}<extra></extra>",
        increasing={"marker": {"color": KINDS[0]}},
        decreasing={"marker": {"color": KINDS[1]}},
        totals={"marker": {"color": QUIET}},
        connector={"line": {"color": QUIET, "width": 1, "dash": "dot"}},
        cliponaxis=False,
    )
    levels = [float(level) for level in accumulate(map(Fraction, amounts[:-1]))]
    low, high = min(levels), max(levels)
    room = (high - low) or abs(high) or 1.0
    figure.update_yaxes(range=[low - 0.25 * room if cut else min(0.0, 1.1 * low), high + 0.15 * (room if cut else abs(high) or 1.0)])
    figure.update_layout(bargap=0.3, showlegend=False)
    figure.update_xaxes(type="category")
    return figure


def fan(
    past: tuple[Sequence[date], Sequence[Decimal]],
    days: Sequence[date],
    mean: Sequence[Decimal],
    bands: Mapping[str, tuple[Sequence[Decimal], Sequence[Decimal]]],
    currency: str,
    *,
    height: int = HEIGHT,
) -> go.Figure:
    """What came in (a line), and what is expected (dashed) inside its bands, widest first; the two lines meet."""
    figure = _money_figure(currency, height)
    past_days, past_amounts = past
    start_days, start = ([past_days[-1]], [past_amounts[-1]]) if past_days else ([], [])
    for colour, (name, (low, high)) in zip((BANDS[1], BANDS[3]), bands.items(), strict=False):
        _add_band(figure, name, [*start_days, *days], [*start, *low], [*start, *high], colour, currency)
    figure.add_scatter(
        x=[*start_days, *days],
        y=_floats([*start, *mean]),
        name="Expected",
        mode="lines",
        line={"color": KINDS[0], "width": 2, "dash": "dash"},
        customdata=[write.money(amount, currency) for amount in [*start, *mean]],
        hovertemplate="Expected: %{customdata}<extra></extra>",
    )
    figure.add_scatter(
        x=list(past_days),
        y=_floats(past_amounts),
        name="Collected",
        mode="lines",
        line={"color": KINDS[1], "width": 2},
        customdata=[write.money(amount, currency) for amount in past_amounts],
        hovertemplate="Collected: %{customdata}<extra></extra>",
    )
    figure.update_layout(hovermode="x unified", showlegend=True, legend={"traceorder": "reversed"})
    figure.update_xaxes(type="date", tickformat="%d %b", nticks=7)
    figure.update_yaxes(rangemode="tozero")
    return figure


def _add_band(
    figure: go.Figure,
    name: str,
    days: Sequence[date],
    low: Sequence[Decimal],
    high: Sequence[Decimal],
    colour: str,
    currency: str,
) -> None:
    edge = {"mode": "lines", "line": {"width": 0, "color": colour}, "showlegend": False}
    figure.add_scatter(x=list(days), y=_floats(low), hoverinfo="skip", **edge)
    figure.add_scatter(
        x=list(days),
        y=_floats(high),
        name=name,
        fill="tonexty",
        fillcolor=colour,
        customdata=[f"{write.short(a, currency)} to {write.short(b, currency)}" for a, b in zip(low, high, strict=True)],
        hovertemplate=f"{name}: %{{customdata}}<extra></extra>",
        **edge,
    )


def _write_totals(figure: go.Figure, across: Sequence[str], series: Labels, currency: str) -> None:
    sums = [sum((amount or Decimal(0) for amount in column), Decimal(0)) for column in zip(*series.values(), strict=True)]
    tops = [sum(max(amount or Decimal(0), Decimal(0)) for amount in column) for column in zip(*series.values(), strict=True)]
    lows = [sum(min(amount or Decimal(0), Decimal(0)) for amount in column) for column in zip(*series.values(), strict=True)]
    # Room for the text above the highest bar: Plotly's own range ends at the bar.
    figure.update_yaxes(range=[1.1 * float(min(0, *lows)), 1.14 * float(max(tops)) or 1.0])
    figure.add_scatter(
        x=list(across),
        y=_floats(tops),
        mode="text",
        text=[write.short(total, currency) for total in sums],
        textposition="top center",
        textfont={"size": 12, "color": QUIET},
        hoverinfo="skip",
        showlegend=False,
        cliponaxis=False,
    )


def _figure(height: int) -> go.Figure:
    figure = go.Figure()
    figure.update_layout(
        height=height,
        margin={"l": 4, "r": 8, "t": 30, "b": 4},
        legend={"orientation": "h", "x": 0, "y": 1.03, "yanchor": "bottom", "title": None, "font": {"size": 12}},
        hoverlabel={"namelength": -1},
        dragmode=False,
    )
    figure.update_xaxes(showgrid=False, fixedrange=True, automargin=True, title=None, tickfont={"size": 12})
    figure.update_yaxes(fixedrange=True, automargin=True, title=None, zeroline=False, tickfont={"size": 12})
    return figure


def _money_figure(currency: str, height: int) -> go.Figure:
    figure = _figure(height)
    figure.update_yaxes(tickprefix=write.sign(currency), exponentformat="B", separatethousands=True, nticks=5)
    return figure


def _floats(amounts: Sequence[Amount | None]) -> list[float | None]:
    return [None if amount is None else float(amount) for amount in amounts]
