"""What the sections of a document are made of: rows of reports, tables that tie to their whole, words for counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd

from analytics.exports.cells import columns
from analytics.exports.document import Column, Row, Table
from analytics.money import minor_unit
from analytics.scope import Scope

ZERO = Decimal(0)
ROUNDING = "Rounding"
DIFFERENCE = "Unexplained difference"


def rows_of(frame: pd.DataFrame, currency: str | None = None) -> list[dict[str, Any]]:
    """The rows of a report's frame; of one currency where it is named."""
    native = columns(frame)
    rows = [dict(zip(native, cells, strict=True)) for cells in zip(*native.values(), strict=True)]
    return [row for row in rows if currency is None or row["currency"] == currency]


def of_currency(scope: Scope, currency: str) -> Scope:
    """`scope`, or the part of it in one currency where several are kept apart."""
    return scope if scope.currency is not None else scope.narrowed("currency", currency)


def amounts(names: Iterable[str], *, summed: bool = True) -> tuple[Column, ...]:
    """Columns of amounts."""
    return tuple(Column(name, "amount", summed) for name in names)


def tied(table: Table, whole: Sequence[Decimal | int | None], rest: str = ROUNDING) -> Table:
    """`table` with one more row, called `rest`, of what its summed columns lack of `whole`; none where they lack nothing.

    Amounts converted and rounded each on their own may miss their sum by some cents; a list cut short misses more. `whole` has
    a value for every column; None is left empty. Only amounts count: shares have more digits than can be written.
    More than a coin a row is no rounding, and not called so.
    """
    sums = replace(table, total_label=rest).total
    assert sums is not None
    beside = zip(whole[1:], sums.values[1:], strict=True)
    lacking = tuple("" if known is None or not isinstance(summed, Decimal | int) else known - summed for known, summed in beside)
    cells = zip(table.columns[1:], lacking, strict=True)
    missed = [abs(cell) for column, cell in cells if column.kind == "amount" and isinstance(cell, Decimal) and cell]
    if rest == ROUNDING and any(amount > len(table.rows) * _coin(table.currency) for amount in missed):
        rest = DIFFERENCE
    return replace(table, rows=(*table.rows, Row((rest, *lacking)))) if missed else table


def _coin(currency: str) -> Decimal:
    """The smallest amount of `currency`."""
    return Decimal(1).scaleb(-minor_unit(currency))
