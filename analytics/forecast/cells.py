"""From the numbers of a forecast to the cells of its frames: exact decimals, dates, nothing that is not a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analytics.forecast.arrays import Flags, Floats, Ints
from analytics.frames import ARROW_TYPES, Kind
from analytics.money import minor_unit

Column = tuple[Kind, pa.Array | pa.ChunkedArray | Sequence[object] | Ints]
"""What a column of a frame is made of: its kind and its cells."""

TEN_THOUSANDTH = pa.scalar(Decimal("0.0001"), pa.decimal128(5, 4))


def places_of(currencies: Sequence[str]) -> Ints:
    """The decimals of the smallest coin of each of `currencies`."""
    return np.array([minor_unit(currency) for currency in currencies], np.int64)


def coins(amounts: Floats, places: Ints) -> Ints:
    """`amounts` in the smallest coins, rounded half up; none below zero."""
    found: Ints = np.floor(np.maximum(amounts, 0.0) * 10.0**places + 0.5).astype(np.int64)
    return found


def amounts(minor: Ints, places: Ints) -> pa.Array:
    """Exact decimals of so many smallest coins."""
    return _decimals(minor * 10 ** (4 - places))


def rounded_amounts(values: Floats, places: Ints) -> pa.Array:
    """`values` as decimals, rounded to their smallest coins; null for what is not a number."""
    known = ~np.isnan(values)
    minor = np.rint(np.where(known, values, 0.0) * 10.0**places).astype(np.int64)
    return pc.if_else(pa.array(known), amounts(minor, places), pa.scalar(None, ARROW_TYPES["amount"]))


def ratios(values: Floats) -> pa.Array:
    """Decimals with 4 places; null for what is not a number."""
    known = ~np.isnan(values)
    whole = np.rint(np.where(known, values, 0.0) * 10_000).astype(np.int64)
    return pc.if_else(pa.array(known), _decimals(whole), pa.scalar(None, ARROW_TYPES["ratio"]))


def days(numbers: Ints, known: Flags) -> pa.Array:
    """The dates of so many days since 1970-01-01; null where not `known`."""
    return pa.array(numbers.astype(np.int32), pa.int32(), mask=~known).cast(pa.date32())


def frame(columns: Mapping[str, Column]) -> pd.DataFrame:
    """A frame of `columns`."""
    table = pa.table({name: _typed(cells, kind) for name, (kind, cells) in columns.items()})
    found: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return found


def _typed(cells: pa.Array | pa.ChunkedArray | Sequence[object] | Ints, kind: Kind) -> pa.Array | pa.ChunkedArray:
    if isinstance(cells, pa.Array | pa.ChunkedArray):
        return cells.cast(ARROW_TYPES[kind])
    return pa.array(cells, ARROW_TYPES[kind])


def _decimals(ten_thousandths: Ints) -> pa.Array:
    whole = pa.array(ten_thousandths).cast(pa.decimal128(19, 0))
    return pc.multiply(whole, TEN_THOUSANDTH).cast(ARROW_TYPES["amount"])
