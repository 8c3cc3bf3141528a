"""Any figure by any two words: the same sums as everywhere, cut by a row and a column, with totals made of sums and never of ratios.

A cell says what `kpis` says of the same population, day and period. Words are the filter columns, `customer`, `bucket` (of what is
open), and `month` or `week`: then every row or column is asked at its own end. What came in or was billed counts from one end to the
next; the DSO family looks back `days` from each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import pandas as pd

from analytics import buckets, dates, dso
from analytics.errors import UsageError
from analytics.frames import Kind, frame_of
from analytics.money import exactly, rounded, rounded_to
from analytics.scope import Scope
from analytics.store import Store, planner
from analytics.store.grouping import GROUPS
from analytics.store.population import parameters
from analytics.store.settlements import settled

Sums = Mapping[str, Decimal]
Over = Literal["balance", "period", "trailing"]
Unit = Literal["amount", "share", "days", "count"]
ZERO = Decimal(0)
WORDS = ("customer", "segment", "region", "country", "sales_rep", "collector", "entity")
"""What rows and columns can be, beside `BUCKET` and `SPANS`."""

BUCKET = "bucket"
SPANS: dict[str, int] = {"month": 12, "week": 26}
"""Words of time, and how many ends are shown: the last complete ones by the as-of day."""

MOST_COLUMNS = 30
LABELS = buckets.labels(buckets.DEFAULT_EDGES)
BUCKETS = tuple(f"bucket_{place}" for place in range(len(LABELS)))


@dataclass(frozen=True)
class Measure:
    """A figure: how it is written, over which time it goes, which sums it asks for and is ranked by, and how it is made of them."""

    unit: Unit
    over: Over
    asks: tuple[str, ...]
    weight: str
    figure: Callable[[Sums, int], Decimal | Fraction | None]


MEASURES: dict[str, Measure] = {
    "open": Measure("amount", "balance", ("balances",), "open", lambda of, _: of["open"]),
    "overdue": Measure("amount", "balance", ("balances",), "overdue", lambda of, _: of["overdue"]),
    "overdue_share": Measure("share", "balance", ("balances",), "open", lambda of, _: dso.weighted(of["overdue"], of["open"])),
    "items": Measure("count", "balance", ("balances",), "items", lambda of, _: of["items"]),
    "unapplied": Measure("amount", "balance", ("unapplied",), "unapplied", lambda of, _: of["unapplied"]),
    "net": Measure("amount", "balance", ("balances", "unapplied"), "open", lambda of, _: of["open"] - of["unapplied"]),
    "sales": Measure("amount", "period", ("sales",), "sales", lambda of, _: of["sales"]),
    "receipts": Measure("amount", "period", ("receipts",), "receipts", lambda of, _: of["receipts"]),
    "dso": Measure("days", "trailing", ("balances", "sales"), "open", lambda of, days: dso.simple(of["open"], of["sales"], days)),
    "dso_best_possible": Measure(
        "days", "trailing", ("balances", "sales"), "open", lambda of, days: dso.simple(of["open"] - of["overdue"], of["sales"], days)
    ),
    "add": Measure("days", "trailing", ("balances", "sales"), "overdue", lambda of, days: dso.simple(of["overdue"], of["sales"], days)),
    "days_to_pay": Measure("days", "period", ("paid",), "paid", lambda of, _: dso.weighted(of["days_to_pay"], of["paid"])),
    "days_late": Measure("days", "period", ("paid",), "paid", lambda of, _: dso.weighted(of["days_late"], of["paid"])),
}


@dataclass(frozen=True)
class Pivot:
    """The table: `frame` has `line` (`value`, `others` or `total`), the row's word, a column per name of `columns`, and `total`.

    A cell is an amount in `currency`, a number, a fraction or days with 4 decimals; null where it is undefined.
    """

    frame: pd.DataFrame
    columns: tuple[str, ...]
    currency: str | None
    hidden: int
    """How many smaller rows are added up in the line `others`."""


@dataclass(frozen=True)
class _Point:
    """When a cell is asked: its name where time is an axis, the day after which the period starts, and the day it ends."""

    name: str | None
    start: date
    end: date


Cells = dict[tuple[Any, Any], dict[str, Decimal]]


def table(
    store: Store, scope: Scope, *, measure: str = "open", rows: str = "segment", columns: str | None = None, days: int = 90, size: int = 100
) -> Pivot:
    """`measure` by `rows` and `columns`: the `size` largest rows, the others in one line, and the total of all.

    The scope must come down to one currency: convert, or filter `currency`. Time runs forward and buckets by age; other rows and
    columns come by size. With time as an axis balances have no total over it.
    """
    _check(measure, rows, columns, days, size)
    scope, chosen = store.resolve(scope), MEASURES[measure]
    axes = [word for word in (rows, columns) if word is not None]
    points = _points(scope, axes, days, chosen.over)
    with exactly():
        kept = _largest(store, scope, chosen, points, rows, size)
        cells, currencies = _cells(store, kept.scope, chosen, points, rows, columns)
        if kept.narrowed:
            every, more = _cells(store, scope, chosen, points, None, columns)
            currencies |= more
        else:
            every = _added(cells, lambda place: (None, place[1]))
        if len(currencies) > 1:
            raise UsageError("amounts of several currencies cannot be added: convert them, or filter one currency")
        return _shaped(store, _Shape(measure, rows, columns, days, next(iter(currencies), None), kept.hidden), cells, every, points)


@dataclass(frozen=True)
class _Kept:
    """The scope of the rows that are shown, and how many are not."""

    scope: Scope
    hidden: int = 0

    @property
    def narrowed(self) -> bool:
        return self.hidden > 0


@dataclass(frozen=True)
class _Shape:
    measure: str
    rows: str
    columns: str | None
    days: int
    currency: str | None
    hidden: int


def _check(measure: str, rows: str, columns: str | None, days: int, size: int) -> None:
    if measure not in MEASURES:
        raise UsageError(f"'{measure}' is not one of {', '.join(MEASURES)}")
    for word in (rows, columns):
        if word is not None and word not in (*WORDS, BUCKET, *SPANS):
            raise UsageError(f"'{word}' is not one of {', '.join((*WORDS, BUCKET, *SPANS))}")
    if rows == columns or (rows in SPANS and columns in SPANS):
        raise UsageError(f"rows and columns are both {rows}: choose two words")
    if columns == "customer":
        raise UsageError("customers are too many for columns: put them in the rows")
    if BUCKET in (rows, columns) and measure != "open":
        raise UsageError(f"only what is open lies in buckets, {measure} does not")
    if days < 1 or size < 1:
        raise UsageError(f"days is {days} and size {size}: both are at least 1")


def _points(scope: Scope, axes: Sequence[str], days: int, over: Over) -> list[_Point]:
    every = next((word for word in axes if word in SPANS), None)
    back = timedelta(days=days)
    if every is None:
        return [_Point(None, scope.day - back, scope.day)]
    ends = list(dates.period_ends(scope.day - timedelta(days=31 * (SPANS[every] + 2)), scope.day, every))[-SPANS[every] - 1 :]
    starts = [end - back for end in ends[1:]] if over == "trailing" else ends
    return [_Point(end.isoformat(), start, end) for start, end in zip(starts, ends[1:], strict=False)]


def _largest(store: Store, scope: Scope, measure: Measure, points: Sequence[_Point], rows: str, size: int) -> _Kept:
    """Customers may be many: only the largest are asked for one by one. Other words have few values."""
    if rows != "customer":
        return _Kept(scope)
    whole = _Point(None, points[0].start, points[-1].end)
    sums, _ = _cells(store, scope, measure, [whole], rows, None)
    ranked = sorted(sums, key=lambda place: (-abs(sums[place][measure.weight]), place[0] or 0))
    if len(ranked) <= size:
        return _Kept(scope)
    names = _customer_ids(store, [row for row, _ in ranked[:size]])
    narrowed = replace(scope.narrowed("customer", *(names.get(row) for row, _ in ranked[:size])), with_children=False)
    return _Kept(narrowed, len(ranked) - size)


def _cells(
    store: Store, scope: Scope, measure: Measure, points: Sequence[_Point], rows: str | None, columns: str | None
) -> tuple[Cells, set[str]]:
    """The sums of every cell, and the currencies they are in."""
    words = [word for word in (rows, columns) if word in GROUPS]
    cells: Cells = defaultdict(lambda: defaultdict(Decimal))
    currencies: set[str] = set()
    for point in points:
        asked = scope.at(point.end)
        for ask in measure.asks:
            for row in _QUESTIONS[ask](store, asked, words, point.start):
                currencies.add(row["shown_currency"])
                for bucket, sums in _parted(row, BUCKET in (rows, columns)):
                    named = {word: row[word] for word in words} | {BUCKET: bucket} | dict.fromkeys(SPANS, point.name)
                    cell = cells[named.get(rows or ""), named.get(columns or "")]
                    for name, value in sums.items():
                        cell[name] += value
    return cells, currencies


def _parted(row: Mapping[str, Any], by_bucket: bool) -> Iterator[tuple[str | None, dict[str, Decimal]]]:
    """The sums of `row`, whole or a bucket at a time."""
    if by_bucket:
        yield from ((label, {"open": row[name]}) for label, name in zip(LABELS, BUCKETS, strict=True))
    else:
        yield None, {name: Decimal(value) for name, value in row.items() if name in _SUMS}


_SUMS = ("open", "overdue", "items", "unapplied", "sales", "receipts", "paid", "days_to_pay", "days_late")


def _balances(store: Store, scope: Scope, words: Sequence[str], _start: date) -> list[dict[str, Any]]:
    plan = planner.balances(store, scope, by=words)
    return [
        row | {"open": row["total"], "overdue": row["total"] - row["bucket_0"]}
        for row in _asked(store, plan, words, plan.sums, parameters(scope, scope.day))
    ]


def _unapplied(store: Store, scope: Scope, words: Sequence[str], _start: date) -> list[dict[str, Any]]:
    plan = planner.unapplied(store, scope, by=words)
    return _asked(store, plan, words, {"unapplied": plan.sums["amount"]}, parameters(scope, scope.day))


def _sales(store: Store, scope: Scope, words: Sequence[str], start: date) -> list[dict[str, Any]]:
    plan = planner.documents(store, scope, by=words)
    bound = parameters(scope, scope.day, first=start)
    return _asked(store, plan, words, {"sales": plan.sums["amount"]}, bound, "where alive_from > $first")


def _receipts(store: Store, scope: Scope, words: Sequence[str], start: date) -> list[dict[str, Any]]:
    plan = planner.receipts(store, scope, by=words)
    bound = parameters(scope, scope.day, first=start)
    return _asked(store, plan, words, {"receipts": plan.sums["amount"]}, bound, "where alive_from > $first")


def _paid(store: Store, scope: Scope, words: Sequence[str], start: date) -> list[dict[str, Any]]:
    renamed = {"amount": "paid", "amount_days_to_pay": "days_to_pay", "amount_days_late": "days_late"}
    return [{renamed.get(name, name): value for name, value in row.items()} for row in settled(store, scope, start=start, by=words)]


_QUESTIONS: dict[str, Callable[[Store, Scope, Sequence[str], date], list[dict[str, Any]]]] = {
    "balances": _balances,
    "unapplied": _unapplied,
    "sales": _sales,
    "receipts": _receipts,
    "paid": _paid,
}


def _asked(
    store: Store, plan: planner.Plan, words: Sequence[str], sums: Mapping[str, str], bound: dict[str, Any], where: str = ""
) -> list[dict[str, Any]]:
    keys = "".join(f", {GROUPS[word]}" for word in words)
    named = "".join(f", {GROUPS[word]} as {word}" for word in words)
    shown = ", ".join(f"{text} as {name}" for name, text in sums.items())
    return store.rows(f"select shown_currency{named}, {shown} from {plan.rows} {where} group by shown_currency{keys}", bound)


def _shaped(store: Store, shape: _Shape, cells: Cells, every: Cells, points: Sequence[_Point]) -> Pivot:
    """The cells as a frame, with their totals."""
    weight, spans = MEASURES[shape.measure].weight, [point.name for point in points]
    by_row, by_column = _added(cells, lambda place: (place[0], None)), {key[1]: sums for key, sums in every.items()}
    rows = _ordered(shape.rows, {row: sums[weight] for (row, _), sums in by_row.items()}, spans)
    places = _ordered(shape.columns, {place: sums[weight] for place, sums in by_column.items()}, spans) if shape.columns else []
    if len(places) > MOST_COLUMNS:
        raise UsageError(f"{len(places)} columns are more than {MOST_COLUMNS}: put {shape.columns} in the rows")
    names = _customer_ids(store, rows) if shape.rows == "customer" else {}
    labels = tuple("(empty)" if place is None else str(place) for place in places)
    across = dict(zip(labels, places, strict=True))
    figured = _Figured(shape)
    lines = [
        {"line": "value", shape.rows: names.get(row, row)}
        | {label: figured(cells.get((row, place))) for label, place in across.items()}
        | {"total": figured.over_columns(by_row.get((row, None)))}
        for row in rows
    ]
    if shape.hidden:
        others = {place: _less(every[None, place], cells, place) for _, place in every}
        whole = _added({(None, place): sums for place, sums in others.items()}, lambda _: (None, None))
        lines.append(
            {"line": "others", shape.rows: None}
            | {label: figured(others.get(place)) for label, place in across.items()}
            | {"total": figured.over_columns(whole.get((None, None)))}
        )
    whole = _added(every, lambda _: (None, None))
    lines.append(
        {"line": "total", shape.rows: None}
        | {label: figured.over_rows(by_column.get(place)) for label, place in across.items()}
        | {"total": figured.over_both(whole.get((None, None)))}
    )
    kind: Kind = "count" if MEASURES[shape.measure].unit == "count" else "ratio"
    kinds: dict[str, Kind] = {"line": "text", shape.rows: "text", **dict.fromkeys(labels, kind), "total": kind}
    return Pivot(frame_of(lines if rows else [], kinds), labels, shape.currency, shape.hidden)


class _Figured:
    """The measure of a cell's sums, rounded once; nothing where a balance would be added over time."""

    def __init__(self, shape: _Shape) -> None:
        self._measure, self._shape = MEASURES[shape.measure], shape
        self._adds = self._measure.over == "period"

    def __call__(self, sums: Sums | None) -> Decimal | int | None:
        figure = self._measure.figure(defaultdict(Decimal, sums or {}), self._shape.days)
        if figure is None:
            return None
        if self._measure.unit == "amount":
            return rounded(figure, self._shape.currency) if self._shape.currency else None
        return int(figure) if self._measure.unit == "count" else rounded_to(figure, 4)

    def over_columns(self, sums: Sums | None) -> Decimal | int | None:
        return self(sums) if self._adds or self._shape.columns not in SPANS else None

    def over_rows(self, sums: Sums | None) -> Decimal | int | None:
        return self(sums) if self._adds or self._shape.rows not in SPANS else None

    def over_both(self, sums: Sums | None) -> Decimal | int | None:
        return self(sums) if self._adds or not {self._shape.rows, self._shape.columns} & set(SPANS) else None


def _added(cells: Cells, to: Callable[[tuple[Any, Any]], tuple[Any, Any]]) -> Cells:
    """The sums of `cells`, added up at the places that `to` sends them to."""
    added: Cells = defaultdict(lambda: defaultdict(Decimal))
    for place, sums in cells.items():
        for name, value in sums.items():
            added[to(place)][name] += value
    return added


def _less(whole: Sums, cells: Cells, column: Any) -> dict[str, Decimal]:
    """What is left of `whole` without the rows that are shown."""
    left = defaultdict(Decimal, whole)
    for (_, place), sums in cells.items():
        if place == column:
            for name, value in sums.items():
                left[name] -= value
    return left


def _ordered(word: str | None, sizes: Mapping[Any, Decimal], spans: Sequence[str | None]) -> list[Any]:
    if word in SPANS:
        return list(spans)
    if word == BUCKET:
        return list(LABELS) if sizes else []
    return sorted(sizes, key=lambda key: (-abs(sizes[key]), key is None, str(key)))


def _customer_ids(store: Store, keys: Sequence[int | None]) -> dict[int | None, str]:
    rows = store.rows(
        "select customer_key, customer_id from customer_list where customer_key in (select unnest($keys))",
        {"keys": [key for key in keys if key is not None]},
    )
    return {row["customer_key"]: row["customer_id"] for row in rows}
