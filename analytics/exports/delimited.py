"""CSV as the loader reads it: UTF-8, comma, one header, ISO dates, decimal points, no thousands marks."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd

from analytics.exports.cells import Progress, batches, harmless, unseen
from analytics.exports.stamp import Stamp


def to_csv(frame: pd.DataFrame, stamp: Stamp | None = None, *, progress: Progress = unseen) -> bytes:
    """`frame` as CSV, amounts with their exact digits.

    With a stamp every row carries it in columns of its own after the data, so that the file stays one plain table, and
    the rows of several files can be put together and still be told apart.
    """
    said = stamp.items if stamp else ()
    stamped = [harmless(text) for _, text in said]
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow([*map(harmless, frame.columns), *(f"stamp: {name.lower()}" for name, _ in said)])
    for native in batches(frame, progress):
        writer.writerows([*map(_text, row), *stamped] for row in zip(*native.values(), strict=True))
    return lines.getvalue().encode("utf-8")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | int | float):
        return str(value)
    return harmless(str(value))
