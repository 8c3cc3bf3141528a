"""Exports of other systems, written as small ledgers under the systems' own column names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analytics.store import LoadReport
from analytics.store.report import FileReport


def write(folder: Path, **files: str | Sequence[str]) -> Path:
    """Writes each file as `<name>.csv`: its lines as given, first the columns; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in files.items():
        text = lines if isinstance(lines, str) else "\n".join(lines)
        (folder / f"{name}.csv").write_text("\n".join(line.strip() for line in text.strip().splitlines()) + "\n", encoding="utf-8")
    return folder


def problems(report: LoadReport, code: str) -> list[str]:
    """The sentences of the problems with that code."""
    return [problem.message for file in report.files for problem in file.problems if problem.code == code]


def of_table(report: LoadReport, table: str, name: str = "") -> FileReport:
    """The report of the first file read for a table, whose name begins with `name`."""
    return next(file for file in report.files if file.table == table and file.short_name.startswith(name))
