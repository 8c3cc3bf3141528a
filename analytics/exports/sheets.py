"""A document as a workbook: a sheet of contents, then a sheet for every table with typed cells, formulas and native charts.

Totals are formulas over the cells above them, with the exact sum as their stored value. A number with more digits than a
spreadsheet keeps is text with all of them, and so is then the total of its column.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from analytics.exports.cells import fits, harmless
from analytics.exports.document import NUMBERS, Chart, Document, Figures, Kind, Row, Section, Sentence, Table
from analytics.exports.drawing import AGES, LINE, as_float, in_words
from analytics.exports.writing import headline, pattern, written

CONTENTS = "Contents"
LONGEST_NAME = 31
UNFIT = frozenset("[]:*?/\\")
"""Letters that the name of a sheet may not hold."""

HEADER = 3
"""The row of the columns' names, from 0: above it are the title, the way back and an empty row."""

NARROWEST, WIDEST = 11, 60
SHAPES = {"stacked": "column", "ages": "column", "line": "line", "range": "line", "bridge": "column"}


def to_workbook(document: Document) -> bytes:
    """`document` as XLSX; every table is a sheet, its charts beside it."""
    target = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(target, options) as book:
        # No clock: the same document gives the same workbook.
        book.set_properties({"title": document.title, "created": document.stamp.exported_at})
        contents = book.add_worksheet(CONTENTS)
        sheets = list(_sheets(book, document))
        _contents(book, contents, document, sheets)
    return target.getvalue()


def _sheets(book: Any, document: Document) -> Iterator[tuple[Table, str]]:
    """Writes every table; yields it with the name of its sheet."""
    names: set[str] = {CONTENTS.lower()}
    chapter = ""
    for section in document.sections:
        chapter = section.heading if section.chapter else chapter
        charts = [block for block in section.blocks if isinstance(block, Chart)]
        for table in (block for block in section.blocks if isinstance(block, Table)):
            name = _named(section, chapter, table, names)
            names.add(name.lower())
            _Sheet(book, name, table).write([chart for chart in charts if chart.table.title == table.title])
            yield table, name


def _named(section: Section, chapter: str, table: Table, taken: set[str]) -> str:
    """A name that no sheet has yet: the chapter's currency where there are several, the section, and what the table is of."""
    subject = table.title.partition(":")[0] or section.heading
    within = chapter if len(chapter) == 3 and chapter.isupper() else ""
    full = " ".join(part for part in (within, subject) if part)
    full = "".join(letter for letter in full if letter not in UNFIT)
    name, number = full[:LONGEST_NAME].strip(), 1
    while name.lower() in taken:
        number += 1
        name = f"{full[: LONGEST_NAME - 4].strip()} {number}"
    return name


class _Sheet:
    """One table on its sheet."""

    def __init__(self, book: Any, name: str, table: Table) -> None:
        self.book, self.name, self.table = book, name, table
        self.sheet = book.add_worksheet(name)
        self.last = HEADER + len(table.rows)

    def write(self, charts: list[Chart]) -> None:
        """Title, header, rows, total, note and charts."""
        self.sheet.write_string(0, 0, harmless(self.table.title or self.name), self.book.add_format({"bold": True, "font_size": 14}))
        self.sheet.write_url(1, 0, f"internal:'{CONTENTS}'!A1", string="Contents")
        head = {"bold": True, "bg_color": "#F1F5F9", "bottom": 1, "text_wrap": True, "valign": "bottom"}
        for place, column in enumerate(self.table.columns):
            side = {"align": "right"} if column.kind in NUMBERS else {}
            self.sheet.write_string(HEADER, place, harmless(column.name), self.book.add_format(head | side))
            self.sheet.set_column(place, place, self._width(place))
        for number, row in enumerate(self.table.rows, start=HEADER + 1):
            for place in range(len(self.table.columns)):
                self._cell(number, place, row)
        self._total()
        self.sheet.freeze_panes(HEADER + 1, 1)
        if self.table.note:
            self.sheet.write_string(self.last + 3, 0, harmless(self.table.note))
        for number, chart in enumerate(charts):
            self._chart(chart, number)

    def _cell(self, at: int, place: int, row: Row) -> None:
        value, kind = row.values[place], self.table.kind(row, place)
        if isinstance(value, date):
            self.sheet.write_datetime(at, place, value, self._format("date"))
        elif isinstance(value, Decimal | int) and fits(value):
            self.sheet.write_number(at, place, float(value), self._format(kind))
        elif value is None and kind in NUMBERS:
            self.sheet.write_string(at, place, written(None, kind), self.book.add_format({"align": "right"}))
        elif value is not None and value != "":
            self.sheet.write_string(at, place, harmless(value) if isinstance(value, str) else f"{value:f}")

    def _total(self) -> None:
        total = self.table.total
        if total is None:
            return
        line = {"bold": True, "top": 1, "bottom": 1}
        for place, (column, value) in enumerate(zip(self.table.columns, total.values, strict=True)):
            shape = self._format(column.kind, line) if column.kind in NUMBERS else self.book.add_format(line)
            if not column.summed:
                self.sheet.write(self.last + 1, place, harmless(str(value)) if value else None, shape)
            elif self._is_exact(place):
                self.sheet.write_formula(self.last + 1, place, self._sum(place), shape, as_float(value))
            else:
                self.sheet.write_string(self.last + 1, place, f"{value:f}", shape)

    def _is_exact(self, place: int) -> bool:
        return all(fits(value) for value in (row.values[place] for row in self.table.rows) if isinstance(value, Decimal | int))

    def _sum(self, place: int) -> str:
        first, last = (xl_rowcol_to_cell(row, place) for row in (HEADER + 1, max(self.last, HEADER + 1)))
        return f"=SUM({first}:{last})"

    def _format(self, kind: Kind, more: dict[str, Any] | None = None) -> Any:
        return self.book.add_format({"num_format": pattern(kind, self.table.currency)} | (more or {}))

    def _width(self, place: int) -> int:
        rows = [*self.table.rows, *([self.table.total] if self.table.total else [])]
        texts = [written(row.values[place], self.table.kind(row, place), self.table.currency) for row in rows]
        return min(WIDEST, max([NARROWEST, *(len(text) + 2 for text in texts)]))

    def _chart(self, wanted: Chart, number: int) -> None:
        kind = {"type": SHAPES[wanted.shape], **({"subtype": "stacked"} if wanted.shape == "stacked" else {})}
        chart = self.book.add_chart(kind)
        across = self._place(wanted.across)
        for layer, name in enumerate(wanted.series):
            at = self._place(name)
            colour = AGES[layer] if wanted.shape == "stacked" else LINE
            look = {"line": {"color": colour, "width": 2 if not layer else 0.75}} if kind["type"] == "line" else {"fill": {"color": colour}}
            ages = {"points": [{"fill": {"color": age}} for age in AGES]} if wanted.shape == "ages" else {}
            chart.add_series(
                {
                    "name": [self.name, HEADER, at],
                    "categories": [self.name, HEADER + 1, across, self.last, across],
                    "values": [self.name, HEADER + 1, at, self.last, at],
                }
                | look
                | ages
            )
        chart.set_title({"name": wanted.title, "name_font": {"size": 11}})
        chart.set_y_axis({"min": 0, "major_gridlines": {"visible": True, "line": {"color": "#E2E8F0"}}} if _is_above(wanted) else {})
        chart.set_legend({"position": "bottom"} if len(wanted.series) > 1 else {"none": True})
        chart.set_size({"width": 720, "height": 320})
        beside = {"object_position": 3, "description": in_words(wanted)[:250]}
        self.sheet.insert_chart(HEADER + 17 * number, len(self.table.columns) + 1, chart, beside)

    def _place(self, name: str) -> int:
        return [column.name for column in self.table.columns].index(name)


def _contents(book: Any, sheet: Any, document: Document, tables: list[tuple[Table, str]]) -> None:
    """What the document says in words, where its tables are, and its stamp."""
    bold, wrapped = book.add_format({"bold": True, "valign": "top"}), book.add_format({"text_wrap": True})
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 110)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, harmless(document.title), book.add_format({"bold": True, "font_size": 18}))
    words = [*(("", line) for line in document.addressed), *(line for section in document.sections for line in _words(section))]
    links = {f"{name}{f' ({table.currency})' if table.currency else ''}": name for table, name in tables}
    lines = [*words, ("", ""), *(("Sheet", text) for text in links), ("", ""), *document.stamp.items]
    for row, (name, text) in enumerate(lines, start=1):
        sheet.write_string(row, 0, harmless(name), bold)
        if name == "Sheet":
            sheet.write_url(row, 1, f"internal:'{links[text]}'!A1", string=text)
        else:
            sheet.write_string(row, 1, harmless(text), wrapped)


def _words(section: Section) -> Iterator[tuple[str, str]]:
    for block in section.blocks:
        if isinstance(block, Sentence):
            yield section.heading, block.text
        elif isinstance(block, Figures):
            yield from ((figure.name, f"{headline(figure, block.currency)} ({figure.note})") for figure in block.figures)


def _is_above(chart: Chart) -> bool:
    """Whether all that is drawn is 0 or more, so that the axis begins there."""
    return all(value >= 0 for name in chart.series for value in chart.table.values(name) if isinstance(value, Decimal | int))
