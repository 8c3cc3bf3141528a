"""The books that are measured: made once per size, parted into all but the last day, and that day."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path

from analytics import demo
from tests.days import parted

TODAY = date(2026, 6, 30)
FOLDER = Path(tempfile.gettempdir()) / "duebook-bench"


def parquet(invoices: int) -> Path:
    """The folder of a demo book of `invoices` invoices."""
    folder = FOLDER / f"book-{invoices}"
    if not (folder / "invoices.parquet").exists():
        demo.write(folder, invoices, today=TODAY)
    return folder


def days(invoices: int) -> tuple[Path, Path]:
    """The same book in two folders: up to the day before the last, and the last day."""
    folder = FOLDER / f"days-{invoices}"
    if not folder.exists():
        parted(parquet(invoices), folder, [TODAY - timedelta(days=1)])
    return folder / "0", folder / "1"
