"""A document as PDF: A4, embedded typefaces, charts as vectors, the stamp at the foot of every page.

No letter is smaller than `SMALL`: a section with a table that is too wide for that stands on pages that lie on their side, and a
table too wide for those comes in parts, each with the first column.

Letters that none of the embedded typefaces has are drawn as a white square, and a sentence at the end says so: nothing is left
out in silence, and nothing else is drawn in their place.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape
from itertools import pairwise
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
)
from reportlab.platypus import Table as Grid

from analytics.exports import drawing
from analytics.exports.document import NUMBERS, Block, Chart, Document, Figure, Figures, Picture, Row, Section, Sentence, Table
from analytics.exports.lettering import BOLD, MISSING, REGULAR, cut, faces, folded, missing, runs, width
from analytics.exports.shapes import Area, Box, Label, Path
from analytics.exports.writing import headline, written

MARGIN, FOOT = 42.0, 54.0
FRAME = 6.0
"""What reportlab leaves free inside the margins."""

UPRIGHT, LYING = A4[0] - 2 * MARGIN, A4[1] - 2 * MARGIN
"""How wide a line is."""

INK, TEXT, QUIET, RULE, PALE = (HexColor(colour) for colour in ("#0F172A", "#1E293B", "#64748B", "#CBD5E1", "#F1F5F9"))
WARNING, BRAND = HexColor("#9A3412"), HexColor("#1D4ED8")
PAD = 4.0
SMALL = 7.0
"""The smallest letters."""

SIZES = (7.6, SMALL)
"""Of the letters of a table: the largest with which its numbers fit."""

LEAST_NAME = 90.0
NARROW = 0.62
"""The part of the page that a table takes which needs no more: an eye should not travel far from a name to its number."""

LONGEST_UNPARTED = 12
"""Letters of a heading that stays on one line."""

LEFT_BLANK = 0.25
"""The part of a page that may stay empty so that a table is not parted."""

TOGETHER = 3
"""Rows at either end of a table that no page parts."""

GAP = 14.0
"""Between a chart and the table beside it."""

LARGEST_CHART = 1.15
"""How much larger than drawn a chart is where the page has room."""


def to_pdf(document: Document) -> bytes:
    """`document` as PDF; the same document gives the same bytes."""
    faces()
    target = io.BytesIO()
    lying = _lying(document.sections)
    template = BaseDocTemplate(
        target,
        title=document.title,
        subject=f"As of {document.stamp.scope.day}",
        creator="Duebook",
        lang="en",
        invariant=1,
        pageTemplates=sorted(map(_page, _SHEETS), key=lambda page: page.id != _sheet(lying[0])),
    )
    template.build(_story(document, lying), canvasmaker=_numbered(document))
    return target.getvalue()


_SHEETS = {"upright": A4, "lying": landscape(A4)}


def _sheet(lies: bool) -> str:
    return "lying" if lies else "upright"


def _page(sheet: str) -> PageTemplate:
    wide, high = _SHEETS[sheet]
    frame = Frame(MARGIN - FRAME, FOOT, wide - 2 * (MARGIN - FRAME), high - MARGIN - FOOT, id=sheet)
    return PageTemplate(sheet, [frame], pagesize=_SHEETS[sheet])


def _lying(sections: Sequence[Section]) -> list[bool]:
    """Of each section, whether its pages lie: those of a wide table do, a chart alone stands, and the others follow the one before."""
    found: list[bool] = []
    for section in sections:
        wide = any(not _fits(block, UPRIGHT) for block in section.blocks if isinstance(block, Table))
        alone = any(isinstance(block, Chart | Picture) for block in _abreast(section.blocks, LYING))
        found.append(wide or (not alone and bool(found) and found[-1]))
    return [found[1], *found[1:]] if len(found) > 1 and not sections[0].blocks else found


def _story(document: Document, lying: Sequence[bool]) -> list[Flowable]:
    story: list[Flowable] = [_text(document.title, 22, BOLD, INK, leading=28), Spacer(1, 2)]
    story += [_text(line, 9.5, REGULAR, QUIET, leading=14) for line in document.addressed]
    story += [Spacer(1, 8), _Rule()]
    for place, (section, lies) in enumerate(zip(document.sections, lying, strict=True)):
        turned = lies != lying[max(0, place - 1)]
        story += [NextPageTemplate(_sheet(lies))] if turned else []
        story += [PageBreak()] if turned or section.chapter else [Spacer(1, 12)]
        story += _section(section, LYING if lies else UPRIGHT)
        if place == 0 and document.signatures:
            story += [Spacer(1, 30), _Signatures(document.signatures)]
    return story + _lacking(document)


def _section(section: Section, room: float) -> list[Flowable]:
    # A heading, and the words under it, stay with what they are about.
    opening: list[Flowable] = [_Outlined(section.heading, 15 if section.chapter else 11.5), Spacer(1, 3)] if section.heading else []
    flowables: list[Flowable] = []
    blocks = _abreast(section.blocks, room)
    introduces = not all(isinstance(block, Sentence) for block in blocks)
    for place, block in enumerate(blocks):
        drawn = [*opening, *_block(block, room)]
        if introduces and isinstance(block, Sentence) and not flowables and place + 1 < len(blocks):
            opening = drawn
            continue
        flowables += _whole(drawn, room) if isinstance(block, Table) else [KeepTogether(drawn)]
        opening = []
    return [*opening, *flowables]


def _abreast(blocks: Sequence[Block], room: float) -> list[Block | tuple[Chart | Picture, Table]]:
    """`blocks`, each chart with the table that follows it where both fit side by side."""
    found: list[Block | tuple[Chart | Picture, Table]] = []
    for block in blocks:
        last = found[-1] if found else None
        if isinstance(block, Table) and isinstance(last, Chart | Picture) and _fits(block, room - drawing.WIDTH - GAP, whole=True):
            found[-1] = (last, block)
        else:
            found.append(block)
    return found


def _whole(flowables: list[Flowable], room: float) -> list[Flowable]:
    """A table with its heading, on the next page where it would be parted on this one and leaves little of it empty."""
    page = (A4[1] if room == UPRIGHT else A4[0]) - MARGIN - FOOT
    high = sum(each.wrap(room, page)[1] for each in flowables)
    return [CondPageBreak(min(high, page * LEFT_BLANK)), *flowables]


def _block(block: Block | tuple[Chart | Picture, Table], room: float) -> list[Flowable]:
    if isinstance(block, tuple):
        picture, table = block
        beside = room - drawing.WIDTH - GAP
        widths = [drawing.WIDTH, GAP, beside]
        return [Grid([[_block(picture, drawing.WIDTH), "", _block(table, beside)]], colWidths=widths, style=_UNFRAMED, hAlign="LEFT")]
    if isinstance(block, Sentence):
        return [_text(block.text, 8.8, BOLD if block.warning else REGULAR, WARNING if block.warning else TEXT, leading=13), Spacer(1, 5)]
    if isinstance(block, Figures):
        return [_Cards(block), Spacer(1, 8)]
    if isinstance(block, Chart | Picture):
        picture = drawing.drawn(block)
        return [_Drawn(picture), Spacer(1, 10)] if picture.shapes else []
    flowables: list[Flowable] = [_text(block.title, 8.8, BOLD, INK, leading=14)] if block.title else []
    for part in _parts(block, room):
        flowables += [_grid(part, room), Spacer(1, 6)]
    if block.note:
        flowables.append(_text(block.note, 7.4, REGULAR, QUIET, leading=10))
    return [*flowables, Spacer(1, 6)]


_UNFRAMED = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    *((f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")),
]


def _lacking(document: Document) -> list[Flowable]:
    """What has to be said where letters could not be drawn."""
    cells = [value for table in document.tables() for row in table.rows for value in row.values if isinstance(value, str)]
    texts = {text for text in [*cells, *document.addressed] if missing(text)}
    if not texts:
        return []
    said = "1 text in this document has" if len(texts) == 1 else f"{len(texts)} texts in this document have"
    sentence = f"{said} letters that its typefaces do not hold: {MISSING} stands for each. "
    return [Spacer(1, 8), _text(f"{sentence}The HTML and XLSX show every letter.", 7.4, REGULAR, WARNING, leading=10)]


def _parts(table: Table, room: float) -> list[Table]:
    """`table`, or where it is too wide its first column with as many of the others at a time as fit, about as many in each part."""
    others = len(table.columns) - 1
    for each in range(others, 1, -1):
        number = -(-others // each)
        ends = [1 + others * part // number for part in range(number + 1)]
        parts = [table] if number == 1 else [_cut(table, start, end) for start, end in pairwise(ends)]
        if all(_fits(part, room) for part in parts):
            return parts
    return [table]


def _cut(table: Table, start: int, end: int) -> Table:
    """The first column of `table` and those from `start` to before `end`."""

    def kept(row: Row) -> Row:
        return replace(row, values=(row.values[0], *row.values[start:end]))

    total = table.total
    columns = (table.columns[0], *table.columns[start:end])
    return replace(table, columns=columns, rows=tuple(map(kept, table.rows)), whole=None if total is None else kept(total))


def _grid(table: Table, room: float) -> Grid:
    size, widths = _fitted(table, room)
    total = table.total
    rows = [*table.rows, *([total] if total else [])]
    bold = {len(rows)} if total else set()
    header = [_cell(column.name, size, BOLD, column.kind in NUMBERS, QUIET) for place, column in enumerate(table.columns)]
    body = [
        [_typed(table, row, place, widths[place], size, BOLD if number in bold else REGULAR) for place in range(len(table.columns))]
        for number, row in enumerate(rows, start=1)
    ]
    style: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("VALIGN", (0, 1), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), PAD),
        ("RIGHTPADDING", (0, 0), (-1, -1), PAD),
        ("TOPPADDING", (0, 0), (-1, -1), 2.6),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.2),
        ("BACKGROUND", (0, 0), (-1, 0), PALE),
        ("LINEBELOW", (0, 1), (-1, -1), 0.3, RULE),
    ]
    if len(rows) > 2 * TOGETHER:
        style += [("NOSPLIT", (0, 0), (-1, TOGETHER)), ("NOSPLIT", (0, -TOGETHER), (-1, -1))]
    if total:
        style += [("LINEABOVE", (0, -1), (-1, -1), 0.9, INK), ("LINEBELOW", (0, -1), (-1, -1), 0.9, INK)]
    return Grid([header, *body], colWidths=widths, style=style, repeatRows=1, hAlign="LEFT")


def _typed(table: Table, row: Row, place: int, room: float, size: float, face: str) -> Flowable:
    kind = table.kind(row, place)
    text = written(row.values[place], kind, table.currency)
    if kind == "name":
        text = cut(text, room - 2 * PAD, size, face)
    return _cell(text, size, face, kind in NUMBERS)


def _cell(text: str, size: float, face: str, right: bool, colour: Any = TEXT) -> Flowable:
    """A number in parentheses has the last of them in the margin: its digits stand under those of the others."""
    hanging = width(")", size, face) if right and text.endswith(")") else 0.0
    return _text(text, size, face, colour, leading=size * 1.32, right=right, hanging=hanging)


def _fits(table: Table, room: float, *, whole: bool = False) -> bool:
    """Whether the numbers of `table` stand in `room`, and its texts by wrapping, or as they are if `whole`."""
    needed = [_needed(table, place, SMALL) for place in range(len(table.columns))]
    least = {place: _least(table, place, SMALL) for place, column in enumerate(table.columns) if column.kind in ("text", "name")}
    return sum(each if whole else min(each, least.get(place, each)) for place, each in enumerate(needed)) <= room


def _fitted(table: Table, room: float) -> tuple[float, list[float]]:
    """The size of the letters, and the widths of the columns: numbers whole, what is left for texts."""
    across = room
    for size in SIZES:
        needed = [_needed(table, place, size) for place in range(len(table.columns))]
        texts = [place for place, column in enumerate(table.columns) if column.kind in ("text", "name")]
        across = room if sum(needed) > room * NARROW else room * NARROW
        left = across - sum(width for place, width in enumerate(needed) if place not in texts)
        least = {place: min(needed[place], _least(table, place, size)) for place in texts}
        good = {place: max(least[place], min(needed[place], LEAST_NAME)) for place in texts}
        if left >= sum(good.values()):
            break
    if not texts:
        return size, [width * across / sum(needed) for width in needed]
    full = {place: needed[place] for place in texts}
    shared = _shared(left, good, full) if left >= sum(good.values()) else _shared(left, least, good)
    return size, [shared.get(place, width) for place, width in enumerate(needed)]


def _shared(room: float, least: dict[int, float], wanted: dict[int, float]) -> dict[int, float]:
    """`room` among columns: each has its least, and what is left goes to those that want more; all of it is given away."""
    spare, lacking = room - sum(least.values()), sum(wanted.values()) - sum(least.values())
    if spare < 0 or not lacking:
        return {place: width * room / sum(least.values()) for place, width in least.items()}
    return {place: width + spare * (wanted[place] - width) / lacking for place, width in least.items()}


def _least(table: Table, place: int, size: float) -> float:
    """How narrow a column of texts may be: a name is cut, other texts wrap between words, short ones not at all."""
    column = table.columns[place]
    if column.kind == "name":
        return LEAST_NAME
    texts = [column.name, *(written(row.values[place], "text") for row in table.rows)]
    words = {word for text in texts for word in ([text] if len(text) <= LONGEST_UNPARTED else text.split(" "))}
    return max(width(word, size, BOLD) for word in words) + 2 * PAD + 0.5


def _needed(table: Table, place: int, size: float) -> float:
    """How wide a column would be on one line."""
    column, total = table.columns[place], table.total
    cells = [written(row.values[place], table.kind(row, place), table.currency) for row in [*table.rows, *([total] if total else [])]]
    words = [column.name] if len(column.name) <= LONGEST_UNPARTED else column.name.split()
    heading = max((width(word, size, BOLD) for word in words), default=0.0)
    return max([heading, *(width(text, size, BOLD) for text in cells)]) + 2 * PAD + 0.5


def _text(text: str, size: float, face: str, colour: Any, *, leading: float, right: bool = False, hanging: float = 0.0) -> Paragraph:
    style = ParagraphStyle(
        "text",
        fontName=face,
        fontSize=size,
        leading=leading,
        textColor=colour,
        alignment=TA_RIGHT if right else 0,
        rightIndent=-hanging,
        splitLongWords=1,
    )
    return Paragraph("".join(f'<font name="{name}">{escape(letters)}</font>' for name, letters in runs(text, face)), style)


class _Rule(Flowable):  # type: ignore[misc]
    """A line across the page."""

    def wrap(self, available: float, _: float) -> tuple[float, float]:
        self.across = available
        return available, 1

    def draw(self) -> None:
        self.canv.setStrokeColor(BRAND)
        self.canv.setLineWidth(1.4)
        self.canv.line(0, 0, self.across, 0)


class _Outlined(Paragraph):  # type: ignore[misc]
    """A heading that is found in the outline of the PDF."""

    def __init__(self, heading: str, size: float) -> None:
        super().__init__(escape(heading), ParagraphStyle("heading", fontName=BOLD, fontSize=size, leading=size * 1.35, textColor=INK))
        self.heading = heading

    def draw(self) -> None:
        key = f"{self.canv.getPageNumber()}-{self.heading}"
        self.canv.bookmarkPage(key)
        self.canv.addOutlineEntry(self.heading, key, level=0)
        super().draw()


class _Cards(Flowable):  # type: ignore[misc]
    """Headlines in a row, each in its frame."""

    HIGH, LINE, APART, SIDE = 54.0, 9.0, 6.0, 6.0

    def __init__(self, block: Figures) -> None:
        super().__init__()
        self.block = block

    def wrap(self, available: float, _: float) -> tuple[float, float]:
        self.each = (available + self.APART) / len(self.block.figures)
        self.room = self.each - self.APART - 2 * self.SIDE
        self.high = self.HIGH + self.LINE * (max(len(folded(figure.note, self.room, SMALL)) for figure in self.block.figures) > 1)
        return available, self.high

    def draw(self) -> None:
        for place, figure in enumerate(self.block.figures):
            self._card(figure, place * self.each)

    def _card(self, figure: Figure, x: float) -> None:
        self.canv.setStrokeColor(RULE)
        self.canv.setLineWidth(0.6)
        self.canv.roundRect(x, 0, self.each - self.APART, self.high, 4)
        left, value = x + self.SIDE, headline(figure, self.block.currency)
        size = next((size for size in (14.0, 12.5, 11.0, 9.5, 8.0) if width(value, size, BOLD) <= self.room), SMALL)
        _draw_text(self.canv, cut(figure.name, self.room, SMALL), left, self.high - 14, SMALL, REGULAR, QUIET)
        _draw_text(self.canv, value, left, self.high - 31, size, BOLD, INK)
        for line, text in enumerate(folded(figure.note, self.room, SMALL)):
            _draw_text(self.canv, text, left, self.high - 45 - self.LINE * line, SMALL, REGULAR, QUIET)


class _Drawn(Flowable):  # type: ignore[misc]
    """A chart."""

    def __init__(self, picture: Picture) -> None:
        super().__init__()
        self.picture = picture

    def wrap(self, available: float, _: float) -> tuple[float, float]:
        self.scale = min(available / drawing.WIDTH, LARGEST_CHART)
        return available, self.picture.height * self.scale

    def draw(self) -> None:
        self.canv.scale(self.scale, self.scale)
        for shape in self.picture.shapes:
            if isinstance(shape, Box):
                self.canv.setFillColor(HexColor(shape.colour))
                self.canv.rect(shape.x, self.picture.height - shape.y - shape.height, shape.width, shape.height, stroke=0, fill=1)
            elif isinstance(shape, Path):
                self._line(shape)
            elif isinstance(shape, Area):
                self._area(shape)
            else:
                self._label(shape)

    def _line(self, path: Path) -> None:
        self.canv.setStrokeColor(HexColor(path.colour))
        self.canv.setLineWidth(path.width)
        self.canv.setDash(list(path.dash))
        points = [(x, self.picture.height - y) for x, y in path.points]
        self.canv.lines([(*start, *end) for start, end in pairwise(points)])

    def _area(self, area: Area) -> None:
        path = self.canv.beginPath()
        (x, y), *others = area.points
        path.moveTo(x, self.picture.height - y)
        for x, y in others:
            path.lineTo(x, self.picture.height - y)
        self.canv.setFillColor(HexColor(area.colour))
        self.canv.drawPath(path, stroke=0, fill=1)

    def _label(self, label: Label) -> None:
        face = BOLD if label.bold else REGULAR
        before = {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor] * width(label.text, label.size, face)
        _draw_text(self.canv, label.text, label.x - before, self.picture.height - label.y, label.size, face, HexColor(label.colour))


class _Signatures(Flowable):  # type: ignore[misc]
    """Lines to sign on."""

    def __init__(self, roles: Sequence[str]) -> None:
        super().__init__()
        self.roles = roles

    def wrap(self, available: float, _: float) -> tuple[float, float]:
        self.across = available
        return available, 46

    def draw(self) -> None:
        each = self.across / len(self.roles)
        for place, role in enumerate(self.roles):
            x = place * each
            self.canv.setStrokeColor(INK)
            self.canv.setLineWidth(0.6)
            self.canv.line(x, 16, x + each - 18, 16)
            _draw_text(self.canv, role, x, 38, 7.4, BOLD, INK)
            _draw_text(self.canv, "Name, date, signature", x, 6, SMALL, REGULAR, QUIET)


def _draw_text(canvas: Any, text: str, x: float, y: float, size: float, face: str, colour: Any) -> None:
    canvas.setFillColor(colour)
    for name, letters in runs(text, face):
        canvas.setFont(name, size)
        canvas.drawString(x, y, letters)
        x += canvas.stringWidth(letters, name, size)


def _numbered(document: Document) -> type[Canvas]:
    """A canvas that knows, when it is saved, how many pages there are."""
    lines = [*_footer(document)]

    class Numbered(Canvas):  # type: ignore[misc]
        def __init__(self, *words: Any, **options: Any) -> None:
            super().__init__(*words, **options)
            self.pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - reportlab's name
            self.pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self.pages, start=1):
                self.__dict__.update(page)
                self._foot(f"{number} / {len(self.pages)}")
                super().showPage()
            super().save()

        def _foot(self, number: str) -> None:
            self.setStrokeColor(RULE)
            self.setLineWidth(0.5)
            right = self._pagesize[0] - MARGIN
            self.line(MARGIN, FOOT - 12, right, FOOT - 12)
            for place, line in enumerate(lines):
                _draw_text(self, line, MARGIN, FOOT - 22 - 9 * place, SMALL, REGULAR, QUIET)
            _draw_text(self, number, right - width(number, SMALL), FOOT - 22, SMALL, REGULAR, QUIET)

    return Numbered


def _footer(document: Document) -> Iterator[str]:
    """The stamp in two lines."""
    said = dict(document.stamp.items)
    room = UPRIGHT - 40
    yield cut(f"{document.title} as of {said['As of']}. Filters: {said['Filters']}. Currencies: {said['Currency view']}.", room, SMALL)
    yield cut(f"Generation {said['Generation']} of the books, written {said['Exported at']}.", room, SMALL)
