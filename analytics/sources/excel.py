"""Excel workbooks: read by a process of its own with limits; cells keep their types, what a person would miss is reported."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from analytics.schema import Column
from analytics.sources import sheet
from analytics.sources.columns import check_columns
from analytics.sources.mapping import LINE, TableMapping
from analytics.sources.problems import Problem, Rejected
from analytics.sources.typed import FAULTS, side_by_side, translated

PATIENCE = 180
"""Seconds that a workbook may take, waiting included; its process may count `sheet.SECONDS`."""

_OLD = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"
_SHOWN = 5


class ExcelReader:
    """A private copy of a workbook, open for reading; `name` is what the user calls it."""

    word = "row"
    is_text = True

    def __init__(self, path: Path, name: str, mapped: TableMapping) -> None:
        self.path, self.name, self._mapped = path, name, mapped
        self.notices: list[Problem] = []
        self._check_magic()
        self._cells = path.with_name(f"{path.name}-{mapped.table.name}-cells")
        self._facts = self._unpacked(path.with_name(f"{path.name}-{mapped.table.name}-facts"))
        try:
            self._rows = self._read()
            self.names = self._header()
            check_columns(name, self.names, mapped)
        except Rejected as refused:
            raise self._with_other_sheets(refused.problem) from None
        self._notice()

    def batches(self, mapped: TableMapping) -> Iterator[pa.RecordBatch]:
        """The rows in canonical columns, all text, in the marks and the date format of the mapping."""
        for batch in self._rows.slice(1).to_batches(max_chunksize=65_536):
            yield self._canonical(batch, mapped)

    def _check_magic(self) -> None:
        with open(self.path, "rb") as file:
            head = file.read(4)
        if head == _OLD:
            raise Rejected("old_excel", f"{self.name} is in the old .xls format, or protected by a password; save it as .xlsx or CSV")
        if head != _ZIP:
            raise Rejected("not_xlsx", f"{self.name} is not an Excel workbook, whatever its name says")

    def _unpacked(self, facts: Path) -> dict[str, Any]:
        table, wanted = self._mapped.table.name, self._mapped.sheet or ""
        words = [sys.executable, "-I", sheet.__file__, str(self.path), str(self._cells), str(facts), table, wanted]
        try:
            done = subprocess.run(words, timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL, capture_output=True, env={})
        except subprocess.TimeoutExpired:
            raise Rejected("too_large", f"{self.name} takes longer to read than a workbook may; save it as CSV (UTF-8)") from None
        if done.returncode > 0:
            raise Rejected("not_xlsx", f"{self.name} is not a whole Excel workbook")
        if done.returncode < 0 or not facts.exists():
            raise Rejected("too_large", f"{self.name} cannot be read within the limits of a workbook; save it as CSV (UTF-8)")
        found: dict[str, Any] = json.loads(facts.read_text(encoding="utf-8"))
        if "problem" in found:
            code, sentence = found["problem"]
            raise Rejected(code, f"{self.name} {sentence}")
        return found

    def _read(self) -> pa.Table:
        """The rows of the sheet from the header on: `row`, then a column per place."""
        if not self._cells.stat().st_size:
            raise Rejected("empty_file", f"{self.name}: sheet '{self._facts['sheet']}' is empty")
        places = [f"f{place}" for place in range(sheet.COLUMN_LIMIT)]
        table = pyarrow.csv.read_csv(
            self._cells,
            read_options=pyarrow.csv.ReadOptions(column_names=["row", *places], block_size=64 << 20),
            parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types={"row": pa.int64()} | dict.fromkeys(places, pa.string()),
                include_columns=["row", *places[: self._facts["width"]]],
                strings_can_be_null=False,
            ),
        )
        table = table.filter(pc.greater(table["row"], self._mapped.skip_rows))
        if not table.num_rows:
            raise Rejected("no_header", f"{self.name} has nothing below row {self._mapped.skip_rows}")
        return table

    def _header(self) -> tuple[str, ...]:
        first = self._rows.slice(0, 1).to_pylist()[0]
        row, cells = first.pop("row"), [cell[1:] for cell in first.values()]
        while cells and not cells[-1]:
            cells.pop()
        needed = {self._mapped.columns.get(column.name) for column in self._mapped.table.columns if column.required} - {None, LINE}
        if row != self._mapped.skip_rows + 1 and not needed <= set(cells):
            raise Rejected("title_rows", f"{self.name}: header not in row {self._mapped.skip_rows + 1}", row=row)
        if not needed <= set(cells):
            self._look_below(needed)
        self._notice_beyond(cells)
        self._rows = self._rows.select(range(1 + len(cells)))
        return tuple(cells)

    def _notice_beyond(self, names: list[str]) -> None:
        """Points out the first row that goes on where no column has a name."""
        beyond = [pc.index(pc.not_equal(column, ""), True).as_py() for column in self._rows.columns[1 + len(names) :]]
        first = min((place for place in beyond if place >= 0), default=None)
        if first is not None and names:
            sentence = f"row {self._rows['row'][first]}: what stands right of the last column, '{names[-1]}', has no name and was ignored"
            self._warn("unknown_column", sentence)

    def _with_other_sheets(self, problem: Problem) -> Rejected:
        """The refusal of a sheet that nobody asked for, with those that may have been meant."""
        others = [] if self._mapped.sheet else self._facts["others"]
        if not others:
            return Rejected(problem.code, problem.message, row=problem.row, column=problem.column)
        listed = "', '".join(others[:_SHOWN])
        sentence = f"{problem.message}; sheet '{self._facts['sheet']}' was read: to read '{listed}', set sheet in a mapping"
        return Rejected(problem.code, sentence, row=problem.row, column=problem.column)

    def _look_below(self, needed: set[str | None]) -> None:
        for line in self._rows.slice(1, 50).to_pylist():
            row = line.pop("row")
            if needed <= {cell[1:] for cell in line.values()}:
                where = f"(found in row {row}): set skip_rows = {row - 1} in a mapping, or remove the rows above it"
                raise Rejected("title_rows", f"{self.name}: header not in row {self._mapped.skip_rows + 1} {where}", row=row)

    def _notice(self) -> None:
        facts = self._facts
        if facts["is_hidden"]:
            self._warn("hidden_sheet", f"sheet '{facts['sheet']}' is hidden, and was read")
        if facts["hidden"]:
            self._warn("hidden_rows", f"{facts['hidden']:,} hidden rows were read")
        for name in (self.names[place] for place in facts["hidden_columns"] if place < len(self.names)):
            self._warn("hidden_column", f"column '{name}' is hidden, and was read", name)
        if facts["others"]:
            listed = "', '".join(facts["others"][:_SHOWN])
            self._warn("other_sheets", f"sheet '{facts['sheet']}' was read; the others were not ('{listed}')")
        if facts["since_1904"]:
            self._warn("since_1904", "workbook uses the 1904 date system; its dates were read by it")
        if facts["merged"]:
            self._warn("merged_cells", f"cells {', '.join(facts['merged'][:_SHOWN])} are merged; only the first of them has a value")

    def _warn(self, code: str, sentence: str, column: str | None = None) -> None:
        self.notices.append(Problem(code, "warn", f"{self.name}: {sentence}", column=column))

    def _canonical(self, batch: pa.RecordBatch, mapped: TableMapping) -> pa.RecordBatch:
        given = dict(zip(self.names, batch.columns[1:], strict=True))
        arrays = {"row": batch.column("row")}
        for column in mapped.table.columns:
            arrays[column.name] = self._column(column, given, batch, mapped)
        status = given.get(mapped.columns.get("status", ""))
        has_claim = status is not None and "status" in mapped.values
        arrays["claim"] = _body(status) if has_claim else pa.nulls(batch.num_rows, pa.string())
        arrays["faults"] = pa.nulls(batch.num_rows, FAULTS)
        arrays["others"] = side_by_side([_body(given[name]) for name in mapped.others], batch.num_rows)
        return pa.RecordBatch.from_pydict(arrays)

    def _column(self, column: Column, given: dict[str, pa.Array], batch: pa.RecordBatch, mapped: TableMapping) -> pa.Array:
        source = mapped.columns.get(column.name)
        if source == LINE:
            return batch.column("row").cast(pa.string())
        if column.name in mapped.constants:
            return pa.repeat(mapped.constants[column.name], batch.num_rows)
        if source is None or source not in given:
            return pa.nulls(batch.num_rows, pa.string())
        cells = given[source]
        kinds = pc.utf8_slice_codeunits(cells, 0, 1)
        self._check_formulas(source, kinds, batch.column("row"))
        text = _body(cells)
        if column.kind == "text":
            self._notice_numbers(source, kinds, text)
        elif column.kind == "date" and mapped.date is not None:
            text = _in_format(text, pc.equal(kinds, "d"), mapped.date)
        elif column.kind in ("money", "number") and mapped.decimal != ".":
            text = pc.if_else(pc.equal(kinds, "n"), pc.replace_substring(text, ".", mapped.decimal), text)
        return translated(text, mapped.values.get(column.name, {}))

    def _check_formulas(self, source: str, kinds: pa.Array, rows: pa.Array) -> None:
        at = pc.index(kinds, "f").as_py()
        if at >= 0:
            row = rows[at].as_py()
            sentence = f"{self.name} row {row}: column '{source}' holds a formula without its value; open it in Excel and save it"
            raise Rejected("formula", sentence, row=row, column=source)

    def _notice_numbers(self, source: str, kinds: pa.Array, text: pa.Array) -> None:
        numbers = text.filter(pc.equal(kinds, "n"))
        if not len(numbers) or any(notice.column == source for notice in self.notices):
            return
        self._warn("number_as_text", f"column '{source}' holds numbers; read as their digits, without leading zeros", source)
        if pc.max(pc.utf8_length(numbers)).as_py() > sheet.DIGITS:
            self._warn(
                "digits_lost", f"column '{source}' holds numbers of more than {sheet.DIGITS} digits; Excel has lost the last", source
            )


def _body(cells: pa.Array) -> pa.Array:
    return pc.utf8_slice_codeunits(cells, 1)


def _in_format(text: pa.Array, are_dates: pa.Array, pattern: str) -> pa.Array:
    """Dates of the workbook as the mapping writes them; what has a time of the day stays as it is, and is found to be no date."""
    whole = pc.and_(are_dates, pc.equal(pc.utf8_length(text), 10))
    days = pc.strptime(pc.if_else(whole, text, pa.scalar(None, pa.string())), format="%Y-%m-%d", unit="s", error_is_null=True)
    return pc.coalesce(pc.strftime(days, format=pattern), text)
