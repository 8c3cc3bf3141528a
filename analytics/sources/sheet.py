"""Turns a sheet of an Excel workbook into lines of typed text. Runs in a process of its own, with limits, on a private copy.

    python sheet.py WORKBOOK CELLS FACTS [SHEET]

CELLS becomes a CSV file: the row's number, then each cell as a letter and its text: `n` number, `s` text, `d` date, `b` truth
value, `e` error, `f` formula without a stored value. FACTS becomes JSON: the columns, and what a person should know of the sheet;
or `problem`: why it cannot be read, as a code and a sentence to be put after the file's name. Nothing but the standard library is
imported: the process starts at once, and what it holds is the workbook alone.
"""

from __future__ import annotations

import csv
import json
import posixpath
import re
import resource
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal, InvalidOperation
from typing import IO, Any
from xml.parsers import expat

UNPACKED_LIMIT = 200 * 10**6
ENTRY_LIMIT = 5_000
COLUMN_LIMIT = 200
SECONDS = 120
MEMORY = 2 * 2**30

DIGITS = 15
"""What Excel keeps of a number."""

_PRECISION = Context(prec=DIGITS)
"""Excel holds fifteen digits: what comes after them is the shadow of binary numbers."""

_BUILT_IN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_NOT_OF_DATES = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.|general', re.IGNORECASE)
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.ASCII)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_", re.ASCII)
_PLAIN = re.compile(r"-?[0-9]{1,15}(\.[0-9]+)?", re.ASCII)
_CHUNK = 1 << 20


class Unreadable(Exception):
    """The workbook cannot be taken: a code, and what is wrong with it."""


class _Parts:
    """The parts of a workbook, read with a count of the bytes that they unpack to: what the directory says may be a lie."""

    def __init__(self, path: str) -> None:
        try:
            self._archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as problem:
            raise Unreadable("not_xlsx", f"is not a whole Excel workbook ({problem})") from None
        entries = self._archive.infolist()
        if len(entries) > ENTRY_LIMIT or sum(entry.file_size for entry in entries) > UNPACKED_LIMIT:
            raise _too_large()
        if any(entry.flag_bits & 1 for entry in entries):
            raise Unreadable("protected", "is protected by a password; save it without one")
        self._names = {entry.filename.lower(): entry.filename for entry in entries}
        self._unpacked = 0

    def holds(self, name: str) -> bool:
        """True if there is such a part."""
        return name.lower() in self._names

    def parse(self, name: str, parser: Any) -> None:
        """Feeds a part to `parser`; entities and document types, which can grow without end, are refused."""
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.buffer_text = True
        try:
            with self._archive.open(self._names[name.lower()]) as part:
                while chunk := part.read(_CHUNK):
                    self._unpacked += len(chunk)
                    if self._unpacked > UNPACKED_LIMIT:
                        raise _too_large()
                    parser.Parse(chunk)
                parser.Parse(b"", True)
        except KeyError:
            raise Unreadable("not_xlsx", f"is not a whole Excel workbook (it lacks {name})") from None
        except (expat.ExpatError, zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as problem:
            raise Unreadable("not_xlsx", f"is not a whole Excel workbook ({name}: {problem})") from None
        except Exception as problem:
            if type(problem).__module__ == "zlib":
                raise Unreadable("not_xlsx", f"is not a whole Excel workbook ({name}: {problem})") from None
            raise


def _too_large() -> Unreadable:
    return Unreadable("too_large", f"unpacks to more than {UNPACKED_LIMIT // 10**6} MB; save it as CSV (UTF-8), or in parts")


def _refuse_doctype(*_: object) -> None:
    raise Unreadable("not_xlsx", "holds a document type, which no workbook has")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _unescaped(text: str) -> str:
    """`text` with the characters that XML cannot hold, which a workbook writes by their numbers."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


class _Book:
    """What the parts beside the sheet say: the sheets in order, the styles that mean dates, the shared texts."""

    def __init__(self, parts: _Parts) -> None:
        self.sheets: list[tuple[str, str, bool]] = []
        """Name, part, and whether it is hidden."""
        self.since_1904 = False
        self._targets: dict[str, str] = {}
        parts.parse("xl/_rels/workbook.xml.rels", _parser(start=self._relation))
        parts.parse("xl/workbook.xml", _parser(start=self._workbook))
        self.dates: list[bool] = []
        if parts.holds("xl/styles.xml"):
            self._styles(parts)
        self.texts: list[str] = []
        if parts.holds("xl/sharedStrings.xml"):
            _Texts(self.texts).read(parts)

    def _relation(self, name: str, facts: dict[str, str]) -> None:
        if _local(name) == "Relationship" and facts.get("TargetMode") != "External":
            self._targets[facts.get("Id", "")] = posixpath.normpath(posixpath.join("/xl", facts.get("Target", ""))).lstrip("/")

    def _workbook(self, name: str, facts: dict[str, str]) -> None:
        if _local(name) == "workbookPr":
            self.since_1904 = facts.get("date1904", "0").lower() in ("1", "true")
        elif _local(name) == "sheet":
            relation = next((value for key, value in facts.items() if _local(key) == "id"), "")
            self.sheets.append((facts.get("name", ""), self._targets.get(relation, ""), facts.get("state", "visible") != "visible"))

    def _styles(self, parts: _Parts) -> None:
        formats: dict[int, str] = {}
        inside: list[str] = []

        def start(name: str, facts: dict[str, str]) -> None:
            inside.append(_local(name))
            if inside[-1] == "numFmt":
                formats[int(facts["numFmtId"])] = facts.get("formatCode", "")
            elif inside[-1] == "xf" and "cellXfs" in inside:
                number = int(facts.get("numFmtId", 0))
                self.dates.append(_means_date(formats[number]) if number in formats else number in _BUILT_IN_DATES)

        parts.parse("xl/styles.xml", _parser(start=start, end=lambda _: inside.pop()))


def _means_date(code: str) -> bool:
    return any(letter in "dmyhs" for letter in _NOT_OF_DATES.sub("", code.split(";")[0]).lower())


class _Texts:
    """The shared texts of a workbook; of rich text its runs joined, without the readings beside them."""

    def __init__(self, texts: list[str]) -> None:
        self._texts, self._runs = texts, [""]
        self._taking, self._reading = False, 0

    def read(self, parts: _Parts) -> None:
        """Appends every shared text."""
        parts.parse("xl/sharedStrings.xml", _parser(self._start, self._end, self._data))

    def _start(self, name: str, _: dict[str, str]) -> None:
        local = _local(name)
        if local == "si":
            self._runs = []
        elif local == "rPh":
            self._reading += 1
        self._taking = local == "t" and not self._reading

    def _end(self, name: str) -> None:
        local = _local(name)
        self._taking = False
        if local == "si":
            self._texts.append(_unescaped("".join(self._runs)))
        elif local == "rPh":
            self._reading -= 1

    def _data(self, text: str) -> None:
        if self._taking:
            self._runs.append(text)


class _Sheet:
    """The cells of one sheet as they are met, a row at a time."""

    def __init__(self, book: _Book, write: Callable[[int, dict[int, str]], None]) -> None:
        self.book, self._write = book, write
        self.hidden = 0
        self.hidden_columns: list[int] = []
        self.merged: list[str] = []
        self._row, self._is_hidden, self._cells = 0, False, dict[int, str]()
        self._place, self._kind, self._style = 0, "", 0
        self._value: list[str] = []
        self._taking = self._has_formula = self._is_reading = False
        self._places: dict[str, int] = {}

    def read(self, parts: _Parts, part: str) -> None:
        """Reads the part, calling `write` for every row that is not empty."""
        parts.parse(part, _parser(self._start, self._end, self._data))

    def _start(self, name: str, facts: dict[str, str]) -> None:
        local = _local(name)
        if local == "c":
            reference = facts.get("r")
            self._place = self._column(reference) if reference else self._place + 1
            if self._place in self._cells:
                raise Unreadable("not_xlsx", f"is not a whole Excel workbook (row {self._row} has a cell twice)")
            self._kind, self._style = facts.get("t", "n"), int(facts.get("s", 0))
            self._value, self._has_formula = [], False
        elif local == "v" or local == "t":
            self._taking = not self._is_reading
        elif local == "f":
            self._has_formula = True
        elif local == "rPh":
            self._is_reading = True
        elif local == "row":
            before, self._row = self._row, int(facts.get("r", self._row + 1))
            if self._row <= before:
                raise Unreadable("not_xlsx", f"is not a whole Excel workbook (row {self._row} comes after row {before})")
            self._is_hidden = facts.get("hidden", "0") in ("1", "true")
            self._cells, self._place = {}, 0
        elif local == "col" and facts.get("hidden", "0") in ("1", "true"):
            self.hidden_columns.extend(range(int(facts["min"]) - 1, min(int(facts["max"]), COLUMN_LIMIT)))
        elif local == "mergeCell":
            self.merged.append(facts.get("ref", ""))

    def _end(self, name: str) -> None:
        local = _local(name)
        if local == "v" or local == "t":
            self._taking = False
        elif local == "rPh":
            self._is_reading = False
        elif local == "c":
            if self._value or self._has_formula:
                self._cells[self._place] = self._typed("".join(self._value))
        elif local == "row" and self._cells:
            self.hidden += self._is_hidden
            self._write(self._row, self._cells)

    def _data(self, text: str) -> None:
        if self._taking:
            self._value.append(text)

    def _column(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        place = self._places.get(letters)
        if place is None:
            if not _REFERENCE.fullmatch(reference):
                raise Unreadable("not_xlsx", f"is not a whole Excel workbook (a cell is called '{reference[:20]}')")
            place = 0
            for letter in letters:
                place = place * 26 + ord(letter) - 64
            self._places[letters] = place
        return place

    def _typed(self, value: str) -> str:
        if self._has_formula and not value and self._kind != "str":
            return "f"
        if self._kind == "s":
            try:
                return f"s{self.book.texts[int(value)]}"
            except (IndexError, ValueError):
                raise Unreadable("not_xlsx", f"is not a whole Excel workbook (row {self._row} names a text that is not there)") from None
        if self._kind in ("inlineStr", "str"):
            return f"s{_unescaped(value)}"
        if self._kind == "b":
            return f"b{'true' if value == '1' else 'false'}"
        if self._kind == "e":
            return f"e{value}"
        if self._kind == "d":
            return f"d{value}"
        return self._number(value)

    def _number(self, value: str) -> str:
        try:
            is_date = 0 <= self._style < len(self.book.dates) and self.book.dates[self._style]
            if is_date:
                return f"d{_day(Decimal(value), self.book.since_1904)}"
            if len(value) <= 15 and _PLAIN.fullmatch(value):
                return f"n{value}"
            number = _PRECISION.create_decimal(value)
            return f"n{number:f}" if number.is_finite() else f"e{value}"
        except InvalidOperation:
            return f"e{value[:40]}"


def _day(serial: Decimal, since_1904: bool) -> str:
    """The date of a serial number, with its time of the day if it has one; the number itself where it is no date."""
    days, rest = divmod(serial, 1)
    if not 0 <= days < 2_958_466:
        return f"{serial:f}"
    # Serials up to 60 count from a 29 February 1900 that never was.
    start = date(1904, 1, 1) if since_1904 else date(1899, 12, 31) if days < 60 else date(1899, 12, 30)
    day = start + timedelta(days=int(days))
    if not rest:
        return day.isoformat()
    moment = datetime.combine(day, time()) + timedelta(seconds=round(rest * 86_400))
    return moment.isoformat() if moment.time() != time() else moment.date().isoformat()


def _parser(
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], object] | None = None,
    data: Callable[[str], None] | None = None,
) -> Any:
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = data
    return parser


def unpack(workbook: str, cells: IO[str], wanted: str | None, table: str) -> dict[str, Any]:
    """Writes the cells of the sheet `wanted` (else the one called `table`, else the first in sight), and returns the facts of it."""
    parts = _Parts(workbook)
    book = _Book(parts)
    name, part, is_hidden = _chosen(book, wanted, table)
    writer = csv.writer(cells, lineterminator="\n", quoting=csv.QUOTE_ALL)
    width = 0

    def write(row: int, found: dict[int, str]) -> None:
        nonlocal width
        width = max(width, max(found))
        if width > COLUMN_LIMIT:
            raise Unreadable("too_many_columns", f"has {width:,} columns: limit {COLUMN_LIMIT}")
        writer.writerow([row, *(found.get(place, "") for place in range(1, COLUMN_LIMIT + 1))])

    sheet = _Sheet(book, write)
    sheet.read(parts, part)
    return {
        "sheet": name,
        "is_hidden": is_hidden,
        "others": [other for other, _, _ in book.sheets if other != name],
        "width": width,
        "hidden": sheet.hidden,
        "hidden_columns": sheet.hidden_columns,
        "merged": sheet.merged[:20],
        "since_1904": book.since_1904,
    }


def _chosen(book: _Book, wanted: str | None, table: str) -> tuple[str, str, bool]:
    """The sheet that was asked for by its name or its table's; else the first that a person sees."""
    by_name = {sheet[0]: sheet for sheet in book.sheets}
    if wanted:
        if wanted not in by_name:
            raise Unreadable("no_sheet", f"has no sheet '{wanted}'; it has {', '.join(by_name)}")
        return by_name[wanted]
    if not book.sheets:
        raise Unreadable("not_xlsx", "is not a whole Excel workbook (it has no sheet)")
    if table in by_name:
        return by_name[table]
    return next((sheet for sheet in book.sheets if not sheet[2]), book.sheets[0])


def main(workbook: str, cells: str, facts: str, table: str, wanted: str = "") -> None:
    """The process: limits first, then the workbook, then what it says."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (4 * UNPACKED_LIMIT, 4 * UNPACKED_LIMIT))
    found: dict[str, Any]
    try:
        with open(cells, "x", encoding="utf-8", newline="") as file:
            found = unpack(workbook, file, wanted or None, table)
    except Unreadable as problem:
        found = {"problem": problem.args}
    except (MemoryError, RecursionError):
        found = {"problem": ("too_large", "needs more memory than a workbook may; save it as CSV (UTF-8)")}
    with open(facts, "x", encoding="utf-8") as file:
        json.dump(found, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
