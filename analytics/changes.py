"""What changed since an earlier day: gross open receivables then, what was billed, paid, credited and written off, and now, to the cent.

Each line is what counts at the end less what counted at the start, so that a later void lowers `invoiced` and an un-application lowers
`paid`. Converted lines are valued as at the end; `fx` is the revaluation of the opening amount. `aged` is no line of the sum: it is what
was open at the start, still is, and lies in an older bucket.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from analytics.buckets import DEFAULT_EDGES
from analytics.errors import UsageError
from analytics.frames import Kind, amounts, frame_of
from analytics.money import exactly, rounded
from analytics.scope import Scope
from analytics.store import Store, planner
from analytics.store.ages import age_at, bucket_tests
from analytics.store.currencies import currencies
from analytics.store.population import CHANGED, GAINED, parameters, relation

SIGNS: dict[str, int] = {"invoiced": 1, "paid": -1, "credited": -1, "written_off": -1}
"""The lines, and how each moves what is open; discounts are in `written_off`."""

NAMES: dict[str, str] = {
    "invoiced": "Invoiced",
    "paid": "Paid",
    "credited": "Credited",
    "written_off": "Written off",
    "fx": "Currency",
}
"""What the steps from then to now are called."""

COLUMNS: dict[str, Kind] = {
    "currency": "text",
    **amounts(["opening", *SIGNS, "fx", "closing", "aged"]),
    "closes": "flag",
}
MOVER: dict[str, Kind] = {"customer_id": "text", "name": "text", "currency": "text", **amounts([*SIGNS, "change"])}
LINES = {"payment": "paid", "credit_note": "credited", "write_off": "written_off", "discount": "written_off"}
CHANGE = f"value * {GAINED}"
LARGEST_PAGE = 1_000


def since(store: Store, scope: Scope, *, start: date) -> pd.DataFrame:
    """The days after `start` up to and including the as-of day: a row per currency.

    Columns: `currency`, `opening` (gross open at the close of `start`), the lines of `SIGNS` (positive amounts), `fx`, `closing` (asked of
    the books on its own), `aged` and `closes`.
    """
    scope = _checked(store, scope, start)
    with exactly():
        sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for row in store.rows(
            f"select shown_currency, line, sum(change) as change from {_moves(scope)} group by shown_currency, line", _bound(scope, start)
        ):
            sums[row["shown_currency"]][row["line"]] += row["change"]
        for name, day, rates in (("opening", start, start), ("revalued", start, scope.day), ("closing", scope.day, scope.day)):
            for row in _open(store, scope, day, rates):
                sums[row["shown_currency"]][name] += row["total"]
        for row in store.rows(_aged(scope), _bound(scope, start)):
            sums[row["shown_currency"]]["aged"] += row["aged"]
        return frame_of([_row(currency, sums[currency], scope) for currency in currencies(store, scope)], COLUMNS)


def steps(row: Mapping[str, Any]) -> dict[str, Decimal]:
    """The steps of a row of `since` by their names: what they add to its opening leads to its closing."""
    return {label: SIGNS.get(name, 1) * row[name] for name, label in NAMES.items()}


def movers(store: Store, scope: Scope, *, start: date, size: int = 5) -> pd.DataFrame:
    """The customers whose open amount changed most, up or down, with the lines that changed it; per currency, largest change first.

    Columns: `MOVER`. Currencies are not compared: each has its own `size` customers. Revaluation is left out.
    """
    if not 1 <= size <= LARGEST_PAGE:
        raise UsageError(f"size is {size}: a list holds 1 to {LARGEST_PAGE} customers")
    scope = _checked(store, scope, start)
    lines = ", ".join(f"coalesce(sum(change) filter (where line = '{line}'), 0) as {line}" for line in SIGNS)
    net = " + ".join(f"{sign} * {line}" for line, sign in SIGNS.items())
    rows = store.rows(
        f"select c.customer_id, coalesce(c.name, c.customer_id) as name, m.* from (select *, {net} as change from "
        f"(select shown_currency::varchar as currency, customer_key, {lines} from {_moves(scope)} group by all) "
        "where change <> 0 qualify row_number() over (partition by currency order by abs(change) desc, customer_key) <= $size) m "
        "join customer_list c using (customer_key) order by m.currency, abs(m.change) desc, m.customer_key",
        _bound(scope, start) | {"size": size},
    )
    with exactly():
        shown = [row | {name: rounded(row[name], row["currency"]) for name in (*SIGNS, "change")} for row in rows]
    return frame_of(shown, MOVER)


def _checked(store: Store, scope: Scope, start: date) -> Scope:
    scope = store.resolve(scope)
    if start > scope.day:
        raise UsageError(f"the changes start at {start}, after their end at {scope.day}")
    return scope


def _bound(scope: Scope, start: date) -> dict[str, Any]:
    return parameters(scope, scope.day, life="any", asked_start=start, asked_end=scope.day)


def _moves(scope: Scope) -> str:
    """What changed of documents and of what is applied to them, by customer and line; positive amounts raise their line."""
    named = " ".join(f"when '{source}' then '{line}'" for source, line in LINES.items())
    return (
        f"(select shown_currency, customer_key, 'invoiced' as line, {CHANGE} as change "
        f"from {relation('documents', scope, 'any')} where kind <> 'credit_note' and {CHANGED} "
        f"union all select shown_currency, customer_key, case source::varchar {named} end, {CHANGE} "
        f"from {relation('applied', scope, 'any')} where {CHANGED})"
    )


def _open(store: Store, scope: Scope, day: date, rates: date) -> list[dict[str, Any]]:
    plan = planner.balances(store, scope)
    return store.rows(
        f"select shown_currency, {plan.sums['total']} as total from {plan.rows} group by shown_currency",
        parameters(scope, day, rate_day=rates),
    )


def _aged(scope: Scope) -> str:
    """What was open of each item at the start and still is, where it lies in an older bucket at the end."""
    items = relation("segments", scope, "any")

    def at(day: str) -> str:
        tests = bucket_tests(DEFAULT_EDGES, age_at(day))
        place = " ".join(f"when {test} then {number}" for number, test in enumerate(tests))
        return (
            f"(select invoice_key, installment_no, shown_currency, value, case {place} end as place from {items} "
            f"where valid_from <= {day} and {day} < valid_to and value > 0)"
        )

    return (
        f"select a.shown_currency, sum(least(a.value, b.value)) as aged from {at('$asked_start')} a join {at('$asked_end')} b "
        "on b.invoice_key = a.invoice_key and b.installment_no is not distinct from a.installment_no and b.place > a.place "
        "group by a.shown_currency"
    )


def _row(currency: str, exact: dict[str, Decimal], scope: Scope) -> dict[str, Any]:
    """One currency's row; where amounts were converted, `fx` takes the cents by which rounded lines miss the rounded closing."""
    moved = sum((sign * exact[line] for line, sign in SIGNS.items()), exact["revalued"])
    shown = {name: rounded(exact[name], currency) for name in ("opening", *SIGNS, "closing", "aged")}
    lines = sum((sign * shown[line] for line, sign in SIGNS.items()), shown["opening"])
    fx = shown["closing"] - lines if scope.currency is not None else rounded(Decimal(0), currency)
    return {"currency": currency, **shown, "fx": fx, "closes": moved == exact["closing"]}
