"""XLSX with typed cells: numbers are numbers, dates are dates, text stays text; the stamp has its own sheet."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import pandas as pd
import xlsxwriter

from analytics.exports.cells import columns, fits, harmless
from analytics.exports.stamp import Stamp
from analytics.exports.writing import day_pattern
from analytics.formats import number_pattern

SHEET = "Data"
WIDEST = 48
MEASURED_ROWS = 200
MOST_ROWS = 1_048_575
"""What a sheet holds below its header; the others go on in the next sheet."""

LEAST_PLACES = 2
"""Amounts with cents show both digits: 0.50, not 0.5."""


@dataclass(frozen=True)
class SheetChart:
    """A native chart of the data sheet: `series` are number columns, drawn over the column `across`."""

    kind: Literal["column", "line"]
    across: str
    series: tuple[str, ...]


def to_xlsx(frame: pd.DataFrame, stamp: Stamp | None = None, chart: SheetChart | None = None) -> bytes:
    """`frame` as a workbook: a data sheet with a frozen header, the stamp, and a native chart where one is asked for.

    A number with more digits than a spreadsheet keeps is written as text, with all of them.
    """
    native = columns(frame)
    target = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(target, options) as book:
        _write_data(book, native)
        if chart and len(frame):
            _write_chart(book, native, chart, stamp.title if stamp else SHEET)
        if stamp:
            _write_stamp(book, stamp)
    return target.getvalue()


def _write_data(book: Any, native: dict[str, list[Any]]) -> None:
    """One sheet, or as many as the rows need: `Data`, `Data 2`, ..."""
    rows = max((len(values) for values in native.values()), default=0)
    for number, start in enumerate(range(0, max(rows, 1), MOST_ROWS), start=1):
        part = {name: values[start : start + MOST_ROWS] for name, values in native.items()}
        _write_sheet(book, SHEET if number == 1 else f"{SHEET} {number}", part)


def _write_sheet(book: Any, title: str, native: dict[str, list[Any]]) -> None:
    sheet = book.add_worksheet(title)
    header = book.add_format({"bold": True, "bottom": 1, "bg_color": "#F1F5F9"})
    day, moment = book.add_format({"num_format": day_pattern()}), book.add_format({"num_format": f"{day_pattern()} hh:mm:ss"})
    for at, (name, values) in enumerate(native.items()):
        number = book.add_format({"num_format": number_pattern(_places(values))})
        sheet.set_column(at, at, _width(name, values))
        sheet.write_string(0, at, harmless(name), header)
        for row, value in enumerate(values, start=1):
            if isinstance(value, bool):
                sheet.write_boolean(row, at, value)
            elif isinstance(value, datetime):
                sheet.write_datetime(row, at, value.replace(tzinfo=None), moment)
            elif isinstance(value, date):
                sheet.write_datetime(row, at, value, day)
            elif isinstance(value, int | float | Decimal) and fits(value):
                sheet.write_number(row, at, float(value), number)
            elif value is not None:
                sheet.write_string(row, at, f"{value:f}" if isinstance(value, Decimal) else harmless(str(value)))
    sheet.freeze_panes(1, 0)
    if native:
        sheet.autofilter(0, 0, max(len(values) for values in native.values()), len(native) - 1)


def _write_chart(book: Any, native: dict[str, list[Any]], wanted: SheetChart, title: str) -> None:
    names = list(native)
    across, last = names.index(wanted.across), len(native[wanted.across])
    chart = book.add_chart({"type": wanted.kind, **({"subtype": "stacked"} if wanted.kind == "column" else {})})
    for name in wanted.series:
        at = names.index(name)
        chart.add_series(
            {
                "name": [SHEET, 0, at],
                "categories": [SHEET, 1, across, last, across],
                "values": [SHEET, 1, at, last, at],
            }
        )
    chart.set_title({"name": title})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 960, "height": 480})
    book.add_worksheet("Chart").insert_chart("B2", chart)


def _write_stamp(book: Any, stamp: Stamp) -> None:
    sheet = book.add_worksheet("Stamp")
    bold = book.add_format({"bold": True})
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 90)
    for row, (name, text) in enumerate(stamp.items):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, harmless(text))


def _places(values: Iterable[Any]) -> int:
    exponents = (value.normalize().as_tuple().exponent for value in values if isinstance(value, Decimal))
    used = max((0, *(-exponent for exponent in exponents if isinstance(exponent, int))))
    return max(LEAST_PLACES, used) if used else 0


def _width(name: str, values: list[Any]) -> int:
    longest = max((len(str(value)) for value in values[:MEASURED_ROWS] if value is not None), default=0)
    return min(WIDEST, max(len(name), longest) + 3)
