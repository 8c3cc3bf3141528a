"""What a cell of a file may hold: native values, and text that no spreadsheet takes for a formula."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet runs a cell that starts with one of these; a leading apostrophe makes it plain text."""

BATCH = 10_000
"""Rows that are native values at one time: a million of them at once would take gigabytes."""

Progress = Callable[[float], None]
"""Hears the share that is done, from 0 to 1."""

EXACT_DIGITS = 15
"""What a spreadsheet keeps of a number; longer ones would be rounded in silence."""


def unseen(_: float) -> None:
    """Progress that nobody looks at."""


def harmless(text: str) -> str:
    """`text`, with an apostrophe before it where a spreadsheet would run it."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def fits(number: int | float | Decimal) -> bool:
    """Whether a spreadsheet keeps every digit of `number`."""
    return isinstance(number, float) or len(Decimal(number).normalize().as_tuple().digits) <= EXACT_DIGITS


def batches(frame: pd.DataFrame, progress: Progress = unseen) -> Iterator[dict[str, list[Any]]]:
    """The columns of `frame` as native values, some rows at a time; `progress` hears how much of it is done."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    for start in range(0, len(table), BATCH):
        native: dict[str, list[Any]] = table.slice(start, BATCH).to_pydict()
        yield native
        progress(min(1.0, (start + BATCH) / len(table)))


def columns(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """The columns of `frame` as native values: exact `Decimal`, `date`, `str`, `int`, None where there is nothing."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    native: dict[str, list[Any]] = table.to_pydict()
    return native
