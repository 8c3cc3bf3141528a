"""Workbooks written for tests: a good sheet of invoices, spoiled in one place, and archives that are no workbooks at all."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet

from tests.store.bundles import Columns


def workbook(
    folder: Path,
    columns: Columns,
    *,
    name: str = "invoices.xlsx",
    spoil: Callable[[Any], None] | None = None,
    since_1904: bool = False,
    above: int = 0,
) -> Path:
    """Writes the columns as one sheet, header first, `above` rows down; returns the folder. `spoil` gets the open sheet."""
    folder.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(folder / name, {"date_1904": since_1904}) as book:
        sheet = book.add_worksheet("Sheet1")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for place, (header, cells) in enumerate(columns.items()):
            sheet.write_string(above, place, header)
            for row, cell in enumerate(cells, start=above + 1):
                _write(sheet, row, place, cell, day)
        if spoil:
            spoil(sheet)
    return folder


def reopened(folder: Path, spoil: Callable[[Worksheet], None], name: str = "invoices.xlsx") -> Path:
    """Opens the first sheet once more, lets `spoil` at it, and saves; returns the folder."""
    book = openpyxl.load_workbook(folder / name)
    spoil(book.worksheets[0])
    book.save(folder / name)
    return folder


def with_part(folder: Path, part: str, content: bytes, name: str = "invoices.xlsx") -> Path:
    """Replaces one part of a workbook; returns the folder."""
    with zipfile.ZipFile(folder / name) as old:
        parts = {each: old.read(each) for each in old.namelist()}
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as new:
        for each, held in (parts | {part: content}).items():
            new.writestr(each, held)
    return folder


def _write(sheet: Any, row: int, place: int, cell: Any, day: Any) -> None:
    if isinstance(cell, date):
        sheet.write_datetime(row, place, cell, day)
    elif isinstance(cell, Decimal):
        sheet.write_number(row, place, cell)
    elif cell is not None:
        sheet.write_string(row, place, cell)
