"""What if: the expected receipts beside those of a change, or of what people know better than the model.

Only the expected amounts are worked out again, day by day; intervals are those of the past, and there is no past of what has not
happened. A scenario moves when money comes in, or takes away billing to come; a person's word on an invoice takes the model's place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

import numpy as np
import pandas as pd

from analytics.errors import UsageError
from analytics.forecast import cells
from analytics.forecast.amounts import Expected, expected
from analytics.forecast.arrays import Floats, Ints, date_of, number_of
from analytics.forecast.billing import Stream, recent_items
from analytics.forecast.book import Book, Owed, read, read_owed
from analytics.forecast.cases import Cases, cases_of
from analytics.forecast.fits import fitted
from analytics.forecast.groups import Groups, shown_groups, view
from analytics.forecast.models import Choice, Outlook, learned, outlook
from analytics.forecast.past import past
from analytics.forecast.periods import Span, spans
from analytics.forecast.replays import CONTRACTED, NEW, OPEN, Replays, View, whole_book
from analytics.money import rounded, rounded_to
from analytics.scope import Scope
from analytics.store import Store
from analytics.store.overrides import Override

Rising = TypeVar("Rising", Floats, Ints)
FARTHEST = 91
"""Days by which a payment can be moved."""


@dataclass(frozen=True)
class Scenario:
    """A change; an empty one is the base case."""

    later: Mapping[str, int] = field(default_factory=dict)
    """Customer -> days by which all its payments come later; earlier below 0."""
    worst: int = 0
    """So many customers, those who owe most that is late, ..."""
    worst_sooner: int = 0
    """... pay so many days sooner."""
    terms_longer: int = 0
    """Days by which the terms of new invoices are longer; shorter below 0."""
    lost: tuple[str, ...] = ()
    """Customers who are billed nothing more."""


@dataclass(frozen=True)
class Comparison:
    """The base case beside a change."""

    weeks: pd.DataFrame
    """A row per week and currency: `start`, `end`, `currency`, `base`, `changed`, `difference`."""
    figures: pd.DataFrame
    """A row per currency: `receipts_base`, `receipts_changed` (of the horizon), `dso_base`, `dso_changed` (at its end: what is then open
    over what was billed a day; null without billing), `low_base`, `low_changed` (the lowest level of cash at the end of a week, from
    `cash` today and `outgoings` a week), `low_day_base`, `low_day_changed`."""
    customers: tuple[str, ...]
    """Those whose payments move, or who are lost."""
    cases: Cases
    """Who pays in each week."""

    def by_customer(self, start: date) -> pd.DataFrame:
        """Who pays in the week that begins with `start`: `customer_id`, `currency`, `base`, `changed`, `difference`.

        The largest change comes first; the amounts add up to the week's, exactly. Raises `UsageError` for another start.
        """
        starts = list(dict.fromkeys(self.weeks["start"]))
        if start not in starts:
            raise UsageError(f"no week of the forecast begins on {start}")
        return self.cases.of(starts.index(start))


@dataclass(frozen=True)
class _Base:
    """The base case, day by day."""

    book: Book
    now: Expected
    groups: Groups
    weeks: tuple[Span, ...]
    customers: Mapping[str, int]
    """Id -> key, of those with an open invoice or billing to come."""

    @property
    def view(self) -> View:
        """Its weeks, by currency."""
        return view(self.book, self.weeks, self.groups)

    def beside(self, changed: Expected) -> Cases:
        """Who pays, in this case and in a changed one."""
        names = {key: name for name, key in self.customers.items()}
        return cases_of(self.book, self.view, self.groups.currencies, names, self.now, changed)


def compare(
    store: Store, scope: Scope, scenario: Scenario, horizon_days: int = 91, *, cash: Decimal = Decimal(0), outgoings: Decimal | None = None
) -> Comparison:
    """The base case beside `scenario`; `outgoings` a week are what comes in a week in the base case, unless given.

    Raises `UsageError` for a customer who is not in the forecast, or a move of more than 91 days.
    """
    moves = [*scenario.later.values(), scenario.worst_sooner, scenario.terms_longer]
    if any(abs(days) > FARTHEST for days in moves):
        raise UsageError(f"payments can be moved by up to {FARTHEST} days")
    base = _base(store, store.resolve(scope), horizon_days)
    if unknown := [name for name in (*scenario.later, *scenario.lost) if name not in base.customers]:
        raise UsageError(f"'{unknown[0]}' owes nothing and is billed nothing: choose another customer")
    moved = _moved(base, scenario)
    changed = replace(base.now, outlook=_changed(base, scenario, moved), by_item=_shifted(base.now.by_item, _days(base, OPEN, moved)))
    names = {key: name for name, key in base.customers.items()}
    both = base.beside(changed)
    return Comparison(
        weeks=_weeks(base, both),
        figures=_figures(base, changed, both, horizon_days, cash, outgoings),
        customers=tuple(sorted({*scenario.lost, *(names[key] for key, days in moved.items() if days)})),
        cases=both,
    )


def overridden(store: Store, scope: Scope, overrides: Sequence[Override], horizon_days: int = 91) -> pd.DataFrame:
    """The weeks of the model (`base`) beside those with what people said of invoices (`changed`): the frame `Comparison.weeks`.

    Said of an invoice with installments, it holds for each. A day that has passed means the next.
    """
    base = _base(store, store.resolve(scope), horizon_days)
    by_item, said = base.now.by_item.copy(), {each.invoice_id: each for each in overrides}
    days = np.arange(by_item.shape[1])
    for row, name in enumerate(base.now.owed.table["invoice_id"].to_pylist()):
        if name in said:
            when = said[name].pay_date
            day = len(days) if when is None else max(number_of(when) - base.book.day, 1)
            by_item[row] = np.where(days >= day, base.now.payable[row], 0)
    return _weeks(base, base.beside(replace(base.now, by_item=by_item)))


def _base(store: Store, scope: Scope, horizon: int) -> _Base:
    book = read(store, scope)
    owed = read_owed(store, scope, book)
    billed = np.zeros(book.items, np.bool_)
    billed[recent_items(past(book, book.day, 1))] = True
    groups = shown_groups(book, owed, (), billed)
    days = np.arange(horizon + FARTHEST + 1)
    choice = _choice(store, scope, book)
    found = outlook(learned(book, book.day, int(days[-1])), owed.item, days)
    return _Base(book, expected(found, owed, choice), groups, spans(scope.day, horizon, "week"), _customers(store, book, owed, found))


def _choice(store: Store, scope: Scope, book: Book) -> Choice:
    """That of the whole book, whatever the filters."""
    return fitted(store, Replays(book, (whole_book(book),)), (), 91, (OPEN,), f"choice on {scope.day}").choice


def _customers(store: Store, book: Book, owed: Owed, found: Outlook) -> dict[str, int]:
    keys = np.unique(np.concatenate([book.customer[owed.item], found.new.customer, found.contracted.customer]))
    rows = store.rows(
        "select customer_key, customer_id from customer_list where customer_key in (select unnest($keys)) order by customer_key",
        {"keys": keys.tolist()},
    )
    return {row["customer_id"]: row["customer_key"] for row in rows}


def _moved(base: _Base, scenario: Scenario) -> dict[int, int]:
    """Customer key -> days by which its payments come later."""
    moved = {base.customers[name]: days for name, days in scenario.later.items()}
    book, item = base.book, base.now.owed.item
    late = np.where(book.due[item] < book.day, base.now.owed.minor, 0).astype(np.float64)
    owed = np.bincount(book.customer[item], late, book.customers)
    for key in np.argsort(-owed, kind="stable")[: scenario.worst].tolist():
        if owed[key] > 0:
            moved[key] = moved.get(key, 0) - scenario.worst_sooner
    return moved


def _days(base: _Base, source: str, moved: Mapping[int, int]) -> Ints:
    """The days by which each row of a source moves."""
    found = base.now.outlook
    customer = base.book.customer[base.now.owed.item] if source == OPEN else {CONTRACTED: found.contracted, NEW: found.new}[source].customer
    of_customer = np.zeros(base.book.customers, np.int64)
    for key, days in moved.items():
        of_customer[key] = days
    return of_customer[customer]


def _changed(base: _Base, scenario: Scenario, moved: Mapping[int, int]) -> Outlook:
    found = base.now.outlook
    lost = [base.customers[name] for name in scenario.lost]

    def stream(source: str, given: Stream) -> Stream:
        days = _days(base, source, moved) + scenario.terms_longer
        amount = np.where(np.isin(given.customer, lost), 0.0, given.amount)
        return replace(given, amount=amount, paid=_shifted(given.paid, days))

    return replace(found, contracted=stream(CONTRACTED, found.contracted), new=stream(NEW, found.new))


def _shifted(rising: Rising, days: Ints) -> Rising:
    """Each row of `rising`, a column per day, so many `days` later; what would have come before the first day comes on it."""
    last = rising.shape[1] - 1
    place = np.clip(np.arange(last + 1) - days[:, None], 0, last)
    moved: Rising = np.take_along_axis(rising, place, axis=1)
    moved[:, 0] = 0
    return moved


def _weeks(base: _Base, both: Cases) -> pd.DataFrame:
    places = cells.places_of(base.groups.currencies)
    was, then = both.sums.values()
    count = len(base.groups.names)
    all_places = np.tile(places, len(base.weeks))
    columns: dict[str, cells.Column] = {
        "start": ("date", [date_of(base.book.day + after + 1) for after, _ in base.weeks for _ in range(count)]),
        "end": ("date", [date_of(base.book.day + to) for _, to in base.weeks for _ in range(count)]),
        "currency": ("text", base.groups.currencies * len(base.weeks)),
    }
    for name, coins in {"base": was, "changed": then, "difference": then - was}.items():
        columns[name] = ("amount", cells.amounts(coins.T.ravel(), all_places))
    return cells.frame(columns)


def _figures(base: _Base, changed: Expected, both: Cases, horizon: int, cash: Decimal, outgoings: Decimal | None) -> pd.DataFrame:
    places = cells.places_of(base.groups.currencies)
    by_case = both.sums
    rows: list[dict[str, object]] = []
    for group, currency in enumerate(base.groups.currencies):
        coin = Decimal(1).scaleb(-int(places[group]))
        weekly = by_case["base"][group]
        spent = int(weekly.sum() / max(len(weekly), 1)) * coin if outgoings is None else outgoings
        row: dict[str, object] = {"currency": currency}
        for name, case in (("base", base.now), ("changed", changed)):
            path = [cash + int(so_far) * coin - spent * (week + 1) for week, so_far in enumerate(np.cumsum(by_case[name][group]))]
            low = min(path, default=cash)
            row[f"receipts_{name}"] = int(by_case[name][group].sum()) * coin
            row[f"dso_{name}"] = _dso(base, case, group, horizon, int(by_case[name][group].sum()) * coin)
            row[f"low_{name}"] = rounded(low, currency)
            row[f"low_day_{name}"] = _end_of(base, path.index(low)) if path else None
        rows.append(row)
    kinds = {"receipts": "amount", "dso": "ratio", "low": "amount", "low_day": "date"}
    columns: dict[str, cells.Column] = {"currency": ("text", [row["currency"] for row in rows])}
    for figure, kind in kinds.items():
        for name in by_case:
            columns[f"{figure}_{name}"] = (kind, [row[f"{figure}_{name}"] for row in rows])  # type: ignore[assignment]
    return cells.frame(columns)


def _end_of(base: _Base, week: int) -> date:
    return date_of(base.book.day) + timedelta(days=base.weeks[week][1])


def _dso(base: _Base, case: Expected, group: int, horizon: int, receipts: Decimal) -> Decimal | None:
    """What is open at the end of the horizon over what is billed a day in it; None where nothing is."""
    shown, found = base.view, case.outlook
    places = int(cells.places_of([base.groups.currencies[group]])[0])
    owed = int(case.owed.minor[shown.group[case.owed.item] == group].sum()) * Decimal(1).scaleb(-places)
    billed = Fraction(0)
    for stream, groups, value in ((found.contracted, shown.plan_group, shown.plan_value), (found.new, shown.billed_group, shown.value)):
        mine = groups[stream.source] == group
        billed += Fraction(float((stream.amount * value[stream.source] * stream.billed_by(horizon))[mine].sum()))
    if billed <= 0:
        return None
    return rounded_to((Fraction(owed) + billed - Fraction(receipts)) / billed * horizon, 4)
