"""Mapping files: how a source's columns, dates, numbers and words become the canonical tables. Nothing is guessed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from analytics.errors import UsageError
from analytics.schema import TABLES, Table
from analytics.sources.keep import Combination, Condition, parse

LINE = "#line"
"""Stands for a column that holds the number of the row, for sources whose rows have no id of their own."""

SIGNS = ("positive", "signed", "reversed")
SIGNED = {"invoices": ("credit_note", ("total", "subtotal", "tax")), "payments": ("refund", ("amount",))}
"""The tables whose amounts a source may sign: what a negative one is, and its amounts."""

CUSTOMERS_OWN = ("segment", "region", "country", "sales_rep", "collector")
"""What belongs to a customer, though a source may repeat it on every document."""

_DIRECTIVES = {
    "%Y": r"[0-9]{4}",
    "%y": r"[0-9]{2}",
    "%m": r"[0-9]{1,2}",
    "%d": r"[0-9]{1,2}",
    "%b": r"[A-Za-z]{3}",
    "%B": r"[A-Za-z]{3,9}",
    "%H": r"[0-9]{1,2}",
    "%M": r"[0-9]{1,2}",
    "%S": r"[0-9]{1,2}",
    "%f": r"[0-9]{1,6}",
    "%p": r"[AaPp][Mm]",
    "%I": r"[0-9]{1,2}",
    "%%": "%",
}
"""The directives a date format may use, each with what it matches."""

_PARTS_OF_A_DAY = {"day": {"%d"}, "month": {"%m", "%b", "%B"}, "year": {"%Y", "%y"}}
_TEXT_KEYS = {"file", "date", "decimal", "thousands", "delimiter", "quote", "encoding", "sheet", "unit", "sign", "money", "keep"}
_KEYS = _TEXT_KEYS | {"skip_rows", "columns", "constants", "values"}


@dataclass(frozen=True)
class TableMapping:
    """How one canonical table is read from one kind of file.

    `file`: a name, or a pattern with * and ?; None is `<table>.<ext>`. `columns`: canonical name -> the file's.
    `values`: canonical name -> (cell -> canonical value). `declared`: a person wrote it, it is not the canonical form itself.
    `sign`: `signed` where a negative invoice is a credit note and a negative payment a refund; `reversed` where the signs are turned
    round beside that. `open_end`: the last line may lack its line end, as long as all of its fields are there.
    """

    table: Table
    columns: MappingType[str, str]
    file: str | None = None
    date: str | None = None
    decimal: str = "."
    thousands: str = ""
    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    skip_rows: int = 0
    sheet: str | None = None
    unit: str = "units"
    sign: str = "positive"
    money: str | None = None
    constants: MappingType[str, str] = field(default_factory=dict)
    values: MappingType[str, MappingType[str, str]] = field(default_factory=dict)
    keep: str | None = None
    declared: bool = False
    open_end: bool = False

    @property
    def condition(self) -> Condition | None:
        """`keep`, parsed."""
        return parse(self.keep) if self.keep else None

    @property
    def others(self) -> tuple[str, ...]:
        """The columns of the file that only `keep` looks at, sorted."""
        return tuple(sorted(self.condition.columns - set(self.table.names))) if self.condition else ()

    @property
    def names(self) -> frozenset[str]:
        """The columns of the file that this mapping names."""
        return (frozenset(self.columns.values()) | frozenset(self.others)) - {LINE}


@dataclass(frozen=True)
class Mapping:
    """A mapping file: its name and a `TableMapping` for each table it speaks of."""

    name: str
    tables: MappingType[str, TableMapping]


def canonical(table: Table) -> TableMapping:
    """The mapping of a file that is canonical already."""
    return TableMapping(table, {name: name for name in table.names})


def read(path: Path) -> Mapping:
    """The mapping file at `path`; raises `UsageError` with what is wrong in it."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise UsageError(f"there is no mapping file {path}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise UsageError(f"{path.name} is not a TOML file: {problem}") from None
    name = content.pop("name", path.stem)
    unknown = [key for key in content if key not in TABLES or not isinstance(content[key], dict)]
    if unknown or not content:
        raise UsageError(f"{path.name}: '{', '.join(unknown)}' is not one of the tables {', '.join(TABLES)}")
    return Mapping(str(name), {key: _table(path.name, TABLES[key], content[key]) for key in content})


def date_pattern(text: str) -> str:
    """The regular expression that cells of the date format `text` match; raises `UsageError` for an unknown directive."""
    parts = re.split(r"(%.)", text)
    unknown = [part for part in parts if part.startswith("%") and part not in _DIRECTIVES]
    if unknown or "%" not in text:
        raise UsageError(f"date format '{text}' must be made of {', '.join(_DIRECTIVES)}")
    lacking = [word for word, directives in _PARTS_OF_A_DAY.items() if not directives & set(parts)]
    if lacking:
        raise UsageError(f"date format '{text}' lacks the {' and the '.join(lacking)}")
    return "".join(_DIRECTIVES.get(part, re.escape(part)) for part in parts)


def _table(where: str, table: Table, content: dict[str, Any]) -> TableMapping:
    place = f"{where} [{table.name}]"
    for key, value in content.items():
        if key not in _KEYS:
            raise UsageError(f"{place}: '{key}' is not one of {', '.join(sorted(_KEYS))}")
        if key in _TEXT_KEYS and not isinstance(value, str):
            raise UsageError(f"{place}: {key} must be text in quotes")
    mapped = TableMapping(
        table,
        **{
            **content,
            "columns": _columns(place, table, content.get("columns", {})),
            "constants": _texts(place, "constants", content.get("constants", {})),
            "values": _values(place, content.get("values", {})),
        },
        declared=True,
    )
    _check(place, mapped)
    return mapped


def _columns(place: str, table: Table, pairs: object) -> dict[str, str]:
    """A document has what it takes from its customer not itself: such a column is left to be reported as ignored."""
    foreign = set(CUSTOMERS_OWN) - set(table.names)
    return {name: source for name, source in _texts(place, "columns", pairs).items() if name not in foreign}


def _values(place: str, columns: object) -> dict[str, dict[str, str]]:
    if not isinstance(columns, dict):
        raise UsageError(f'{place}: values must be pairs per column, like {{ status = {{ Paid = "posted" }} }}')
    return {name: _texts(place, f"values.{name}", pairs) for name, pairs in columns.items()}


def _texts(place: str, key: str, pairs: object) -> dict[str, str]:
    if not isinstance(pairs, dict) or not all(isinstance(value, str) for value in pairs.values()):
        raise UsageError(f'{place}: {key} must be pairs of texts, like {{ currency = "USD" }}')
    return pairs


def _check(place: str, mapped: TableMapping) -> None:
    table = mapped.table
    for name in (*mapped.columns, *mapped.constants, *mapped.values):
        if name not in table.names:
            raise UsageError(f"{place}: '{name}' is not a column of {table.name} ({', '.join(table.names)})")
    for column in table.columns:
        if column.required and column.name not in {*mapped.columns, *mapped.constants}:
            raise UsageError(f"{place}: {column.name} is required; name its column, or give it a constant")
    twice = sorted(set(mapped.columns) & set(mapped.constants))
    if twice:
        raise UsageError(f"{place}: {twice[0]} has both a column and a constant; give one")
    if mapped.date is not None:
        date_pattern(mapped.date)
    _check_marks(place, mapped)
    if mapped.condition:
        _check_keep(place, mapped.condition, table)


def _check_keep(place: str, condition: Condition, table: Table) -> None:
    if isinstance(condition, Combination):
        for part in condition.parts:
            _check_keep(place, part, table)
        return
    column = next((column for column in table.columns if column.name == condition.column), None)
    is_number = column is not None and column.kind in ("money", "number", "integer")
    if isinstance(condition.value, Decimal) and not is_number:
        raise UsageError(f"{place}: keep compares {condition.column}, which is no number, with {condition.value}; put it in quotes")
    if is_number and isinstance(condition.value, str) and condition.value:
        raise UsageError(f"{place}: keep compares {condition.column} with text; give a number, or '' for an empty cell")


def _check_marks(place: str, mapped: TableMapping) -> None:
    for key, value, least in (("delimiter", mapped.delimiter, 1), ("quote", mapped.quote, 0), ("decimal", mapped.decimal, 1)):
        if not least <= len(value) <= 1 or not value.isascii() or (value and value in "\r\n\0"):
            raise UsageError(f"{place}: {key} must be one character, not '{value}'")
    if len(mapped.thousands) > 1 or mapped.thousands == mapped.decimal or (mapped.thousands or "x").isdigit():
        raise UsageError(f"{place}: thousands must be one character, other than the decimal mark")
    if mapped.delimiter == mapped.quote:
        raise UsageError(f"{place}: delimiter and quote cannot be the same")
    if mapped.unit not in ("units", "cents"):
        raise UsageError(f"{place}: unit '{mapped.unit}' is not one of units, cents")
    if mapped.sign not in SIGNS:
        raise UsageError(f"{place}: sign '{mapped.sign}' is not one of {', '.join(SIGNS)}")
    if mapped.sign != "positive" and mapped.table.name not in SIGNED:
        raise UsageError(f"{place}: sign is for {' and '.join(SIGNED)} only")
    if mapped.money not in (None, "decimal", "float"):
        raise UsageError(f"{place}: money '{mapped.money}' is not one of decimal, float")
    if not isinstance(mapped.skip_rows, int) or isinstance(mapped.skip_rows, bool) or mapped.skip_rows < 0:
        raise UsageError(f"{place}: skip_rows must be a whole number from 0")
    try:
        "".encode(mapped.encoding)
    except (LookupError, UnicodeError):
        raise UsageError(f"{place}: '{mapped.encoding}' is not an encoding, like utf-8 or cp1252") from None
