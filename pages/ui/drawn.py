"""A chart of the screen as a picture for paper: the same points, names and units, in the colours of the light theme, on axes from 0."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate, groupby
from typing import Any

import plotly.graph_objects as go

from analytics.exports.document import Picture
from analytics.exports.drawing import INK, LETTER, RULE, UNDER, WIDTH, down_to, lines_of, step_of
from analytics.exports.shapes import QUIET, Area, Box, Label, Path, Shape
from analytics.formats import brief, negative, percent
from pages.ui.palette import KINDS, paint

LEFT, RIGHT, TOP, BOTTOM = 48.0, 6.0, 12.0, 20.0
LEGEND_ROW = 11.0
LEAST, MOST = 120.0, 176.0
SHRUNK = 0.6
"""Points of height per pixel on the screen."""

ROW, NAMES = 15.0, 110.0
"""Of a table of cells: how high a row is, and the room for the names before it."""

TICKS_ACROSS = 7
Trace = dict[str, Any]


def picture(figure: go.Figure, words: str) -> Picture:
    """`figure` as it is on the screen, said in `words` for who cannot see it."""
    traces, layout = [each.to_plotly_json() for each in figure.data], figure.layout.to_plotly_json()
    if traces and traces[0]["type"] == "heatmap":
        return _cells(traces[0], words)
    sheet = _Sheet(traces, layout)
    return Picture((*sheet.legend(), *sheet.axes(), *sheet.marks()), words, sheet.height)


class _Sheet:
    """Where the points of a figure lie on paper."""

    def __init__(self, traces: Sequence[Trace], layout: Trace) -> None:
        self.traces, self.layout = traces, layout
        self.named = [each for each in traces if each.get("showlegend", True) and each.get("name")] if layout.get("showlegend") else []
        self.top = TOP + LEGEND_ROW * len(list(self._rows_of_names()))
        self.height = min(MOST, max(LEAST, layout["height"] * SHRUNK)) + self.top - TOP
        self.kind = layout["xaxis"].get("type", "category")
        self.across = list(dict.fromkeys(x for each in traces for x in each["x"]))
        if self.kind != "category":
            self.across.sort()
        self.slot = (WIDTH - LEFT - RIGHT) / max(1, len(self.across))
        self.every = max(1, -(-len(self.across) // (TICKS_ACROSS * (2 if self.kind == "category" else 1))))
        self.room = self.slot * self.every
        ends = [0.0, *self._ends()]
        self.step = step_of((max(ends) - min(ends)) or 1.0)
        self.low, self.high = down_to(min(ends), self.step), -down_to(-max(ends), self.step) or self.step

    def x(self, value: Any) -> float:
        """The middle of the slot of a name, or the place of a day or number."""
        if self.kind == "category":
            return LEFT + self.slot * (self.across.index(value) + 0.5)
        first, last, at = (each.toordinal() if isinstance(each, date) else each for each in (self.across[0], self.across[-1], value))
        return LEFT + 4 + (WIDTH - LEFT - RIGHT - 8) * (at - first) / ((last - first) or 1)

    def y(self, value: float) -> float:
        """The height of `value`."""
        return self.top + (self.height - self.top - BOTTOM) * (self.high - value) / (self.high - self.low)

    def legend(self) -> Iterator[Shape]:
        """The names with their colours, in rows."""
        for number, row in enumerate(self._rows_of_names()):
            x, y = LEFT, 2 + LEGEND_ROW * number
            for each in row:
                yield Box(x, y, 6, 6, _colour(each))
                yield Label(x + 9, y + 5.6, each["name"])
                x += 20 + LETTER * len(each["name"])

    def _rows_of_names(self) -> Iterator[list[Trace]]:
        row: list[Trace] = []
        for each in self.named:
            if row and LEFT + sum(20 + LETTER * len(one["name"]) for one in (*row, each)) > WIDTH:
                yield row
                row = []
            row.append(each)
        if row:
            yield row

    def axes(self) -> Iterator[Shape]:
        """Rules with their values, and what stands under them."""
        axis = self.layout["yaxis"]
        for count in range(round((self.high - self.low) / self.step) + 1):
            value = self.low + count * self.step
            exact = Decimal(str(round(value, 6)))
            size = percent(abs(exact), 0) if "%" in axis.get("tickformat", "") else brief(abs(exact))
            text = negative(f"{axis.get('tickprefix', '')}{size}{axis.get('ticksuffix', '')}", exact < 0)
            yield Path(((LEFT, self.y(value)), (WIDTH - RIGHT, self.y(value))), QUIET if value == 0 else RULE, 0.5)
            yield Label(LEFT - 4, self.y(value) + 2.4, text, "end")
        for at, text in self._under():
            for line, words in enumerate(lines_of(text, self.room)):
                yield Label(self.x(at), self.height - BOTTOM + 10 + UNDER * line, words, "middle")
        if title := self.layout["xaxis"].get("title", {}).get("text"):
            yield Label((LEFT + WIDTH - RIGHT) / 2, self.height - 1, title, "middle")

    def _under(self) -> Iterator[tuple[Any, str]]:
        axis = self.layout["xaxis"]
        if self.kind == "category":
            yield from ((at, at) for at in self.across[:: self.every])
            return
        for at in self.across[:: self.every]:
            if isinstance(at, date):
                yield at, f"{at:{axis.get('tickformat', '%d %b')}}"
            else:
                exact = Decimal(str(round(at, 6)))
                yield at, percent(exact, 0) if "%" in axis.get("tickformat", "") else brief(exact)

    def _ends(self) -> Iterator[float]:
        """Every height that is drawn."""
        stacks: dict[Any, list[float]] = {}
        for each in self.traces:
            if each["type"] == "waterfall":
                yield from _levels(each)
            elif each["type"] == "bar" and self.layout.get("barmode") == "relative":
                for x, y in zip(each["x"], each["y"], strict=True):
                    stacks.setdefault(x, []).append(y or 0.0)
            elif each.get("mode") != "text":
                yield from (y for y in each["y"] if y is not None)
        for stack in stacks.values():
            yield sum(y for y in stack if y > 0)
            yield sum(y for y in stack if y < 0)

    def marks(self) -> Iterator[Shape]:
        """What the traces draw, in their order."""
        bars = [each for each in self.traces if each["type"] == "bar"]
        yield from self._bars(bars)
        before: Trace = {}
        for each in self.traces:
            if each["type"] == "waterfall":
                yield from self._steps(each)
            elif each["type"] == "scatter":
                yield from self._scatter(each, before)
                before = each

    def _bars(self, bars: Sequence[Trace]) -> Iterator[Shape]:
        stacked = self.layout.get("barmode") == "relative"
        room = self.slot * (1 - self.layout.get("bargap", 0.2))
        wide = room if stacked else room / max(1, len(bars))
        tops: dict[tuple[Any, bool], float] = {}
        for number, each in enumerate(bars):
            for place, (x, y) in enumerate(zip(each["x"], each["y"], strict=True)):
                if not y:
                    continue
                start = tops.get((x, y > 0), 0.0) if stacked else 0.0
                tops[x, y > 0] = start + y
                left = self.x(x) - room / 2 + (0.0 if stacked else wide * number)
                top, foot = sorted((self.y(start), self.y(start + y)))
                yield Box(left, top, wide, foot - top, _colour(each, place))

    def _steps(self, each: Trace) -> Iterator[Shape]:
        """The first and last stand on 0, the steps between on the one before."""
        levels = _levels(each)
        for place, (x, level) in enumerate(zip(each["x"], levels, strict=True)):
            whole = each["measure"][place] != "relative"
            start = 0.0 if whole else levels[place - 1]
            part = "totals" if whole else "increasing" if level >= start else "decreasing"
            top, foot = sorted((self.y(start), self.y(level)))
            yield Box(self.x(x) - self.slot * 0.35, top, self.slot * 0.7, foot - top, paint(each[part]["marker"]["color"]))
            yield Label(self.x(x), top - 3, each["text"][place], "middle", INK)

    def _scatter(self, each: Trace, before: Trace) -> Iterator[Shape]:
        mode, points = each["mode"], list(zip(each["x"], each["y"], strict=True))
        if mode == "text":
            for (x, y), text in zip(points, each["text"], strict=True):
                yield Label(self.x(x), self.y(max(y or 0.0, 0.0)) - 3, text, "middle", INK)
            return
        if each.get("fill") == "tonexty":
            there = [(self.x(x), self.y(y)) for x, y in points]
            back = [(self.x(x), self.y(y)) for x, y in zip(before["x"], before["y"], strict=True)]
            yield Area((*there, *reversed(back)), paint(each["fillcolor"]))
            return
        line = each.get("line", {})
        if "lines" in mode and line.get("width", 1):
            dash = {"dash": (4.0, 2.5), "dot": (1.2, 2.0), "longdash": (7.0, 3.0)}.get(line.get("dash", ""), ())
            through = [point for point in points if point[1] is not None] if each.get("connectgaps") else points
            for known, run in groupby(through, key=lambda point: point[1] is not None):
                drawn = tuple((self.x(x), self.y(y)) for x, y in run) if known else ()
                if len(drawn) > 1:
                    yield Path(drawn, paint(line["color"]), line.get("width", 1) * 0.7, dash)
        if "markers" in mode:
            for place, (x, y) in enumerate(points):
                if y is not None:
                    yield Box(self.x(x) - 1.5, self.y(y) - 1.5, 3, 3, _colour(each, place))


def _cells(each: Trace, words: str) -> Picture:
    """A table of coloured cells with their values in them."""
    known = [value for row in each["z"] for value in row if value is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    wide = (WIDTH - NAMES) / max(1, len(each["x"]))
    shapes: list[Shape] = [Label(NAMES + wide * (n + 0.5), 8, _fitting(x, wide), "middle") for n, x in enumerate(each["x"])]
    for down, (name, values, texts) in enumerate(zip(each["y"], each["z"], each["text"], strict=True)):
        y = 12 + ROW * down
        shapes.append(Label(NAMES - 4, y + 9.5, name, "end"))
        for place, (value, text) in enumerate(zip(values, texts, strict=True)):
            if value is not None:
                part = (value - low) / ((high - low) or 1.0)
                colour = paint(each["colorscale"][round(part * (len(each["colorscale"]) - 1))][1])
                shapes.append(Box(NAMES + wide * place, y, wide - 1, ROW - 1, colour))
                shapes.append(Label(NAMES + wide * (place + 0.5), y + 9.5, text, "middle", "#FFFFFF" if part > 0.6 else INK))
    return Picture(tuple(shapes), words, 14 + ROW * len(each["y"]))


def _fitting(text: str, room: float) -> str:
    most = max(1, int(room / LETTER))
    return text if len(text) <= most else f"{text[: max(1, most - 1)]}…"


def _levels(each: Trace) -> list[float]:
    """The heights that a waterfall reaches, its last standing on 0."""
    return [*accumulate(each["y"][:-1]), each["y"][-1]]


def _colour(each: Trace, place: int = 0) -> str:
    """The colour of a point, paler where it is faded."""
    marker = each.get("marker", {})
    chosen = each.get("fillcolor") or marker.get("color") or each.get("line", {}).get("color") or KINDS[0]
    strength = marker.get("opacity", 1.0)
    strength = strength if isinstance(strength, int | float) else strength[place]
    return _paler(paint(chosen if isinstance(chosen, str) else chosen[place]), strength)


def _paler(colour: str, strength: float) -> str:
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * strength):02X}" for part in parts)
