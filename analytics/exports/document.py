"""A document as data: sections of sentences, figures, tables with typed cells and charts of those tables.

It is built once, and every renderer (`pdf`, `html`, `sheets`) shows the same cells; nothing in it knows how it will look.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from analytics.exports.shapes import Shape
from analytics.exports.stamp import Stamp
from analytics.money import exactly

Kind = Literal["text", "name", "amount", "percent", "days", "ratio", "count", "date"]
"""Of a cell: `text` is wrapped, `name` stays on one line; `percent` is of a fraction; `ratio` has two decimals."""

Value = str | Decimal | int | date | None
NUMBERS: frozenset[Kind] = frozenset(["amount", "percent", "days", "ratio", "count"])


@dataclass(frozen=True)
class Column:
    """A column of a table; a `summed` one has a total."""

    name: str
    kind: Kind = "text"
    summed: bool = False


@dataclass(frozen=True)
class Row:
    """Cells in the order of the columns. `kind`, where given, is that of every number in the row."""

    values: tuple[Value, ...]
    kind: Kind | None = None


@dataclass(frozen=True)
class Table:
    """Rows under typed columns; amounts are in `currency`. With a `total_label` the summed columns are added up below."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    currency: str = ""
    total_label: str | None = None
    note: str = ""
    whole: Row | None = None
    """The row below the others where it is known: of a list cut short it is not their sum."""

    def kind(self, row: Row, place: int) -> Kind:
        """What the cell of `row` at `place` is."""
        own = self.columns[place].kind
        return row.kind if row.kind is not None and own in NUMBERS else own

    def values(self, name: str) -> list[Value]:
        """The cells of the column called `name`, without the total."""
        place = [column.name for column in self.columns].index(name)
        return [row.values[place] for row in self.rows]

    @property
    def total(self) -> Row | None:
        """The row below the others: the label, and the exact sums of the summed columns."""
        if self.whole is not None or self.total_label is None:
            return self.whole
        sums = [_sum(row.values[place] for row in self.rows) if column.summed else "" for place, column in enumerate(self.columns)]
        return Row((self.total_label, *sums[1:]))


@dataclass(frozen=True)
class Chart:
    """A picture of columns of `table`: `series` over the cells of the column `across`.

    `stacked` bars have a layer per series; in `ages` each bar has its own colour, not due to very late; a `range` has bars of the
    first series with the second and third as its low and high end; a `bridge` leads from the first row to the last by steps.
    """

    shape: Literal["stacked", "ages", "line", "range", "bridge"]
    title: str
    table: Table
    across: str
    series: tuple[str, ...]


@dataclass(frozen=True)
class Picture:
    """A chart already drawn: shapes on a sheet as wide as every chart's and `height` points high, and what they show, in words."""

    shapes: tuple[Shape, ...]
    words: str
    height: float


@dataclass(frozen=True)
class Figure:
    """A headline of the cover."""

    name: str
    value: Value
    kind: Kind
    note: str = ""


@dataclass(frozen=True)
class Figures:
    """Headlines side by side; amounts are in `currency`."""

    currency: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Sentence:
    """A paragraph; a `warning` is something the reader must not overlook."""

    text: str
    warning: bool = False


Block = Sentence | Figures | Table | Chart | Picture


@dataclass(frozen=True)
class Section:
    """Blocks under a heading. A `chapter` begins on a new page."""

    heading: str
    blocks: tuple[Block, ...]
    chapter: bool = False


@dataclass(frozen=True)
class Document:
    """A whole document: what it is called, whom it is for or of, its sections, its stamp, and who signs below the first section."""

    title: str
    addressed: tuple[str, ...]
    """Lines under the title."""
    sections: tuple[Section, ...]
    stamp: Stamp
    signatures: tuple[str, ...] = ()

    def written_at(self, moment: datetime) -> Document:
        """The same document, stamped with the moment at which it is written."""
        return replace(self, stamp=replace(self.stamp, exported_at=moment))

    def tables(self) -> list[Table]:
        """Every table, in reading order."""
        return [block for section in self.sections for block in section.blocks if isinstance(block, Table)]


def _sum(values: Iterable[Value]) -> Decimal | int:
    with exactly():
        return sum((value for value in values if isinstance(value, Decimal | int)), 0)
