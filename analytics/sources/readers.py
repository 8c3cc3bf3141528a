"""Which reader a file needs, by its extension alone; what it holds is then checked by that reader."""

from __future__ import annotations

from pathlib import Path

from analytics.sources.csv import CsvReader
from analytics.sources.excel import ExcelReader
from analytics.sources.mapping import TableMapping
from analytics.sources.parquet import ParquetReader

Reader = ParquetReader | CsvReader | ExcelReader
_BY_EXTENSION: dict[str, type[Reader]] = {".parquet": ParquetReader, ".xlsx": ExcelReader}


def opened(path: Path, copy: Path, mapped: TableMapping) -> Reader:
    """The reader of `copy`, the private copy of the file that the user calls `path`; raises `Rejected`."""
    return _BY_EXTENSION.get(path.suffix.lower(), CsvReader)(copy, path.name, mapped)
