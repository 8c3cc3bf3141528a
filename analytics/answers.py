"""An answer of the command line, and how it is written: as JSON, CSV, Parquet, a workbook or a table for people.

In JSON every amount and ratio is text with its exact digits, every date is `YYYY-MM-DD`, an undefined figure is null.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from analytics.errors import Refused, UsageError
from analytics.exports import to_csv, to_parquet, to_xlsx
from analytics.exports.cells import columns
from analytics.money import minor_unit, rounded_to

RATIOS = frozenset(
    [
        *("overdue_share", "dso", "dso_average", "dso_countback_monthly", "dso_countback_daily", "dso_best_possible"),
        *("add", "cei", "turnover", "days_to_pay", "settled_late"),
        *("p_paid_7", "p_paid_30", "p_paid_60", "p_paid_90", "p_late_0", "p_late_30", "p_never"),
        *(f"{error}{end}" for error in ("wape", "error_30", "error_60", "error_90") for end in ("", "_lo", "_hi")),
        *("bias", "coverage80", "coverage90", "said", "happened", "error", "error_median", "late_auc"),
        *("rate", "share", "hhi"),
    ]
)
"""Decimal columns that are no amounts: they have 4 decimals, whatever the currency. `days_late` is one where it is a decimal, as are
the `paid_<days>` of a cohort."""


@dataclass(frozen=True)
class Answer:
    """`document` is what JSON shows; `frame` is its main table, which the other formats show."""

    document: dict[str, Any]
    frame: pd.DataFrame
    refused: bool = False
    """True where the answer itself says no (exit status 1)."""


def records(frame: pd.DataFrame, currency: str | None = None) -> list[dict[str, Any]]:
    """The rows of `frame` as JSON values; amounts have the digits of their row's `currency`, or of the one given."""
    native = columns(frame)
    rows = [dict(zip(native, cells, strict=True)) for cells in zip(*native.values(), strict=True)]
    return [{name: plain(value, name, row.get("currency") or currency) for name, value in row.items()} for row in rows]


def plain(value: Any, name: str = "", currency: str | None = None) -> Any:
    """`value` as JSON shows it."""
    if isinstance(value, Decimal):
        if name in RATIOS or name == "days_late" or name.startswith("paid_"):
            return str(rounded_to(value, 4))
        return amount_text(value, currency) if currency else f"{value.normalize():f}"
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value


def amount_text(amount: Decimal, currency: str) -> str:
    """`amount` with the digits of `currency`: `1234.50`."""
    return f"{rounded_to(amount, minor_unit(currency)):f}"


def write(answer: Answer, style: str, out: Path | None, say: Callable[[str], None]) -> None:
    """Writes `answer` in `style` into the file `out`, or to `say` (standard output) for the styles that are text."""
    content = STYLES[style](answer)
    if out is not None:
        try:
            out.write_bytes(content)
        except OSError as problem:
            raise Refused(f"{out} cannot be written: {problem.strerror}") from problem
    elif style in ("parquet", "xlsx"):
        raise UsageError(f"--format {style} needs --out FILE")
    else:
        say(content.decode())


def _json(answer: Answer) -> bytes:
    return json.dumps(answer.document, ensure_ascii=False, indent=2).encode()


def _csv(answer: Answer) -> bytes:
    return to_csv(_with_plain_amounts(answer.frame))


def _table(answer: Answer) -> bytes:
    if answer.frame.empty:
        return b"nothing to show"
    shown = pd.DataFrame(records(answer.frame))
    return shown.to_string(index=False, na_rep="").encode()


def _parquet(answer: Answer) -> bytes:
    return to_parquet(answer.frame)


def _xlsx(answer: Answer) -> bytes:
    return to_xlsx(_with_plain_amounts(answer.frame))


def _with_plain_amounts(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with the digits of each row's currency in its decimals, exact numbers still."""
    rows = records(frame)
    kinds = {name: isinstance(kind, pd.ArrowDtype) and pa.types.is_decimal(kind.pyarrow_dtype) for name, kind in frame.dtypes.items()}
    cells = {
        name: [None if row[name] is None else Decimal(row[name]) for row in rows] if kinds[name] else frame[name] for name in frame.columns
    }
    return pd.DataFrame(cells)


STYLES: dict[str, Callable[[Answer], bytes]] = {"table": _table, "json": _json, "csv": _csv, "parquet": _parquet, "xlsx": _xlsx}
