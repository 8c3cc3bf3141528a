"""A document as PDF: A4, embedded typefaces, charts as vectors, the stamp at the foot of every page.

Letters that none of the embedded typefaces has are drawn as a white square, and a sentence at the end says so: nothing is left
out in silence, and nothing else is drawn in their place.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, PageBreak, Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as Grid

from analytics.exports import drawing
from analytics.exports.document import NUMBERS, Block, Chart, Document, Figure, Figures, Picture, Row, Section, Sentence, Table
from analytics.exports.lettering import BOLD, MISSING, REGULAR, cut, faces, missing, runs, width
from analytics.exports.shapes import Area, Box, Label, Path
from analytics.exports.writing import headline, written

PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN, FOOT = 42.0, 54.0
FRAME = 6.0
"""What reportlab leaves free inside the margins."""

ROOM = PAGE_WIDTH - 2 * MARGIN
INK, TEXT, QUIET, RULE, PALE = (HexColor(colour) for colour in ("#0F172A", "#1E293B", "#64748B", "#CBD5E1", "#F1F5F9"))
WARNING, BRAND = HexColor("#9A3412"), HexColor("#1D4ED8")
PAD = 4.0
SIZES = (7.6, 7.0, 6.4, 5.8, 5.2)
"""Of the letters of a table: the largest with which its numbers fit."""

LEAST_NAME = 90.0
NARROW = 0.62
"""The part of the page that a table takes which needs no more: an eye should not travel far from a name to its number."""

LONGEST_UNPARTED = 12
"""Letters of a heading that stays on one line."""

MOST_IN_ONE_PIECE = 26
"""Rows of a table that is moved to the next page rather than parted."""


def to_pdf(document: Document) -> bytes:
    """`document` as PDF; the same document gives the same bytes."""
    faces()
    target = io.BytesIO()
    template = SimpleDocTemplate(
        target,
        pagesize=A4,
        leftMargin=MARGIN - FRAME,
        rightMargin=MARGIN - FRAME,
        topMargin=MARGIN,
        bottomMargin=FOOT,
        title=document.title,
        subject=f"As of {document.stamp.scope.day}",
        creator="Duebook",
        lang="en",
        invariant=1,
    )
    template.build(_story(document), canvasmaker=_numbered(document))
    return target.getvalue()


def _story(document: Document) -> list[Flowable]:
    story: list[Flowable] = [_text(document.title, 22, BOLD, INK, leading=28), Spacer(1, 2)]
    story += [_text(line, 9.5, REGULAR, QUIET, leading=14) for line in document.addressed]
    story += [Spacer(1, 8), _Rule()]
    for place, section in enumerate(document.sections):
        story += _section(section)
        if place == 0 and document.signatures:
            story += [Spacer(1, 30), _Signatures(document.signatures)]
    return story + _lacking(document)


def _section(section: Section) -> list[Flowable]:
    before: list[Flowable] = [PageBreak()] if section.chapter else [Spacer(1, 12)]
    # A heading, and the words under it, stay with what they are about.
    opening: list[Flowable] = [_Outlined(section.heading, 15 if section.chapter else 11.5), Spacer(1, 3)] if section.heading else []
    flowables: list[Flowable] = []
    for place, block in enumerate(section.blocks):
        if isinstance(block, Sentence) and not flowables and place + 1 < len(section.blocks):
            opening += _block(block)
            continue
        flowables += [KeepTogether([*opening, *_block(block)])] if _is_short(block) else [*opening, *_block(block)]
        opening = []
    return [*before, *opening, *flowables]


def _is_short(block: Block) -> bool:
    """Whether a block is moved to the next page as a whole rather than parted."""
    return not isinstance(block, Table) or len(block.rows) <= MOST_IN_ONE_PIECE


def _block(block: Block) -> list[Flowable]:
    if isinstance(block, Sentence):
        return [_text(block.text, 8.8, BOLD if block.warning else REGULAR, WARNING if block.warning else TEXT, leading=13), Spacer(1, 5)]
    if isinstance(block, Figures):
        return [_Cards(block), Spacer(1, 8)]
    if isinstance(block, Chart | Picture):
        picture = drawing.drawn(block)
        return [_Drawn(picture), Spacer(1, 10)] if picture.shapes else []
    table: list[Flowable] = [_text(block.title, 8.8, BOLD, INK, leading=14)] if block.title else []
    table.append(_grid(block))
    if block.note:
        table += [Spacer(1, 3), _text(block.note, 7.4, REGULAR, QUIET, leading=10)]
    return [*table, Spacer(1, 12)]


def _lacking(document: Document) -> list[Flowable]:
    """What has to be said where letters could not be drawn."""
    cells = [value for table in document.tables() for row in table.rows for value in row.values if isinstance(value, str)]
    texts = {text for text in [*cells, *document.addressed] if missing(text)}
    if not texts:
        return []
    said = "1 text in this document has" if len(texts) == 1 else f"{len(texts)} texts in this document have"
    sentence = f"{said} letters that its typefaces do not hold: {MISSING} stands for each. "
    return [Spacer(1, 8), _text(f"{sentence}The HTML and XLSX show every letter.", 7.4, REGULAR, WARNING, leading=10)]


def _grid(table: Table) -> Grid:
    size, widths = _fitted(table)
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
    return _text(text, size, face, colour, leading=size * 1.32, right=right)


def _fitted(table: Table) -> tuple[float, list[float]]:
    """The size of the letters, and the widths of the columns: numbers whole, what is left for texts."""
    across = ROOM
    for size in SIZES:
        needed = [_needed(table, place, size) for place in range(len(table.columns))]
        texts = [place for place, column in enumerate(table.columns) if column.kind in ("text", "name")]
        across = ROOM if sum(needed) > ROOM * NARROW else ROOM * NARROW
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


def _text(text: str, size: float, face: str, colour: Any, *, leading: float, right: bool = False) -> Paragraph:
    style = ParagraphStyle(
        "text", fontName=face, fontSize=size, leading=leading, textColor=colour, alignment=TA_RIGHT if right else 0, splitLongWords=1
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

    HIGH, GAP = 54.0, 6.0

    def __init__(self, block: Figures) -> None:
        super().__init__()
        self.block = block

    def wrap(self, available: float, _: float) -> tuple[float, float]:
        self.across = available
        return available, self.HIGH

    def draw(self) -> None:
        each = (self.across + self.GAP) / len(self.block.figures)
        for place, figure in enumerate(self.block.figures):
            self._card(figure, place * each, each - self.GAP)

    def _card(self, figure: Figure, x: float, room: float) -> None:
        self.canv.setStrokeColor(RULE)
        self.canv.setLineWidth(0.6)
        self.canv.roundRect(x, 0, room, self.HIGH, 4)
        value = headline(figure, self.block.currency)
        size = next((size for size in (14.0, 12.5, 11.0, 9.5, 8.0) if width(value, size, BOLD) <= room - 14), 7.0)
        named = next((size for size in (7.4, 6.6, 6.0) if width(figure.name, size) <= room - 12), 5.4)
        _draw_text(self.canv, cut(figure.name, room - 12, named), x + 7, self.HIGH - 14, named, REGULAR, QUIET)
        _draw_text(self.canv, value, x + 7, self.HIGH - 31, size, BOLD, INK)
        _draw_text(self.canv, cut(figure.note, room - 12, 6.6), x + 7, 9, 6.6, REGULAR, QUIET)


class _Drawn(Flowable):  # type: ignore[misc]
    """A chart."""

    def __init__(self, picture: Picture) -> None:
        super().__init__()
        self.picture = picture

    def wrap(self, available: float, _: float) -> tuple[float, float]:
        self.scale = available / drawing.WIDTH
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
            _draw_text(self.canv, "Name, date, signature", x, 6, 6.6, REGULAR, QUIET)


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
            self.line(MARGIN, FOOT - 12, PAGE_WIDTH - MARGIN, FOOT - 12)
            for place, line in enumerate(lines):
                _draw_text(self, line, MARGIN, FOOT - 22 - 8.5 * place, 6.4, REGULAR, QUIET)
            _draw_text(self, number, PAGE_WIDTH - MARGIN - width(number, 6.4), FOOT - 22, 6.4, REGULAR, QUIET)

    return Numbered


def _footer(document: Document) -> Iterator[str]:
    """The stamp in two lines."""
    said = dict(document.stamp.items)
    room = ROOM - 40
    yield cut(f"{document.title} as of {said['As of']}. Filters: {said['Filters']}. Currencies: {said['Currency view']}.", room, 6.4)
    yield cut(f"Generation {said['Generation']} of the books, written {said['Exported at']}.", room, 6.4)
