"""The charts: Plotly graph objects from frames, with colours that the theme fills in.

A colour here is a name of the Streamlit template (`palette`) which the browser replaces by the palette of
`.streamlit/config.toml`, light or dark: no figure knows which theme it is shown in. Amounts become floats for drawing only;
what a label or a hover says is written from the exact decimal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import accumulate
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from pages.ui import drawn, shown
from pages.ui import format as write
from pages.ui.palette import AGES, BANDS, KINDS

KEPT = 512
"""Figures that stay as they were made."""
QUIET = KINDS[8]
HEIGHT = 218
TALL = 340
MOST_KINDS = 6
OTHERS = "Others"
FADED = 0.28

Labels = Mapping[str, Sequence[Decimal | None]]
Amount = Decimal | Fraction
Trace = dict[str, Any]
LEGEND: Trace = {"orientation": "h", "x": 0, "y": 1.03, "yanchor": "bottom", "font": {"size": 12}}


@dataclass(frozen=True)
class Unit:
    """How the numbers of a chart are written: around a tick, short on a label, exact on a hover."""

    before: str
    after: str
    short: Callable[[Amount], str]
    exact: Callable[[Amount], str]


LENGTHS = Unit("", " d", lambda value: write.measure(value, 1, " d"), lambda value: write.measure(value, 2, " days"))
SHARES = Unit("", "%", lambda value: write.measure(value, 0, "%"), lambda value: write.measure(value, 2, "%"))
"""Shares are drawn as percentages: give them times 100."""
COUNTS = Unit("", "", lambda value: write.count(int(value)), lambda value: write.count(int(value)))
DAYS = Unit("", " d", lambda value: write.change(value, 1, " d"), lambda value: write.measure(value, 2, " days"))


def money_unit(currency: str) -> Unit:
    """Amounts of `currency`."""
    return Unit(write.sign(currency), "", partial(write.short, currency=currency), partial(write.money, currency=currency))


def show(figure: go.Figure, key: str, alt: str, *, on_click: Callable[[Any], None] | None = None, static: bool = False) -> None:
    """Draws `figure` as the element `key`; `on_click` gets the clicked point's `x` before the page runs again."""
    shown.part(lambda: drawn.picture(figure, alt))
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
    height: int = HEIGHT,
) -> go.Figure:
    """Bars over `across`, one layer per name of `series`, with the sum written above.

    A layer has a colour, or each bar one (`by_place`); where a bar is `chosen`, the others fade.
    """
    strength = [1.0 if chosen in (None, place) else FADED for place in across]
    layers = _layers(across, series, currency, [{"color": by_place or colour, "opacity": strength} for colour in colours])
    totals, bounds = _totals(across, series, currency)
    return _figure(
        [*layers, totals],
        height,
        x={"type": "category"},
        y=_money_axis(currency) | {"range": bounds},
        barmode="relative",
        bargap=0.36,
        showlegend=len(series) > 1,
    )


def short_day(day: date) -> str:
    """A day under an axis, without its year."""
    return f"{day.day} {day:%b}"


def over_time(
    days: Sequence[date],
    series: Labels,
    currency: str,
    *,
    monthly: bool = True,
    short: bool = False,
    colours: Sequence[str] = KINDS,
    height: int = TALL,
) -> go.Figure:
    """Stacked bars over period ends, written as their month or as their day; `short` leaves out the year of a day."""
    day_name = short_day if short else write.day
    names = [f"{day:%b %y}" if monthly else day_name(day) for day in days]
    return _figure(
        _layers(names, series, currency, [{"color": colour} for colour in colours]),
        height,
        x={"type": "category", "tickangle": 0, **({"tickvals": names[::3]} if short else {"nticks": 7})},
        y=_money_axis(currency),
        barmode="relative",
        bargap=0.18,
        hovermode="x unified",
        showlegend=len(series) > 1,
    )


def lines(
    days: Sequence[date],
    series: Labels,
    *,
    suffix: str = " d",
    levels: Mapping[str, Decimal] | None = None,
    height: int = HEIGHT,
) -> go.Figure:
    """Lines over days, in a unit written behind the number; undefined points leave a gap; each of `levels` is dashed."""
    hover = f": %{{y:.1f}}{suffix}<extra></extra>"
    traces = [
        _line(days, values, name, {"color": colour, "width": 2}, hovertemplate=name + hover)
        for colour, (name, values) in zip(KINDS, series.items(), strict=False)
    ]
    ends = [days[0], days[-1]] if days else []
    for dash, (name, level) in zip(("dot", "longdash"), (levels or {}).items(), strict=False):
        look = {"color": QUIET, "width": 1.2, "dash": dash}
        traces.append(_line(ends, [level] * len(ends), name, look, hovertemplate=name + hover))
    return _figure(
        traces,
        height,
        x={"type": "date", "tickformat": "%b %y", "nticks": 7},
        y={"ticksuffix": suffix, "nticks": 5, "rangemode": "tozero"},
        hovermode="x unified",
        showlegend=len(traces) > 1,
    )


def dots(days: Sequence[date], late: Sequence[int], names: Sequence[str], *, height: int = HEIGHT) -> go.Figure:
    """A dot per settled invoice: days late (above the line) or early (below) by the day it was settled."""
    marks = {
        "type": "scatter",
        "x": list(days),
        "y": list(late),
        "mode": "markers",
        "marker": {"size": 6, "color": [AGES[8] if each > 0 else KINDS[1] for each in late], "opacity": 0.75},
        "customdata": list(names),
        "hovertemplate": "%{customdata}<br>%{y} days late<extra></extra>",
    }
    return _figure(
        [marks],
        height,
        x={"type": "date", "tickformat": "%b %y", "nticks": 7},
        y={"ticksuffix": " d", "nticks": 5, "zeroline": True, "zerolinecolor": QUIET},
        hovermode="closest",
        showlegend=False,
    )


def waterfall(names: Sequence[str], amounts: Sequence[Amount], unit: Unit, *, height: int = TALL) -> go.Figure:
    """From the first amount, through the changes, to the last: the first and last stand on the axis, which starts at zero."""
    texts = [unit.short(amount) for amount in amounts]
    steps = {
        "type": "waterfall",
        "x": list(names),
        "y": _floats(amounts),
        "measure": ["absolute", *["relative"] * (len(names) - 2), "total"],
        "text": [texts[0].lstrip("+"), *texts[1:-1], texts[-1].lstrip("+")],
        "textposition": "outside",
        "textfont": {"size": 12},
        "customdata": [unit.exact(amount) for amount in amounts],
        "hovertemplate": "%{x}: %{customdata}<extra></extra>",
        "increasing": {"marker": {"color": KINDS[0]}},
        "decreasing": {"marker": {"color": KINDS[1]}},
        "totals": {"marker": {"color": QUIET}},
        "connector": {"line": {"color": QUIET, "width": 1, "dash": "dot"}},
        "cliponaxis": False,
    }
    levels = [float(level) for level in accumulate(map(Fraction, amounts[:-1]))]
    low, high = min(levels), max(levels)
    bounds = [min(0.0, 1.1 * low), max(high, 0.0) + 0.15 * (abs(high) or 1.0)]
    return _figure(
        [steps],
        height,
        x={"type": "category", "tickvals": list(names), "ticktext": [_in_two_lines(name) for name in names]},
        y=_axis(unit.before, unit.after) | {"range": bounds},
        bargap=0.3,
        showlegend=False,
        uniformtext={"minsize": 10, "mode": "hide"},
    )


def _in_two_lines(name: str) -> str:
    """`name` broken behind its first word; a day stays with its month."""
    return re.sub(r"(?<=[^\d ]) ", "<br>", name, count=1)


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
    past_days, past_amounts = past
    start_days, start = ([past_days[-1]], [past_amounts[-1]]) if past_days else ([], [])
    traces: list[Trace] = []
    for colour, (name, (low, high)) in zip((BANDS[1], BANDS[3]), bands.items(), strict=False):
        traces += _band(name, [*start_days, *days], [*start, *low], [*start, *high], colour, currency)
    for name, at, amounts, line, mode in (
        ("Expected", [*start_days, *days], [*start, *mean], {"color": KINDS[0], "width": 2, "dash": "dash"}, "lines+markers"),
        ("Collected", past_days, past_amounts, {"color": KINDS[1], "width": 2}, "lines"),
    ):
        exact = [write.money(amount, currency) for amount in amounts]
        marks = {"mode": mode, "marker": {"size": 6, "color": line["color"]}}  # only what has a mark can be clicked
        hover = f"{name}: %{{customdata}}<extra></extra>"
        traces.append(_line(at, amounts, name, line, customdata=exact, hovertemplate=hover, **marks))
    return _figure(
        traces,
        height,
        x={"type": "date", "tickformat": "%d %b", "nticks": 7},
        y=_money_axis(currency) | {"rangemode": "tozero"},
        hovermode="x unified",
        legend=LEGEND | {"traceorder": "reversed"},
        showlegend=True,
    )


def side_by_side(days: Sequence[date], series: Labels, currency: str, *, height: int = TALL) -> go.Figure:
    """Bars beside each other for each day, one per name of `series`."""
    names = [short_day(day) for day in days]
    colours = (QUIET, KINDS[0])
    return _figure(
        _layers(names, series, currency, [{"color": colour} for colour in colours]),
        height,
        x={"type": "category", "tickvals": names[::3], "tickangle": 0},
        y=_money_axis(currency),
        barmode="group",
        bargap=0.25,
        hovermode="x unified",
        showlegend=True,
    )


def shares(
    across: Sequence[Decimal | int],
    series: Labels,
    title: str,
    *,
    levels: Mapping[str, Decimal] | None = None,
    diagonal: bool = False,
    height: int = HEIGHT,
) -> go.Figure:
    """Shares over numbers as lines with dots; each of `levels`, and the `diagonal` on which they equal the numbers, is dotted."""
    percent = "%{y:.0%}<extra></extra>"
    numbers = [float(each) for each in across]
    dotted = {"color": QUIET, "width": 1.2, "dash": "dot"}
    traces: list[Trace] = []
    for colour, (name, values) in zip(KINDS, series.items(), strict=False):
        line = {"type": "scatter", "x": numbers, "y": _floats(values), "name": name, "mode": "lines+markers", "connectgaps": True}
        traces.append(line | {"line": {"color": colour, "width": 2}, "marker": {"size": 6}, "hovertemplate": f"{name}: {percent}"})
    ends = [numbers[0], numbers[-1]] if numbers else []
    for name, level in (levels or {}).items():
        values = [float(level)] * len(ends)
        traces.append({"type": "scatter", "x": ends, "y": values, "name": name, "mode": "lines", "line": dotted, "hoverinfo": "skip"})
    if diagonal:
        traces.append(
            {"type": "scatter", "x": [0, 1], "y": [0, 1], "name": "as said", "mode": "lines", "line": dotted, "hoverinfo": "skip"}
        )
    return _figure(
        traces,
        height,
        x={"type": "linear", "title": {"text": title, "font": {"size": 12}}, **({"tickformat": ".0%"} if diagonal else {"dtick": 2})},
        y={"tickformat": ".0%", "range": [0, 1.05], "nticks": 6},
        hovermode="x unified",
        showlegend=True,
    )


def bars(across: Sequence[str], series: Labels, unit: Unit, *, stack: bool, height: int = TALL) -> go.Figure:
    """Bars over `across` in any unit, a colour per name of `series`: on each other where they add up, else beside each other."""
    traces = [_in_unit("bar", across, values, name, unit) | {"marker": {"color": KINDS[n]}} for n, (name, values) in _kinds(series)]
    return _figure(
        traces,
        height,
        x={"type": "category", **({} if all(len(name) < LEVEL for name in across) else {"tickangle": -35})},
        y=_axis(unit.before, unit.after),
        barmode="relative" if stack else "group",
        bargap=0.25,
        showlegend=len(traces) > 1,
    )


def trends(across: Sequence[str], series: Labels, unit: Unit, *, height: int = TALL) -> go.Figure:
    """Lines with dots over `across` in any unit; undefined points leave a gap."""
    look = {"mode": "lines+markers", "marker": {"size": 6}}
    traces = [_in_unit("scatter", across, values, name, unit) | look | {"line": _solid(KINDS[n])} for n, (name, values) in _kinds(series)]
    return _figure(
        traces,
        height,
        x={"type": "category", "nticks": 8, "tickangle": 0},
        y=_axis(unit.before, unit.after) | {"rangemode": "tozero"},
        hovermode="x unified",
        showlegend=len(traces) > 1,
    )


def heat(down: Sequence[str], across: Sequence[str], rows: Sequence[Sequence[Amount | None]], unit: Unit) -> go.Figure:
    """A cell per row and column, the stronger the larger, with its value written in it; the first row is on top."""
    cells = {
        "type": "heatmap",
        "x": list(across),
        "y": [name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…" for name in down],
        "z": [_floats(row) for row in rows],
        "text": [["" if value is None else unit.short(value) for value in row] for row in rows],
        "texttemplate": "%{text}",
        "colorscale": [[step / 3, BANDS[step]] for step in range(4)],  # on stronger ones figures are hard to read
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hovertemplate": "%{y}, %{x}: %{text}<extra></extra>",
    }
    height = max(HEIGHT, 46 + 28 * len(down))
    return _figure(
        [cells], height, x={"type": "category", "side": "top"}, y={"type": "category", "autorange": "reversed", "showgrid": False}
    )


LEVEL = 10
"""Names under an axis that are shorter stand level where there is room, and upright where not; longer ones are slanted."""
LONGEST = 24


def _kinds(series: Labels) -> list[tuple[int, tuple[str, Sequence[Decimal | None]]]]:
    return [(place % len(KINDS), item) for place, item in enumerate(series.items())]


def _solid(colour: str) -> Trace:
    return {"color": colour, "width": 2}


def _in_unit(kind: str, across: Sequence[str], values: Sequence[Amount | None], name: str, unit: Unit) -> Trace:
    return {
        "type": kind,
        "x": list(across),
        "y": _floats(values),
        "name": name,
        "customdata": [write.NOT_AVAILABLE if value is None else unit.exact(value) for value in values],
        "hovertemplate": f"{name}: %{{customdata}}<extra></extra>",
    }


def _layers(across: Sequence[str], series: Labels, currency: str, markers: Sequence[Trace]) -> list[Trace]:
    return [
        {
            "type": "bar",
            "x": list(across),
            "y": _floats(amounts),
            "name": name,
            "marker": marker,
            "customdata": [[name, write.money(amount, currency)] for amount in amounts],
            "hovertemplate": "%{customdata[0]}: %{customdata[1]}<extra></extra>",
        }
        for marker, (name, amounts) in zip(markers, series.items(), strict=False)
    ]


def _totals(across: Sequence[str], series: Labels, currency: str) -> tuple[Trace, list[float]]:
    """The sums as text above the bars, and a range with room for it: Plotly's own ends at the bar."""
    stacks = [[amount or Decimal(0) for amount in stack] for stack in zip(*series.values(), strict=True)]
    tops = [float(sum(max(amount, Decimal(0)) for amount in stack)) for stack in stacks]
    lows = [float(sum(min(amount, Decimal(0)) for amount in stack)) for stack in stacks]
    text = {
        "type": "scatter",
        "x": list(across),
        "y": tops,
        "mode": "text",
        "text": [write.short(sum(stack, Decimal(0)), currency) for stack in stacks],
        "textposition": "top center",
        "textfont": {"size": 12, "color": QUIET},
        "hoverinfo": "skip",
        "showlegend": False,
        "cliponaxis": False,
    }
    return text, [1.1 * min(0.0, *lows), 1.14 * max(tops) or 1.0]


def _band(
    name: str, days: Sequence[date], low: Sequence[Decimal], high: Sequence[Decimal], colour: str, currency: str
) -> tuple[Trace, Trace]:
    edge = {"width": 0, "color": colour}
    spans = [f"{write.short(a, currency)} to {write.short(b, currency)}" for a, b in zip(low, high, strict=True)]
    return (
        _line(days, low, name, edge, hoverinfo="skip", showlegend=False),
        _line(
            days,
            high,
            name,
            edge,
            fill="tonexty",
            fillcolor=colour,
            showlegend=False,
            customdata=spans,
            hovertemplate=f"{name}: %{{customdata}}<extra></extra>",
        ),
    )


def _line(days: Sequence[date], values: Sequence[Amount | None], name: str, line: Trace, **more: Any) -> Trace:
    mode = "lines" if len(days) > 1 else "markers"  # a single day has no line
    return {"type": "scatter", "x": list(days), "y": _floats(values), "name": name, "mode": mode, "line": line, **more}


def _figure(traces: Sequence[Trace], height: int, *, x: Trace, y: Trace, **layout: Any) -> go.Figure:
    axis = {"fixedrange": True, "automargin": True, "tickfont": {"size": 12}}
    margin = {"l": 4, "r": 8, "t": 30, "b": 4}
    whole = {
        "height": height,
        "margin": margin,
        "legend": LEGEND,
        "hoverlabel": {"namelength": -1},
        "dragmode": False,
        "separators": write.separators(),
        "xaxis": axis | {"showgrid": False} | x,
        "yaxis": axis | {"zeroline": False} | y,
        **layout,
    }
    return _checked(_Drawing(traces, whole))


@dataclass(frozen=True)
class _Drawing:
    """What a figure is made of."""

    traces: Sequence[Trace]
    layout: Trace


@st.cache_resource(max_entries=KEPT, show_spinner=False, hash_funcs={_Drawing: repr})
def _checked(drawing: _Drawing) -> go.Figure:
    # Plotly checks every property of a figure, and again at each update: a figure is made in one piece, and once.
    return go.Figure(data=list(drawing.traces), layout=drawing.layout)


def _axis(before: str, after: str) -> Trace:
    return {"tickprefix": before, "ticksuffix": after, "exponentformat": "B", "separatethousands": True, "nticks": 5}


def _money_axis(currency: str) -> Trace:
    return _axis(write.sign(currency), "")


def _floats(amounts: Sequence[Amount | None]) -> list[float | None]:
    return [None if amount is None else float(amount) for amount in amounts]
