"""The book that is measured: made once per size, kept beside the system's temporary files."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from analytics import demo

TODAY = date(2026, 6, 30)
FOLDER = Path(tempfile.gettempdir()) / "duebook-bench"


def parquet(invoices: int) -> Path:
    """The folder of a demo book of `invoices` invoices."""
    folder = FOLDER / f"book-{invoices}"
    if not (folder / "invoices.parquet").exists():
        demo.write(folder, invoices, today=TODAY)
    return folder
