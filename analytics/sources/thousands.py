"""Amounts that a person may have meant a thousand times larger: `1.250` with a point that parts thousands, not decimals."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from analytics.money import MINOR_UNITS
from analytics.sources.mapping import TableMapping
from analytics.sources.problems import Problem

_THREE_DIGITS = r"^[+-]?[0-9]{1,3}\.[0-9]{3}$"
_IN_THOUSANDTHS = pa.array([code for code, places in MINOR_UNITS.items() if places > 2])


class Doubt:
    """The columns of amounts of one file in which every point, so far, has three digits after it; nothing is said of a mapped file."""

    def __init__(self, mapped: TableMapping) -> None:
        money = [] if mapped.declared else [column.name for column in mapped.table.columns if column.kind == "money"]
        self._found: dict[str, tuple[int, str, int]] = dict.fromkeys(money, (0, "", 0))
        """Column -> how many such amounts, the first of them, and its line."""

    def look(self, batch: pa.RecordBatch) -> None:
        """Takes rows of texts into account; a column is out of doubt with the first point that has another place."""
        for name in list(self._found):
            cells = pc.fill_null(batch[name], "")
            if "currency" in batch.schema.names:
                code = pc.utf8_upper(pc.utf8_trim_whitespace(batch["currency"]))
                cells = pc.if_else(pc.fill_null(pc.is_in(code, _IN_THOUSANDTHS), False), "", cells)
            alike = pc.match_substring_regex(cells, _THREE_DIGITS)
            if pc.any(pc.and_not(pc.match_substring(cells, "."), alike)).as_py():
                del self._found[name]
                continue
            count, first, line = self._found[name]
            at = pc.index(alike, True).as_py()
            if not count and at >= 0:
                first, line = cells[at].as_py(), batch["row"][at].as_py()
            self._found[name] = (count + pc.sum(alike).as_py(), first, line)

    def problems(self, file: str) -> Iterator[Problem]:
        """A warning for each column that is left in doubt."""
        for name, (count, first, line) in self._found.items():
            if count > 1:
                sentence = (
                    f"{file} line {line}: all {count:,} amounts of '{name}' that have a point have three digits after it, like {first}, "
                    "and were read as decimals; if the point parts thousands, set decimal and thousands in a mapping"
                )
                yield Problem("doubtful_point", "warn", sentence, line, name)
