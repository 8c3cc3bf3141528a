"""Frames of rows that Python worked out: pandas with Arrow types, so that decimals and dates stay what they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import pandas as pd
import pyarrow as pa

Kind = Literal["text", "amount", "ratio", "count", "date", "flag"]
ARROW_TYPES: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "amount": pa.decimal128(38, 4),
    "ratio": pa.decimal128(38, 4),
    "count": pa.int64(),
    "date": pa.date32(),
    "flag": pa.bool_(),
}


def amounts(names: Iterable[str]) -> dict[str, Kind]:
    """Columns of amounts called `names`."""
    return dict.fromkeys(names, "amount")


def frame_of(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, Kind]) -> pd.DataFrame:
    """`rows` as a frame with exactly `columns`, typed by their kind; a missing or None cell is null."""
    table = pa.table({name: pa.array([row.get(name) for row in rows], ARROW_TYPES[kind]) for name, kind in columns.items()})
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame
