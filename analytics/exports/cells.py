"""What a cell of a file may hold: native values, and text that no spreadsheet takes for a formula."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet runs a cell that starts with one of these; a leading apostrophe makes it plain text."""

EXACT_DIGITS = 15
"""What a spreadsheet keeps of a number; longer ones would be rounded in silence."""


def harmless(text: str) -> str:
    """`text`, with an apostrophe before it where a spreadsheet would run it."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def fits(number: int | float | Decimal) -> bool:
    """Whether a spreadsheet keeps every digit of `number`."""
    return isinstance(number, float) or len(Decimal(number).normalize().as_tuple().digits) <= EXACT_DIGITS


def columns(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """The columns of `frame` as native values: exact `Decimal`, `date`, `str`, `int`, None where there is nothing."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    native: dict[str, list[Any]] = table.to_pydict()
    return native
