"""Tables: what a column means decides how it is written and aligned; amounts carry their currency's decimals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler
from streamlit.elements import arrow
from streamlit.elements.lib.pandas_styler_utils import marshall_styler
from streamlit.proto.ArrowData_pb2 import ArrowData

from analytics.exports import document
from analytics.money import rounded_to
from analytics.settings import Settings
from pages.ui import cells
from pages.ui import format as write
from pages.ui import shown as noted

Kind = Literal["text", "right", "money", "days", "ratio", "percent", "share", "chance", "count", "date", "mix", "flag", "verdict"]
BARS: tuple[Kind, ...] = ("share", "chance")
KEPT = 1024
"""Tables that stay as they were written."""
VERDICTS = {"accept": "green", "warn": "yellow", "quarantine": "orange", "reject": "red"}
"""What is said of rows and files, and in which colour of the theme."""
TO_THE_RIGHT = "\u061c\u200e"
"""Two marks that nobody sees: a table aligns a header as its first letter is read, so above numbers it begins from the right."""
ROW = 31
"""The height of a row in pixels, at the theme's font size."""


@dataclass(frozen=True)
class Column:
    """How a column is shown; `width` is in pixels or a word of Streamlit's."""

    label: str
    kind: Kind = "text"
    width: int | Literal["small", "medium", "large"] | None = None
    help: str | None = None


def table(
    frame: pd.DataFrame,
    columns: Mapping[str, Column],
    *,
    key: str,
    alt: str,
    currency: str | None = None,
    totals: Mapping[str, Decimal | int | str] | None = None,
    rows: int | None = None,
    on_pick: Callable[[int], None] | None = None,
) -> None:
    """`columns` of `frame`, and a row of `totals` (of one currency) that says so; `on_pick` gets the number of the row chosen.

    Amounts of one `currency` are numbers; without it each is written with the decimals of its row's `currency`.
    """
    if totals is not None:
        totals = {next(iter(columns)): "Total", **totals}
    noted.part(lambda: _as_document(frame, columns, currency=currency, totals=totals))
    frame, columns = _with_bars_apart(frame, columns)
    if totals is not None:
        frame, columns = _with_words_first(frame, columns)
    shown = {name: _values(frame, name, column.kind, currency) for name, column in columns.items()}
    if totals is not None:
        shown = {name: [*values, _total(totals.get(name), columns[name].kind)] for name, values in shown.items()}
    options: dict[str, Any] = {}
    if on_pick is not None:
        options = {"on_select": lambda: _picked(key, len(frame), on_pick), "selection_mode": "single-row"}
    place = st if on_pick is None else st.container(key=f"picks_{key}")  # by this key a click on any cell finds its row's box
    place.dataframe(
        _styled(shown, columns, currency),
        key=key,
        alt=alt,
        hide_index=True,
        placeholder="",
        height="auto" if rows is None else (rows + 1) * ROW + 3,
        column_config={name: _config(column, currency, shown[name]) for name, column in columns.items()},
        **options,
    )


@dataclass(frozen=True)
class _Written:
    """All that decides how a table is written."""

    values: Mapping[str, list[Any]]
    kinds: tuple[Kind, ...]
    currency: str | None
    settings: Settings

    def style(self) -> Styler:
        """The table with its amounts and days written by the rule of the pages; they sort as the numbers that they are."""
        rules: dict[Kind, Callable[[Any], str]] = {
            "days": lambda value: write.late(int(value)),
            "percent": lambda value: write.percent(Decimal(str(value)) / 100),
            "ratio": lambda value: write.number(Decimal(str(value)), 1),
            "count": lambda value: write.count(int(value)),
        }
        rules |= dict.fromkeys(BARS, rules["percent"])
        if (currency := self.currency) is not None:
            rules["money"] = lambda value: write.money(Decimal(str(value)), currency)
        named = zip(self.values, self.kinds, strict=True)
        return Styler(pd.DataFrame(self.values)).format({name: rules[kind] for name, kind in named if kind in rules}, na_rep="")


def _styled(shown: Mapping[str, list[Any]], columns: Mapping[str, Column], currency: str | None) -> Styler:
    style = Styler(pd.DataFrame(shown))
    style.message = _message(_Written(shown, tuple(column.kind for column in columns.values()), currency, write.followed()))
    return style


# Streamlit writes each cell of a table anew in each run, a third of the time of a page: here a table is written once.
@st.cache_resource(max_entries=KEPT, show_spinner=False, hash_funcs={_Written: repr})
def _message(table: _Written) -> ArrowData:
    message = ArrowData()
    marshall_styler(message, table.style(), "")
    return message


def _fill(message: ArrowData, style: Styler, _: str) -> None:
    message.CopyFrom(style.message)


arrow.marshall_styler = _fill


def prose(frame: pd.DataFrame, *, alt: str) -> None:
    """A small table whose sentences wrap; cells are text, never markup."""
    noted.part(lambda: _as_document(frame, {name: Column(str(name)) for name in frame}))
    escaped = {name: [write.plain("" if value is None else value) for value in cells.column(frame, name)] for name in frame}
    st.table(pd.DataFrame(escaped), border="horizontal", hide_index=True, alt=alt)


def _with_bars_apart(frame: pd.DataFrame, columns: Mapping[str, Column]) -> tuple[pd.DataFrame, Mapping[str, Column]]:
    """A bar writes its own number, with a point; where decimals have a comma, the number has a column before a silent bar."""
    if _bars_write():
        return frame, columns
    apart: dict[str, Column] = {}
    for name, column in columns.items():
        apart[name] = replace(column, kind="percent", width=85) if column.kind in BARS else column
        if column.kind in BARS:
            bar = f"{name}_bar"
            apart[bar], frame = replace(column, label=" ", width=50), frame.assign(**{bar: frame[name]})
    return frame, apart


def _with_words_first(frame: pd.DataFrame, columns: Mapping[str, Column]) -> tuple[pd.DataFrame, Mapping[str, Column]]:
    """A column of days has no room for a word: above a total the first one is written as text."""
    first, column = next(iter(columns.items()))
    if column.kind != "date":
        return frame, columns
    written = [write.day(day) for day in cells.column(frame, first)]
    return frame.assign(**{first: written}), {**columns, first: replace(column, kind="text")}


def _bars_write() -> bool:
    return write.separators().startswith(".")


def _as_document(
    frame: pd.DataFrame,
    columns: Mapping[str, Column],
    *,
    currency: str | None = None,
    totals: Mapping[str, Decimal | int | str] | None = None,
) -> document.Table:
    """The table as a document has it: the same rows and columns, but for bars inside cells."""
    kept = {name: column for name, column in columns.items() if column.kind != "mix"}
    kinds: dict[Kind, document.Kind] = {
        "text": "text",
        "flag": "text",
        "verdict": "text",
        "date": "date",
        "count": "count",
        "share": "percent",
    }
    kinds |= {"chance": "percent", "percent": "percent"}
    values = {name: _exact(frame, name, column.kind, currency) for name, column in kept.items()}
    on_paper = [[_on_paper(value, column.kind, currency) for value in values[name]] for name, column in kept.items()]
    whole = [_on_paper((totals or {}).get(name), column.kind, currency) for name, column in kept.items()]
    return document.Table(
        "",
        tuple(document.Column(column.label, kinds.get(column.kind, "amount")) for column in kept.values()),
        tuple(document.Row(row) for row in zip(*on_paper, strict=True)),
        currency or "",
        whole=None if totals is None else document.Row(tuple(whole)),
    )


def _exact(frame: pd.DataFrame, name: str, kind: Kind, currency: str | None) -> list[Any]:
    """The values of a column as the report has them; amounts of several currencies as they are written."""
    return _values(frame, name, kind, currency) if kind == "flag" or (kind == "money" and currency is None) else cells.column(frame, name)


def _on_paper(value: Any, kind: Kind, currency: str | None) -> document.Value:
    """A cell as it reads on the screen, empty where it is empty there."""
    if value is None:
        return ""
    if isinstance(value, str) or kind in ("date", "share", "chance", "percent"):
        return value if isinstance(value, str | date | Decimal | int) else Decimal(str(value))
    if kind == "days":
        return write.late(int(value))
    if kind == "ratio":
        return write.number(value, 1)
    if kind == "money" and currency is not None:
        return write.money(value, currency)
    return value if kind == "count" else str(value)


def _picked(key: str, size: int, on_pick: Callable[[int], None]) -> None:
    rows = st.session_state[key].selection.rows
    if rows and rows[0] < size:
        on_pick(rows[0])


def _total(value: Decimal | int | str | None, kind: Kind) -> Any:
    if kind == "percent" and isinstance(value, Decimal):
        return float(value * 100)
    return float(value) if kind in ("money", "ratio") and isinstance(value, Decimal) else value


def _values(frame: pd.DataFrame, name: str, kind: Kind, currency: str | None) -> list[Any]:
    values = cells.column(frame, name)
    if kind in BARS:  # as they are written: the browser would round half to even, or down
        return [None if value is None else float(rounded_to(Fraction(value) * 100, 1)) for value in values]
    if kind == "percent":
        return [None if value is None else float(value * 100) for value in values]
    if kind == "verdict":
        return [[value] for value in values]
    if kind == "flag":
        return ["yes" if value else "" for value in values]
    if kind != "money":
        return values
    if currency is not None:
        return [None if value is None else float(value) for value in values]
    return [None if value is None else write.amount(value, code) for value, code in zip(values, frame["currency"], strict=True)]


def _config(column: Column, currency: str | None, values: list[Any]) -> Any:
    given: dict[str, Any] = {"width": column.width, "help": column.help}
    match column.kind:
        case "money" | "days" | "ratio" | "percent" | "count" if column.kind != "money" or currency is not None:
            return st.column_config.NumberColumn(TO_THE_RIGHT + column.label, **given)
        case "money" | "right":
            return st.column_config.TextColumn(TO_THE_RIGHT + column.label, alignment="right", **given)
        case "verdict":
            return st.column_config.MultiselectColumn(column.label, options=list(VERDICTS), color=list(VERDICTS.values()), **given)
        case "share" | "chance":
            longest = 100.0 if column.kind == "chance" else max((value for value in values if value is not None), default=0.0) or 100.0
            said = "%.1f%%" if _bars_write() else " "
            return st.column_config.ProgressColumn(column.label, format=said, min_value=0, max_value=longest, **given)
        case "date":
            return st.column_config.DateColumn(column.label, format=write.day_pattern(), **given)
        case "mix":
            return st.column_config.BarChartColumn(column.label, y_min=0, **given)
        case _:
            return st.column_config.TextColumn(column.label, **given)
