"""What a test reads out of a rendered document."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from typing import Any

import openpyxl
import pypdf


def pdf_text(content: bytes) -> str:
    """The text of every page, runs of spaces made one."""
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


class _Cells(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.addresses: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "action", "data")]
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.tables[-1][-1][-1] += data


def html_tables(content: bytes) -> list[list[list[str]]]:
    """The cells of every table, headers included."""
    parsed = _Cells()
    parsed.feed(content.decode("utf-8"))
    return parsed.tables


def html_addresses(content: bytes) -> list[str]:
    """Every address that the file names: in attributes and in its style."""
    parsed = _Cells()
    text = re.sub(r"data:[\w/]+;base64,[\w+/=]*", "data:", content.decode("utf-8"))
    parsed.feed(text)
    return [
        *parsed.addresses,
        *re.findall(r"url\(\"?([^\")]{0,40})", text),
        *re.findall(r"@import[^;]*", text),
        *re.findall(r"//\w[^\s<]*", text),
    ]


def recomputed(content: bytes) -> dict[str, dict[str, tuple[float, float]]]:
    """Sheet -> heading -> (the sum that its formula asks for, worked out again; the value stored with it)."""
    formulas, stored = (openpyxl.load_workbook(io.BytesIO(content), data_only=values) for values in (False, True))
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("=SUM("):
                    summed = sum(part.value for (part,) in sheet[cell.value[5:-1]] if isinstance(part.value, int | float))
                    heading = str(sheet.cell(4, cell.column).value)
                    found.setdefault(sheet.title, {})[heading] = (summed, stored[sheet.title][cell.coordinate].value)
    return found


def sheet_rows(content: bytes, name: str) -> list[list[Any]]:
    """The rows of a sheet from its header on."""
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(content))[name].iter_rows(min_row=4)]
