"""CSV, strictly: declared encoding, delimiter and quote, one header, every cell as text; nothing is sniffed, nothing filled up."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from analytics.errors import first_line
from analytics.sources.columns import check_columns
from analytics.sources.lines import LINE_ENDS, Block, Layout, blocks
from analytics.sources.mapping import LINE, TableMapping
from analytics.sources.problems import Problem, Rejected
from analytics.sources.thousands import Doubt
from analytics.sources.typed import FAULTS, side_by_side, translated

_HEAD = 1 << 20
_TITLE_LINES = 50
_MAGIC = {
    b"PK\x03\x04": "is an Excel workbook (or another zip file), whatever its name says; save the sheet as CSV (UTF-8)",
    b"\xd0\xcf\x11\xe0": "is an old Excel workbook, whatever its name says; save the sheet as CSV (UTF-8)",
    b"\x1f\x8b": "is compressed; unpack it first",
    b"PAR1": "is a Parquet file, whatever its name says; rename it",
    b"%PDF": "is a PDF, whatever its name says; export it as CSV (UTF-8)",
    b"<?xml": "is XML, whatever its name says; save it as CSV (UTF-8) or .xlsx",
    **dict.fromkeys((b"BZh", b"7z\xbc\xaf", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ"), "is compressed; unpack it first"),
}
_WEB_PAGE = (b"<!doctype html", b"<html")
_JSON = (b"{", b"[")
_UTF32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_DELIMITERS = {"\t": "tab", ";": "semicolon", "|": "bar", ",": "comma"}
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9.]*[0-9],[0-9]{1,4}", re.ASCII)


class CsvReader:
    """A private copy of a CSV file, open for reading; `name` is what the user calls it."""

    word = "line"
    is_text = True

    def __init__(self, path: Path, name: str, mapped: TableMapping) -> None:
        self.path, self.name, self._mapped = path, name, mapped
        self.notices: list[Problem] = []
        with open(path, "rb") as file:
            self._check_magic(file.read(4096))
        self._recode()
        header, self._start, self._line = self._header()
        self.names = tuple(self._cells(header))
        self._check_header(header)
        check_columns(name, self.names, mapped)
        if mapped.open_end:
            self._check_end()

    def batches(self, mapped: TableMapping) -> Iterator[pa.RecordBatch]:
        """The rows in canonical columns, all text; raises `Rejected` where the file cannot be trusted."""
        layout = Layout(self.name, mapped.delimiter, mapped.quote, len(self.names), mapped.open_end)
        doubt = Doubt(mapped)
        for block in blocks(self.path, layout, self._start, self._line):
            if len(block.lines):
                batch = self._canonical(self._parsed(block, mapped), pa.array(block.lines, pa.int64()), mapped)
                doubt.look(batch)
                yield batch
        self.notices.extend(doubt.problems(self.name))

    def _check_magic(self, head: bytes) -> None:
        for magic, what in _MAGIC.items():
            if head.startswith(magic):
                raise Rejected("not_csv", f"{self.name} {what}")
        if head.lstrip().startswith(_JSON):
            raise Rejected("not_csv", f"{self.name} is JSON, whatever its name says; export it as CSV (UTF-8)")
        if head.lstrip().lower().startswith(_WEB_PAGE):
            raise Rejected("not_csv", f"{self.name} is a web page, perhaps one that asks to sign in; sign in and export it again")
        declared = codecs.lookup(self._mapped.encoding).name
        is_utf16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or head[:200].count(b"\0") * 3 > len(head[:200])
        if is_utf16 and not declared.startswith(("utf-16", "utf-32")):
            what = "UTF-32" if head.startswith(_UTF32) else "UTF-16"
            raise Rejected("utf16", f"{self.name}: file is {what}; save as UTF-8, or set encoding in a mapping")

    def _check_end(self) -> None:
        with open(self.path, "rb") as file:
            file.seek(-1, io.SEEK_END)
            if file.read() != b"\n":
                sentence = f"{self.name} has no line end after its last line, whose fields are all there; make sure that it is whole"
                self.notices.append(Problem("open_end", "warn", sentence))

    def _recode(self) -> None:
        """Turns a file in another declared encoding into UTF-8, in the private copy."""
        encoding = codecs.lookup(self._mapped.encoding).name
        if encoding == "utf-8":
            return
        recoded = self.path.with_name(f"{self.path.name}-{self._mapped.table.name}-utf8")
        try:
            with open(self.path, encoding=encoding, newline="") as reading, open(recoded, "w", encoding="utf-8", newline="") as writing:
                while text := reading.read(_HEAD):
                    writing.write(text)
        except UnicodeError as problem:
            raise Rejected("encoding", f"{self.name}: not {self._mapped.encoding} ({problem})") from None
        self.path = recoded

    def _header(self) -> tuple[str, int, int]:
        """The header's text, the byte after it and the physical line that begins there."""
        with open(self.path, "rb") as file:
            head = file.read(_HEAD)
        start = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
        if start == len(head):
            raise Rejected("empty_file", f"{self.name}: file is empty")
        for skipped in range(self._mapped.skip_rows):
            start = head.find(b"\n", start) + 1
            if start == 0:
                raise Rejected("no_header", f"{self.name} ends on line {skipped + 1}; skip_rows is {self._mapped.skip_rows}")
        end = head.find(b"\n", start)
        if end < 0 and self._mapped.open_end and 0 < len(head) < _HEAD:
            end = len(head)
        if end < 0 and b"\r" in head:
            raise Rejected("line_end", f"{self.name} line 1: a carriage return without a line feed; {LINE_ENDS}", row=1)
        if end < 0:
            what = "ends inside line 1, without a line end" if len(head) < _HEAD else "has a header of more than 1 MB"
            raise Rejected("cut_off", f"{self.name} {what}; fetch or export it again")
        line = self._mapped.skip_rows + 1
        try:
            header = head[start:end].rstrip(b"\r").decode("utf-8")
        except UnicodeDecodeError:
            raise Rejected(
                "not_utf8", f"{self.name} line {line}: not UTF-8; save as UTF-8, or set encoding in a mapping", row=line
            ) from None
        if "\0" in header:
            raise Rejected("nul_bytes", f"{self.name} line {line}: NUL bytes; fetch the file again", row=line)
        if not header.strip():
            raise self._title_rows(line)
        return header, end + 1, line + 1

    def _cells(self, line: str) -> list[str]:
        quote = self._mapped.quote
        rules = {"delimiter": self._mapped.delimiter, "quotechar": quote or None, "quoting": csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE}
        reader = csv.reader(io.StringIO(line), strict=True, **rules)  # type: ignore[arg-type]
        try:
            return next(reader, [])
        except csv.Error as problem:
            raise Rejected("header", f"{self.name}: the header cannot be read ({problem})") from None

    @property
    def _needed(self) -> set[str]:
        """The columns without which a line is not the header."""
        columns = self._mapped.columns
        return {columns[column.name] for column in self._mapped.table.columns if column.required and column.name in columns} - {LINE}

    def _check_header(self, header: str) -> None:
        if self._needed <= set(self.names):
            return
        if len(self.names) == 1 and self._mapped.delimiter in self.names[0]:
            raise Rejected("quoted_lines", f"{self.name} line {self._line - 1}: each line is in quotes as a whole; export it without")
        self._check_delimiter(header)
        lines = self._first_lines()
        for line, text in enumerate(lines, start=1):
            if line > self._mapped.skip_rows + 1 and self._needed <= set(text.split(self._mapped.delimiter)):
                raise self._title_rows(self._mapped.skip_rows + 1, line)

    def _title_rows(self, expected: int, found: int | None = None) -> Rejected:
        where = (
            f"(found on line {found}): set skip_rows = {found - 1} in a mapping, or remove the lines above it"
            if found
            else "(the line is empty)"
        )
        return Rejected("title_rows", f"{self.name}: header not on line {expected} {where}", row=expected)

    def _check_delimiter(self, header: str) -> None:
        for delimiter, word in _DELIMITERS.items():
            cells = header.split(delimiter)
            if delimiter == self._mapped.delimiter or len(cells) <= max(1, len(self.names)):
                continue
            declared = _DELIMITERS.get(self._mapped.delimiter, self._mapped.delimiter)
            sentence = f"{self.name}: columns are separated by a {word}, not by a {declared}; set delimiter in a mapping"
            first = (self._first_lines()[self._mapped.skip_rows + 1 :] or [""])[0].split(delimiter)
            comma = next((pair for pair in zip(cells, first, strict=False) if _DECIMAL_COMMA.fullmatch(pair[1])), None)
            if comma:
                sentence += f"; column '{comma[0]}': '{comma[1]}' uses a decimal comma; set the number format too"
            raise Rejected("delimiter", sentence)

    def _first_lines(self) -> list[str]:
        with open(self.path, "rb") as file:
            lines = file.read(_HEAD).split(b"\n", _TITLE_LINES)[:_TITLE_LINES]
        return [line.decode("utf-8-sig", "replace").rstrip("\r") for line in lines]

    def _parsed(self, block: Block, mapped: TableMapping) -> pa.Table:
        """The columns that the mapping names, by name; everything else in the file has been counted and is left."""
        places = [f"f{place}" for place, name in enumerate(self.names) if name in mapped.names]
        names = [name for name in self.names if name in mapped.names]
        try:
            table = pyarrow.csv.read_csv(
                pa.BufferReader(block.content),
                read_options=pyarrow.csv.ReadOptions(
                    column_names=[f"f{place}" for place in range(len(self.names))], block_size=len(block.content) + 1
                ),
                parse_options=pyarrow.csv.ParseOptions(
                    delimiter=mapped.delimiter, quote_char=mapped.quote or False, double_quote=bool(mapped.quote), newlines_in_values=True
                ),
                convert_options=pyarrow.csv.ConvertOptions(
                    column_types=dict.fromkeys(places, pa.string()),
                    include_columns=places,
                    strings_can_be_null=False,
                    check_utf8=False,
                ),
            )
        except pa.ArrowInvalid as problem:
            raise Rejected("unreadable", f"{self.name} cannot be read from line {block.lines[0]} ({first_line(problem)})") from None
        if table.num_rows != len(block.lines):
            raise Rejected(
                "unreadable", f"{self.name} from line {block.lines[0]}: {len(block.lines)} rows were counted, {table.num_rows} read"
            )
        return table.rename_columns(names).combine_chunks()

    def _canonical(self, table: pa.Table, lines: pa.Array, mapped: TableMapping) -> pa.RecordBatch:
        rows = table.num_rows
        given = {name: table.column(name).combine_chunks() for name in table.column_names}
        arrays = {"row": lines}
        for column in mapped.table.names:
            arrays[column] = self._column(column, given, lines, mapped)
        status = given.get(mapped.columns.get("status", ""))
        arrays["claim"] = status if status is not None and "status" in mapped.values else pa.nulls(rows, pa.string())
        arrays["faults"] = pa.nulls(rows, FAULTS)
        arrays["others"] = side_by_side([given[name] for name in mapped.others], rows)
        return pa.RecordBatch.from_pydict(arrays)

    def _column(self, column: str, given: dict[str, pa.Array], lines: pa.Array, mapped: TableMapping) -> pa.Array:
        source = mapped.columns.get(column)
        if source == LINE:
            return lines.cast(pa.string())
        if column in mapped.constants:
            return pa.repeat(mapped.constants[column], len(lines))
        if source is None or source not in given:
            return pa.nulls(len(lines), pa.string())
        return translated(given[source], mapped.values.get(column, {}))
