"""Parquet: the schema is checked first, then the file is loaded whole; its statistics are never used, its checksums are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from analytics.errors import first_line
from analytics.sources import typed
from analytics.sources.columns import check_columns
from analytics.sources.mapping import TableMapping
from analytics.sources.problems import Problem, Rejected

BATCH_ROWS = 32_768
ROW_LIMIT = 100_000_000
UNPACKED_LIMIT = 64 * 2**30
_UNREADABLE = (pa.ArrowException, OSError, ValueError, MemoryError)


class ParquetReader:
    """A private copy of a Parquet file, open for reading; `name` is what the user calls it."""

    word = "row"
    is_text = False

    def __init__(self, path: Path, name: str, mapped: TableMapping) -> None:
        self.path, self.name = path, name
        try:
            # The old timestamps of Spark and Hive count nanoseconds, in which the year 9999, their day without end, has no place.
            self._file = pq.ParquetFile(path, page_checksum_verification=True, coerce_int96_timestamp_unit="us")
            self._schema: pa.Schema = self._file.schema_arrow
        except (pa.ArrowException, OSError, ValueError) as problem:
            raise Rejected("not_parquet", f"{name} is not a complete Parquet file ({first_line(problem)})") from None
        self.names: tuple[str, ...] = tuple(self._schema.names)
        self.rows: int = self._file.metadata.num_rows
        self.notices: list[Problem] = []
        self._check_size()
        check_columns(name, self.names, mapped)

    def _check_size(self) -> None:
        metadata = self._file.metadata
        unpacked = sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
        if not 0 <= self.rows <= ROW_LIMIT or unpacked > UNPACKED_LIMIT:
            raise Rejected("too_large", f"{self.name} unpacks to {self.rows:,} rows: limit {ROW_LIMIT:,}")

    def batches(self, mapped: TableMapping) -> Iterator[pa.RecordBatch]:
        """The rows in canonical columns and staged types; raises `Rejected` where the file cannot be trusted."""
        cells = typed.Cells(self.name, mapped, {name: self._schema.field(name).type for name in mapped.names & {*self.names}})
        seen = 0
        for batch in self._read(sorted(mapped.names & {*self.names})):
            yield cells.canonical(batch, seen)
            seen += batch.num_rows
        self._check_count(seen)
        self.notices.extend(cells.notices())

    def texts(self, mapped: TableMapping) -> Iterator[pa.RecordBatch]:
        """The rows as an export in CSV would have them: `row` and the columns of the mapping, every cell text."""
        given = {column.name: mapped.columns[column.name] for column in mapped.table.columns if mapped.columns[column.name] in self.names}
        seen = 0
        for batch in self._read(sorted(given.values())):
            cells = {name: typed.as_text(self.name, source, batch.column(source)) for name, source in given.items()}
            nothing = dict.fromkeys(set(mapped.table.names) - set(given), pa.nulls(batch.num_rows, pa.string()))
            rows = pa.array(range(seen + 1, seen + batch.num_rows + 1), pa.int64())
            yield pa.RecordBatch.from_pydict({"row": rows} | cells | nothing)
            seen += batch.num_rows
        self._check_count(seen)

    def _check_count(self, seen: int) -> None:
        if seen != self.rows:
            raise Rejected("rows_differ", f"{self.name} promises {self.rows:,} rows and holds {seen:,}")

    def _read(self, columns: list[str]) -> Iterator[pa.RecordBatch]:
        if not columns:
            raise Rejected("missing_column", f"{self.name} has none of the columns of its table")
        try:
            for batch in self._file.iter_batches(BATCH_ROWS, columns=columns):
                batch.validate(full=True)
                yield batch
        except _UNREADABLE as problem:
            raise self._damage(columns, problem) from None

    def _damage(self, columns: list[str], problem: Exception) -> Rejected:
        """Names the first column that cannot be read by itself."""
        for column in columns:
            try:
                for batch in self._file.iter_batches(BATCH_ROWS, columns=[column]):
                    batch.validate(full=True)
            except MemoryError:
                return typed.too_large(self.name, column)
            except _UNREADABLE as found:
                text = first_line(found)
                what = "page checksum mismatch" if "CRC" in text else f"cannot be read ({text})"
                return Rejected("damaged", f"{self.name}: {what} in column {column}; fetch the file again", column=column)
        return Rejected("damaged", f"{self.name} cannot be read ({first_line(problem)}); fetch the file again")
