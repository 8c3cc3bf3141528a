"""Answers of the reports as plain rows, so that they compare exactly and in any order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import pyarrow as pa


def rows(answer: pd.DataFrame | Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a report, exact: decimals stay decimals, an empty cell is None."""
    if isinstance(answer, pd.DataFrame):
        found: list[dict[str, Any]] = pa.Table.from_pandas(answer, preserve_index=False).to_pylist()
        return found
    return [dict(row) for row in answer]


def in_order(answer: pd.DataFrame | Iterable[Mapping[str, Any]], *columns: str) -> list[dict[str, Any]]:
    """The rows with only `columns` (all, if none is named), sorted by their content."""
    kept = [{k: row[k] for k in columns or row} for row in rows(answer)]
    return sorted(kept, key=lambda row: [(value is not None, str(value)) for value in row.values()])
