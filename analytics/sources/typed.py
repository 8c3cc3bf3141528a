"""Typed columns into canonical ones: a type that does not say what the column means is rejected, never coerced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.money import LIMIT, MINOR_UNITS
from analytics.schema import Column, Kind
from analytics.sources.mapping import LINE, TableMapping
from analytics.sources.problems import Problem, Rejected

MONEY = pa.decimal128(18, 4)
"""Amounts: what does not fit exactly is kept as a fault of its row, with its value."""

EXACT = pa.decimal128(38, 10)
"""Wide enough for amounts before anything was rounded, and for rates."""

STAGED: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "money": MONEY,
    "number": EXACT,
    "date": pa.date32(),
    "moment": pa.timestamp("us"),
    "integer": pa.int64(),
}
_NARROWER = pa.decimal128(37, 10)
"""A difference needs one more digit than its terms."""

FAULTS = pa.list_(pa.struct([("name", pa.string()), ("cell", pa.string()), ("value", EXACT)]))
"""The cells of a row that cannot be held, each with its text, and its value if it is a number."""

_COUNTABLE = Decimal(10) ** 20
"""Beyond this an amount is no longer counted in sums."""

FLOAT_TOLERANCE = Decimal("0.000001")
FLOAT_NOISE = 1e-9
"""The part of itself by which a rate in floating point may be moved without a word."""

_EXPECTED: dict[Kind, str] = {
    "text": "text",
    "money": "decimal",
    "number": "decimal",
    "date": "date",
    "moment": "timestamp",
    "integer": "integer",
}
_Faults = list[tuple[int, str, str, Decimal | None]]


class Cells:
    """Turns batches of a typed file into canonical ones, column by column."""

    def __init__(self, file: str, mapped: TableMapping, types: Mapping[str, pa.DataType]) -> None:
        self._file, self._mapped = file, mapped
        self._floats: dict[str, tuple[int, Decimal]] = {}
        self._midnights: set[str] = set()
        self._finer: set[str] = set()
        self._rounded: dict[str, int] = {}
        for column in mapped.table.columns:
            source = mapped.columns.get(column.name)
            if source is not None and source in types:
                self._check_type(column, source, types[source])

    def canonical(self, batch: pa.RecordBatch, before: int) -> pa.RecordBatch:
        """`batch` with the canonical columns, its row numbers (`before` rows came earlier), and what could not be read."""
        rows = pa.array(np.arange(before + 1, before + batch.num_rows + 1, dtype=np.int64))
        faults: _Faults = []
        arrays = {"row": rows}
        for column in self._mapped.table.columns:
            arrays[column.name] = self._column(column, batch, rows, faults)
        claims = self._claims(batch)
        others = [_plain(batch.column(name)).cast(pa.string()) for name in self._mapped.others]
        arrays |= {"claim": claims, "faults": _listed(faults, batch.num_rows), "others": side_by_side(others, batch.num_rows)}
        return pa.RecordBatch.from_pydict(arrays)

    def notices(self) -> list[Problem]:
        """What was accepted with a remark: floating point money, days written as midnights, what is finer than it can be held."""
        floats = [
            Problem(
                "float_money",
                "warn",
                f"{self._file}: column '{name}' is floating point; {count:,} values rounded to cents, max shift {shift.normalize():f}",
                column=name,
            )
            for name, (count, shift) in self._floats.items()
        ]
        days = [
            Problem("timestamp_date", "warn", f"{self._file}: column '{name}' holds midnights; read as dates", column=name)
            for name in sorted(self._midnights)
        ]
        moments = [
            Problem("nanoseconds", "warn", f"{self._file}: column '{name}' holds nanoseconds; read to the microsecond", column=name)
            for name in sorted(self._finer)
        ]
        numbers = [
            Problem("rounded", "warn", f"{self._file}: column '{name}': {count:,} values rounded to ten decimals", column=name)
            for name, count in self._rounded.items()
        ]
        return floats + days + moments + numbers

    def _check_type(self, column: Column, source: str, kind: pa.DataType) -> None:
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        if pa.types.is_null(kind) or _fits(column.kind, kind, self._mapped):
            return
        if column.kind == "money" and pa.types.is_floating(kind) and self._mapped.money != "decimal":
            what = f"{kind}: cannot hold cents" if kind != pa.float64() else "floating point"
        elif column.kind == "date" and pa.types.is_timestamp(kind):
            what = f"{kind}; give a date, a timestamp with a zone falls on different days in different places"
        else:
            what = f"{kind}, expected {_EXPECTED[column.kind]}"
        raise Rejected("wrong_type", f"{self._file}: column '{source}' is {what}", column=source)

    def _column(self, column: Column, batch: pa.RecordBatch, rows: pa.Array, faults: _Faults) -> pa.Array:
        source = self._mapped.columns.get(column.name)
        staged = STAGED[column.kind]
        if source == LINE:
            return rows.cast(pa.string())
        if column.name in self._mapped.constants:
            return pa.repeat(pa.scalar(self._mapped.constants[column.name]).cast(staged), batch.num_rows)
        if source is None or source not in batch.schema.names:
            return pa.nulls(batch.num_rows, staged)
        try:
            array = _plain(batch.column(source))
        except MemoryError:
            raise too_large(self._file, source) from None
        if pa.types.is_null(array.type):
            return array.cast(staged)
        return self._held(column, array, batch, faults)

    def _held(self, column: Column, array: pa.Array, batch: pa.RecordBatch, faults: _Faults) -> pa.Array:
        """`array` converted; where that fails each half by itself, down to the single cells that become faults."""
        found: _Faults = []
        try:
            converted = self._convert(column, array, batch, found)
        except pa.ArrowInvalid:
            if len(array) == 1:
                faults.append((0, column.name, str(array.cast(pa.string())[0]), None))
                return pa.nulls(1, STAGED[column.kind])
            half = len(array) // 2
            parts = []
            for start, stop in ((0, half), (half, len(array))):
                of_part: _Faults = []
                parts.append(self._held(column, array[start:stop], batch[start:stop], of_part))
                faults.extend((start + row, name, cell, value) for row, name, cell, value in of_part)
            return pa.concat_arrays(parts)
        faults.extend(found)
        return converted

    def _convert(self, column: Column, array: pa.Array, batch: pa.RecordBatch, faults: _Faults) -> pa.Array:
        if column.kind == "text":
            return translated(array.cast(pa.string()), self._mapped.values.get(column.name, {}))
        if pa.types.is_floating(array.type):
            array = _finite(column.name, array, faults)
            if column.kind == "money":
                return _amounts(column.name, self._cents(self._money_of_floats(column.name, array, batch)), faults)
            return _whole(column.name, array, faults) if column.kind == "integer" else self._numbers(column, array)
        if pa.types.is_timestamp(array.type):
            return self._days(column, array) if column.kind == "date" else self._moments(column, array)
        if column.kind == "money":
            return _amounts(column.name, self._cents(array), faults)
        if column.kind == "number":
            return self._numbers(column, array)
        return array.cast(STAGED[column.kind])

    def _days(self, column: Column, array: pa.Array) -> pa.Array:
        source = self._mapped.columns[column.name]
        if not array.equals(pc.floor_temporal(array, unit="day")):
            raise Rejected(
                "wrong_type", f"{self._file}: column '{source}' is {array.type} with times of the day, expected date", column=source
            )
        self._midnights.add(source)
        return array.cast(pa.timestamp("us")).cast(pa.date32())

    def _moments(self, column: Column, array: pa.Array) -> pa.Array:
        whole = pc.floor_temporal(array, unit="microsecond")
        if not whole.equals(array):
            self._finer.add(self._mapped.columns[column.name])
        return whole.cast(STAGED["moment"])

    def _numbers(self, column: Column, array: pa.Array) -> pa.Array:
        """Rates and the like to ten decimals; a float counts as rounded where that moves it by more than its own noise."""
        if pa.types.is_floating(array.type):
            held = array.cast(EXACT)
            moved = pc.greater(pc.abs(pc.subtract(held.cast(array.type), array)), pc.multiply(pc.abs(array), FLOAT_NOISE))
        elif pa.types.is_decimal(array.type):
            rounded = pc.round(array, 10, "half_towards_infinity")
            held, moved = rounded.cast(EXACT), pc.not_equal(rounded, array)
        else:
            return array.cast(EXACT)
        if count := pc.sum(moved).as_py():
            source = self._mapped.columns[column.name]
            self._rounded[source] = self._rounded.get(source, 0) + count
        return held

    def _money_of_floats(self, name: str, array: pa.Array, batch: pa.RecordBatch) -> pa.Array:
        """Each float as the amount in minor units it stands for; raises `Rejected` if one stands for none."""
        exact = array.cast(EXACT)
        places = self._places(batch)
        rounded = exact
        for decimals in set(places.unique().to_pylist()):
            rounded = pc.if_else(pc.equal(places, decimals), pc.round(exact, decimals, "half_towards_infinity"), rounded)
        shift = pc.max(pc.abs(pc.subtract(exact.cast(_NARROWER), rounded.cast(_NARROWER)))).as_py() or Decimal(0)
        source = self._mapped.columns[name]
        if shift > FLOAT_TOLERANCE:
            raise Rejected(
                "float_money",
                f"{self._file}: column '{source}' is floating point, and some values are no whole cents (off by {shift.normalize():f})",
                column=source,
            )
        count, worst = self._floats.get(source, (0, Decimal(0)))
        self._floats[source] = (count + len(array) - array.null_count, max(worst, shift))
        return rounded.cast(EXACT)

    def _places(self, batch: pa.RecordBatch) -> pa.Array:
        source = self._mapped.columns.get("currency")
        if source not in batch.schema.names:
            return pa.repeat(MINOR_UNITS.get(self._mapped.constants.get("currency", ""), 2), batch.num_rows)
        codes = pc.utf8_upper(pc.utf8_trim_whitespace(_plain(batch.column(source)).cast(pa.string())))
        found = pc.index_in(codes, pa.array(list(MINOR_UNITS)))
        return pc.fill_null(pa.array(list(MINOR_UNITS.values())).take(found), 2)

    def _cents(self, amounts: pa.Array) -> pa.Array:
        if self._mapped.unit == "units":
            return amounts
        # The same digits under a scale two larger: exactly a hundredth.
        return amounts.cast(pa.decimal128(38, 8)).view(EXACT)

    def _claims(self, batch: pa.RecordBatch) -> pa.Array:
        source = self._mapped.columns.get("status")
        if source not in batch.schema.names or "status" not in self._mapped.values:
            return pa.nulls(batch.num_rows, pa.string())
        return _plain(batch.column(source)).cast(pa.string())


def as_text(file: str, name: str, array: pa.Array) -> pa.Array:
    """The cells of a typed column as an export in CSV would have them; raises `Rejected` for a type that has no such form."""
    array = _plain(array)
    if pa.types.is_timestamp(array.type):
        return array.cast(pa.timestamp("s", array.type.tz), safe=False).cast(pa.string())
    if array.type == pa.float64():
        return _numbers(array)
    if _is_text(array.type) or any(is_such(array.type) for is_such in _WRITTEN):
        return array.cast(pa.string())
    raise Rejected("wrong_type", f"{file}: column '{name}' is {array.type}, expected text, a number, a day or a moment", column=name)


_WRITTEN = (pa.types.is_null, pa.types.is_boolean, pa.types.is_integer, pa.types.is_decimal, pa.types.is_date)


def too_large(file: str, column: str) -> Rejected:
    """The refusal of a column whose cells, once unpacked, do not fit."""
    return Rejected("too_large", f"{file}: column '{column}' unpacks to more than there is memory", column=column)


def _numbers(floats: pa.Array) -> pa.Array:
    """Floats as text: whole ones without decimals, amounts as the decimals they stand for; what is no number is empty."""
    known = pc.if_else(pc.is_nan(floats), pa.scalar(None, pa.float64()), floats)
    small = pc.less(pc.abs(known), 1e15)
    held = pc.if_else(small, known, pa.scalar(None, pa.float64()))
    exact = held.cast(EXACT)
    amounts = pc.round(exact, 4, "half_towards_infinity")
    stands = pc.less_equal(pc.abs(pc.subtract(exact.cast(_NARROWER), amounts.cast(_NARROWER))), pa.scalar(FLOAT_TOLERANCE))
    whole = pc.equal(held, pc.floor(held))
    as_whole = pc.if_else(whole, held, pa.scalar(None, pa.float64())).cast(pa.int64()).cast(pa.string())
    as_amount = pc.if_else(stands, amounts.cast(pa.decimal128(20, 4), safe=False), pa.scalar(None, pa.decimal128(20, 4))).cast(pa.string())
    return pc.coalesce(as_whole, as_amount, known.cast(pa.string()))


def translated(cells: pa.Array, words: Mapping[str, str]) -> pa.Array:
    """`cells` with the ones that `words` names replaced."""
    if not words:
        return cells
    found = pc.index_in(cells, pa.array(list(words), pa.string()))
    return pc.if_else(pc.is_valid(found), pa.array(list(words.values()), pa.string()).take(found), cells)


def side_by_side(arrays: list[pa.Array], rows: int) -> pa.Array:
    """One list per row of the cells that `arrays` hold for it."""
    width = len(arrays)
    if not width:
        return pa.nulls(rows, pa.list_(pa.string()))
    order = pa.array([row + place * rows for row in range(rows) for place in range(width)], pa.int64())
    offsets = pa.array(range(0, rows * width + 1, width), pa.int32())
    return pa.ListArray.from_arrays(offsets, pa.concat_arrays(arrays).take(order))


def _plain(array: pa.Array) -> pa.Array:
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def _is_text(kind: pa.DataType) -> bool:
    return any(is_text(kind) for is_text in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view))


_FITTING: dict[Kind, Callable[[pa.DataType], bool]] = {
    "text": _is_text,
    "money": lambda kind: pa.types.is_decimal(kind) or kind == pa.float64(),
    "number": lambda kind: pa.types.is_decimal(kind) or pa.types.is_integer(kind) or kind == pa.float64(),
    "date": lambda kind: pa.types.is_date(kind) or (pa.types.is_timestamp(kind) and kind.tz is None),
    "moment": lambda kind: pa.types.is_timestamp(kind) or pa.types.is_date(kind),
    "integer": lambda kind: pa.types.is_integer(kind) or kind == pa.float64(),
}


def _fits(kind: Kind, given: pa.DataType, mapped: TableMapping) -> bool:
    if mapped.declared and pa.types.is_integer(given) and kind in ("text", "money"):
        return True
    if kind == "money" and given == pa.float64():
        return mapped.money != "decimal"
    fits: bool = _FITTING[kind](given)
    return fits


def _finite(name: str, array: pa.Array, faults: _Faults) -> pa.Array:
    wild = pc.fill_null(pc.invert(pc.is_finite(array)), False)
    too_large = pc.fill_null(pc.greater_equal(pc.abs(array), 1e20), False)
    odd = pc.or_(wild, too_large)
    for row in pc.indices_nonzero(odd).to_pylist():
        faults.append((row, name, str(array[row].as_py()), None))
    return pc.if_else(odd, pa.scalar(None, array.type), array)


def _amounts(name: str, array: pa.Array, faults: _Faults) -> pa.Array:
    """Exact decimals as amounts; the ones that are too large, or have more decimals than any currency, become faults."""
    try:
        amounts = array.cast(MONEY)
        if (pc.max(pc.abs(amounts)).as_py() or 0) < LIMIT:
            return amounts
    except pa.ArrowInvalid:
        pass
    kept: list[Decimal | None] = []
    for row, value in enumerate(array.to_pylist()):
        fits = value is None or (abs(value) < LIMIT and value == round(Decimal(value), 4))
        kept.append(value if fits else None)
        if not fits:
            counted = round(Decimal(value), 10) if abs(value) < _COUNTABLE else None
            faults.append((row, name, f"{value:f}" if isinstance(value, Decimal) else str(value), counted))
    return pa.array(kept, MONEY)


def _whole(name: str, array: pa.Array, faults: _Faults) -> pa.Array:
    broken = pc.fill_null(pc.or_(pc.not_equal(array, pc.floor(array)), pc.greater(pc.abs(array), 2.0**53)), False)
    for row in pc.indices_nonzero(broken).to_pylist():
        faults.append((row, name, str(array[row].as_py()), None))
    return pc.if_else(broken, pa.scalar(None, array.type), array).cast(pa.int64())


def _listed(faults: _Faults, rows: int) -> pa.Array:
    if not faults:
        return pa.nulls(rows, FAULTS)
    by_row: dict[int, list[dict[str, str | Decimal | None]]] = {}
    for row, name, cell, value in faults:
        by_row.setdefault(row, []).append({"name": name, "cell": cell, "value": value})
    return pa.array([by_row.get(row) for row in range(rows)], FAULTS)
