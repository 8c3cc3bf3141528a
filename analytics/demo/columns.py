"""Exact Arrow columns from whole numbers: money, dates, text, ids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.demo.rows import NONE, Flags, Ints

Column = Any
"""A pyarrow array."""


def money(cents: Ints, absent: Flags | None = None) -> Column:
    """Whole cents as decimal(18, 2)."""
    return _decimal(cents, pa.decimal128(18, 2), absent)


def decimals(numbers: Ints, scale: int) -> Column:
    """Whole multiples of 10^-scale as decimal(20, 10)."""
    return _decimal(numbers * 10 ** (10 - scale), pa.decimal128(20, 10), None)


def _decimal(whole: Ints, kind: Any, absent: Flags | None) -> Column:
    """128-bit little-endian numbers are the 64-bit ones with their sign spread over the upper half."""
    wide = np.empty((len(whole), 2), np.int64)
    wide[:, 0] = whole
    wide[:, 1] = whole >> 63
    present = None if absent is None else pa.array(~absent).buffers()[1]
    return pa.Array.from_buffers(kind, len(whole), [present, pa.py_buffer(wide)])


def dates(days: Ints, latest: int | None = None) -> Column:
    """Day numbers as dates; those after `latest` have not happened and are empty."""
    absent = None if latest is None else days > latest
    return pa.array(days.astype(np.int32), pa.int32(), mask=absent).cast(pa.date32())


def moments(days: Ints, seconds: Ints) -> Column:
    """Day numbers and seconds of the day as timestamps."""
    return pa.array(days * 86_400 + seconds, pa.int64()).cast(pa.timestamp("s")).cast(pa.timestamp("us"))


def integers(numbers: Ints, absent: Flags | None = None) -> Column:
    """Whole numbers of 32 bits."""
    return pa.array(numbers.astype(np.int32), pa.int32(), mask=absent)


def words(choices: Sequence[str], codes: Ints) -> Column:
    """The choice at each code; NONE is empty."""
    return pa.array(choices, pa.string()).take(pa.array(codes, mask=codes == NONE))


def ids(prefix: str | Column, numbers: Ints, width: int = 7, absent: Flags | None = None) -> Column:
    """`prefix`, one or a column of them, and the number, padded with zeros to `width`."""
    digits = pc.utf8_lpad(pa.array(numbers, mask=absent).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(prefix, digits, "")


def ordinals(group: Ints) -> Ints:
    """For each row, its place from 1 among the rows of its group, in row order."""
    order = np.argsort(group, kind="stable")
    grouped = group[order]
    starts = np.flatnonzero(np.concatenate([[True], grouped[1:] != grouped[:-1]])[: len(group)])
    sizes = np.diff(np.append(starts, len(group)))
    place = np.empty(len(group), np.int64)
    place[order] = np.arange(len(group)) - np.repeat(starts, sizes) + 1
    return place
