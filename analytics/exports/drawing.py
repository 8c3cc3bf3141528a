"""Charts as shapes on a plain sheet: worked out once, drawn by the PDF and the HTML alike, so that both show the same picture.

The sheet is `WIDTH` wide and `HEIGHT` high in points, y down from the top. Amounts become floats here, for drawing only; labels
are written from the exact numbers. Axes start at 0: nothing is cut off.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate
from textwrap import wrap
from typing import Literal

from analytics.exports.document import Chart, Picture, Value
from analytics.exports.shapes import QUIET, Box, Label, Path, Shape
from analytics.exports.writing import written
from analytics.formats import brief

WIDTH, HEIGHT = 510.0, 136.0
LEFT, RIGHT, TOP, BOTTOM = 40.0, 6.0, 26.0, 20.0
INK, RULE = "#334155", "#E2E8F0"
AGES = ("#1D4ED8", "#F8DFA8", "#F0A63A", "#D65F26", "#8F1D1D")
"""Not due, then ever warmer."""

LINE, RANGE, UP, DOWN, LEVEL = "#1D4ED8", "#93B4F5", "#0D9488", "#C2410C", "#1E3A8A"
MOST_LABELS = 14
LONGEST_LABEL = 22
LETTER, UNDER = 3.9, 8.2
"""About how wide a letter under an axis is, and how far its lines are apart."""

TICKS = 4
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def drawn(block: Chart | Picture) -> Picture:
    """The picture of a chart; a picture is its own."""
    return block if isinstance(block, Picture) else Picture(tuple(shapes(block)), in_words(block), HEIGHT)


def shapes(chart: Chart) -> list[Shape]:
    """The shapes of `chart`, those below first; none where its table has no rows."""
    if not chart.table.rows:
        return []
    plot = _Plot(chart)
    return [Label(0, 8, chart.title, colour=INK, size=8, bold=True), *_legend(chart), *plot.axes(), *_marks(plot)]


def in_words(chart: Chart) -> str:
    """What the chart shows, for who cannot see it."""
    across = chart.table.values(chart.across)
    said = []
    for name in chart.series:
        cells = zip(across, chart.table.values(name), strict=True)
        said.append(f"{name}: " + ", ".join(f"{written(x, 'text')} {written(y, _kind(chart), chart.table.currency)}" for x, y in cells))
    return "".join(letter for letter in f"{chart.title}. {'; '.join(said)}." if letter.isprintable())


class _Plot:
    """Where the values of a chart lie on its sheet."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.across = [_under(value, chart) for value in chart.table.values(chart.across)]
        self.series = [[as_float(value) for value in chart.table.values(name)] for name in chart.series]
        if chart.shape == "bridge":
            self.across.append(chart.table.total_label or "")
        self.slot = (WIDTH - LEFT - RIGHT) / len(self.across)
        bounds = [0.0, *_extremes(chart, self.series)]
        self.step = step_of((max(bounds) - min(bounds)) or 1.0)
        self.low, self.high = down_to(min(bounds), self.step), -down_to(-max(bounds), self.step) or self.step

    def x(self, place: int) -> float:
        """The middle of the slot at `place`."""
        return LEFT + self.slot * (place + 0.5)

    def y(self, value: float) -> float:
        """The height of `value`."""
        return TOP + (HEIGHT - TOP - BOTTOM) * (self.high - value) / (self.high - self.low)

    def bar(self, place: int, start: float, end: float, colour: str, part: float = 0.62) -> Box:
        """A bar in the slot at `place`, between two values."""
        top, foot = sorted((self.y(start), self.y(end)))
        return Box(self.x(place) - self.slot * part / 2, top, self.slot * part, foot - top, colour)

    def axes(self) -> Iterator[Shape]:
        """Rules with their values, and what stands under the slots."""
        for count in range(round((self.high - self.low) / self.step) + 1):
            value = self.low + count * self.step
            yield Path(((LEFT, self.y(value)), (WIDTH - RIGHT, self.y(value))), QUIET if value == 0 else RULE, 0.5)
            yield Label(LEFT - 4, self.y(value) + 2.4, brief(Decimal(str(round(value, 6)))), "end")
        every = -(-len(self.across) // MOST_LABELS)
        for place, text in enumerate(self.across):
            if place % every == 0:
                for line, words in enumerate(lines_of(text, self.slot * every)):
                    yield Label(self.x(place), HEIGHT - BOTTOM + 10 + UNDER * line, words, "middle")


def _marks(plot: _Plot) -> Iterator[Shape]:
    shape = plot.chart.shape
    if shape == "line":
        return _line(plot)
    if shape == "range":
        return _ranges(plot)
    if shape == "bridge":
        return _bridge(plot)
    return _bars(plot)


def _bars(plot: _Plot) -> Iterator[Shape]:
    """Layers from 0 up, those below 0 down; of `ages`, each bar in its own colour with its value above."""
    alone = plot.chart.shape == "ages"
    for place in range(len(plot.across)):
        above = below = 0.0
        for layer, values in enumerate(plot.series):
            value = values[place]
            start = above if value >= 0 else below
            yield plot.bar(place, start, start + value, AGES[min(place if alone else layer, len(AGES) - 1)])
            above, below = (above + value, below) if value >= 0 else (above, below + value)
        if alone:
            yield _above(plot, place, above, plot.chart.table.values(plot.chart.series[0])[place])


def _line(plot: _Plot) -> Iterator[Shape]:
    known = plot.chart.table.values(plot.chart.series[0])
    points = [(plot.x(place), plot.y(value)) for place, value in enumerate(plot.series[0]) if known[place] is not None]
    yield Path(tuple(points), LINE, 1.6)
    last = max((place for place, value in enumerate(known) if value is not None), default=None)
    for x, y in points:
        yield Box(x - 1.5, y - 1.5, 3, 3, LINE)
    if last is not None:
        yield Label(plot.x(last), plot.y(plot.series[0][last]) - 5, written(known[last], _kind(plot.chart)), "middle", INK, 7, True)


def _ranges(plot: _Plot) -> Iterator[Shape]:
    mean, low, high = plot.series
    for place, value in enumerate(mean):
        yield plot.bar(place, 0.0, value, LINE, 0.46)
        x = plot.x(place)
        for end in (low[place], high[place]):
            yield Path(((x - 4, plot.y(end)), (x + 4, plot.y(end))), INK, 0.9)
        yield Path(((x, plot.y(low[place])), (x, plot.y(high[place]))), INK, 0.9)


def _bridge(plot: _Plot) -> Iterator[Shape]:
    """The first row and the sum stand on 0, the steps between them on the one before."""
    reached = [0.0, *accumulate(plot.series[0])]
    exact = plot.chart.table.values(plot.chart.series[0])
    for place, value in enumerate(plot.series[0]):
        start, end = reached[place], reached[place + 1]
        yield plot.bar(place, start, end, LEVEL if place == 0 else UP if value >= 0 else DOWN)
        yield _above(plot, place, max(start, end), exact[place])
        yield Path(((plot.x(place), plot.y(end)), (plot.x(place + 1), plot.y(end))), QUIET, 0.4)
    yield plot.bar(len(exact), 0.0, reached[-1], LEVEL)
    yield _above(plot, len(exact), max(0.0, reached[-1]), sum(value for value in exact if isinstance(value, Decimal)))


def _under(value: Value, chart: Chart) -> str:
    """What stands under a slot: days in short."""
    if isinstance(value, date):
        return f"{value.day} {value:%b}" if chart.shape == "range" else f"{value:%b} ’{value:%y}"
    text = written(value, "text")
    return text if len(text) <= LONGEST_LABEL else f"{text[:LONGEST_LABEL]}…"


def _above(plot: _Plot, place: int, value: float, exact: Value) -> Label:
    text = brief(exact) if isinstance(exact, Decimal | int) else ""
    return Label(plot.x(place), plot.y(value) - 3, text, "middle", INK)


def _legend(chart: Chart) -> Iterator[Shape]:
    named = {"stacked": list(zip(chart.series, AGES, strict=False)), "range": [(chart.series[0], LINE)]}.get(chart.shape, [])
    x = LEFT
    for name, colour in named:
        yield Box(x, 13, 6, 6, colour)
        yield Label(x + 9, 18.4, name)
        x += 18 + LETTER * len(name)
    if chart.shape == "range":
        yield Path(((x + 2, 16), (x + 12, 16)), INK, 0.9)
        yield Label(x + 15, 18.4, f"{chart.series[1].partition(',')[0]} to {chart.series[2].lower()}")


def _extremes(chart: Chart, series: Sequence[Sequence[float]]) -> list[float]:
    """The lowest and highest value that is drawn."""
    if chart.shape == "bridge":
        return list(accumulate(series[0]))
    if chart.shape == "stacked":
        return [sum(value for value in slot if value * side > 0) for slot in zip(*series, strict=True) for side in (1, -1)]
    return [value for values in series for value in values]


def lines_of(text: str, room: float) -> list[str]:
    """`text` in the two lines that stand under an axis, each as long as `room` allows."""
    return wrap(text, max(4, int(room / LETTER)), max_lines=2, placeholder="…")


def step_of(span: float) -> float:
    """A round number of which about `TICKS` make up `span`."""
    size = 10.0 ** (len(str(int(span / TICKS))) - 1) if span >= TICKS else 10.0**-4
    while size * 10 < span / TICKS:
        size *= 10
    return next(size * step for step in _STEPS if size * step * TICKS >= span * 0.999)


def down_to(value: float, step: float) -> float:
    """The multiple of `step` at or below `value`."""
    return step * (value // step)


def _kind(chart: Chart) -> Literal["amount", "days"]:
    kinds = {column.name: column.kind for column in chart.table.columns}
    return "days" if kinds[chart.series[0]] == "days" else "amount"


def as_float(value: Value) -> float:
    """An amount for drawing, or for a cell of a spreadsheet; 0 where there is none."""
    return float(value) if isinstance(value, Decimal | int) else 0.0
