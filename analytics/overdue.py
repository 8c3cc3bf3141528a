"""The list of overdue items: filtered, sorted and paged in the store, with the count and amount of all that match.

One row per open item (installments apart), negative ones included, so that the list ties to the aging.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any, Literal

import pandas as pd

from analytics import buckets
from analytics.buckets import DEFAULT_EDGES, Basis
from analytics.errors import UsageError
from analytics.money import exactly, minor_unit, rounded
from analytics.scope import Scope
from analytics.store import Store
from analytics.store.ages import age_at
from analytics.store.paging import rows_of_page
from analytics.store.population import parameters, relation

Sort = Literal["amount", "days", "customer", "due", "gain"]
ORDERS: dict[str, str] = {
    "amount": "s.value desc, s.due_date, s.invoice_key, s.installment_no",
    "days": "s.due_date, s.value desc, s.invoice_key, s.installment_no",
    "customer": "s.name nulls last, s.customer_key, s.due_date, s.invoice_key, s.installment_no",
    "due": "s.due_date, s.value desc, s.invoice_key, s.installment_no",
    "gain": "s.gain desc nulls last, s.value desc, s.due_date, s.invoice_key, s.installment_no",
}
"""Keys follow customer, issue date and id, so that an order never leaves a tie open."""

SEARCHED = (
    "(s.customer_key in (select customer_key from customer_list where contains(lower(name), lower($search))) "
    "or s.invoice_key in (select invoice_key from {texts} where {found}))"
)
SEARCHED_NOW = SEARCHED.format(texts="open_texts", found="contains(search_text, lower($search))")
SEARCHED_THEN = SEARCHED.format(
    texts="documents", found="contains(lower(number), lower($search)) or contains(lower(invoice_id), lower($search))"
)
"""Once every balance that ends has ended, only the documents with one that does not are looked at."""


@dataclass(frozen=True)
class Gains:
    """What asking for each open item can be expected to gain: the part that would not come by itself within 30 days."""

    source: str
    """What the odds are of, in words: the same words say the same gains."""
    items: tuple[tuple[str, int | None, Decimal], ...] = field(repr=False)
    """Invoice id, number of its installment, amount."""

    @classmethod
    def of(cls, source: str, invoices: pd.DataFrame) -> Gains:
        """From the forecast's row per open item: (open amount - what credit covers) x (1 - chance to be paid within 30 days)."""
        columns = (invoices[name].array.__arrow_array__().to_pylist() for name in EXPECTED)
        with exactly():
            return cls(
                source, tuple((item, no, (opened - credit) * (1 - paid)) for item, no, opened, credit, paid in zip(*columns, strict=True))
            )

    @property
    def bound(self) -> dict[str, list[Any]]:
        """The columns of the items, as a statement binds them."""
        ids, numbers, amounts = zip(*self.items, strict=True) if self.items else ((), (), ())
        return {"gain_ids": [*ids], "gain_numbers": [*numbers], "gain_amounts": [*map(str, amounts)]}


EXPECTED = ("invoice_id", "installment_no", "open_amount", "credit_amount", "p_paid_30")
GAINED = (
    "(select items.*, g.gain from {items} items join documents n using (invoice_key) left join (select unnest($gain_ids::varchar[]) as id, "
    "unnest($gain_numbers::integer[]) as no, cast(unnest($gain_amounts::varchar[]) as decimal(38, 8)) as gain) g "
    "on g.id = n.invoice_id and coalesce(g.no, -1) = coalesce(items.installment_no, -1))"
)
"""Open items, each with its gain; one that the forecast does not know (an over-applied one) has none."""


@dataclass(frozen=True)
class Page:
    """A page of the list: `rows` is a frame, the totals are of everything that matches, per currency."""

    total_items: int
    total_amount: dict[str, Decimal]
    rows: pd.DataFrame


def page(
    store: Store,
    scope: Scope,
    *,
    min_days: int | None = 1,
    min_amount: Decimal | None = None,
    bucket: str | None = None,
    search: str | None = None,
    sort: Sort | None = None,
    gains: Gains | None = None,
    page: int = 1,
    size: int | None = 50,
    edges: Sequence[int] = DEFAULT_EDGES,
    basis: Basis = "due",
) -> Page:
    """Open items at least `min_days` late (None: all), of at least `min_amount` (inclusive), in `bucket`, matching `search`.

    `search` looks in customer name, invoice number and id, whatever the case. `sort` is largest amount, most days late, customer
    or earliest due; the default is the amount where there is one currency, else the days: amounts of several currencies cannot be
    compared, so asking for that raises `UsageError`. Buckets are of days past due or, by `basis`, since issue; days late are always
    of the due date. With `gain` the largest of `gains` is first, and rows have `expected_gain` too.
    Without a `size` all rows are on the page, for a file.

    Rows have `invoice_id`, `number`, `installment_no`, `customer_id`, `name`, `currency`, `issue_date`, `due_date`, `days_late`,
    `open_amount`, `bucket`, `total`, the filter columns and `disputed`.
    """
    scope = store.resolve(scope)
    wanted_rows, limits = rows_of_page(page, size), buckets.checked_edges(edges)
    searched = SEARCHED_NOW if scope.day >= store.last_change else SEARCHED_THEN
    labels = buckets.labels(limits, basis)
    tests, bound = _tests(scope, min_days, min_amount, (searched, search), _ages_of(bucket, limits, labels), age_at("$day", basis))
    matching = f"from {relation('segments', scope)} s where {tests}"
    sums = f"select s.shown_currency, count(*) as items, sum(s.value) as amount {matching} group by 1 order by 1"
    limited = bound | wanted_rows | {"edges": limits, "labels": labels}
    if sort == "gain":
        if gains is None:
            raise UsageError("sorting by expected gain needs the forecast's odds")
        limited |= gains.bound

    def sort_by(order: str) -> pd.DataFrame:
        return store.frame(_page_statement(matching, order, scope, basis), limited)

    if scope.currency is None:
        totals = store.rows(sums, bound)
        rows = sort_by(_order(sort, len(totals)))
    else:
        totals, rows = store.together(partial(store.rows, sums, bound), partial(sort_by, _order(sort, 1)))
    return Page(
        sum(row["items"] for row in totals),
        {row["shown_currency"]: rounded(row["amount"], row["shown_currency"]) for row in totals},
        rows,
    )


def _page_statement(matching: str, order: str, scope: Scope, basis: Basis) -> str:
    """Sorts and cuts the page out of the few columns that this takes; only its rows are looked up in the wide tables."""
    shown, total, began = "s.value", "d.total", "s.due_date" if basis == "due" else "d.issue_date"
    if scope.currency is not None:
        places = int(minor_unit(scope.currency))
        shown, total = f"round(s.value, {int(places)})", f"round(cast(d.total as decimal(28, 4)) * s.rate, {int(places)})"
    narrow = f"(select s.invoice_key, s.installment_no, s.customer_key, s.due_date, s.value, s.rate, s.shown_currency {matching})"
    gained = ""
    if "s.gain" in order:
        narrow, gained = GAINED.format(items=narrow), ", cast(s.gain as decimal(28, 4)) as expected_gain"
    if "s.name" in order:
        narrow = f"(select items.*, c.name from {narrow} items join customer_list c using (customer_key))"
    return (
        "select d.invoice_id, d.number, s.installment_no, c.customer_id, c.name, s.shown_currency::varchar as currency, "
        f"d.issue_date, s.due_date, cast($day - s.due_date as integer) as days_late, {shown} as open_amount, "
        f"list_extract($labels, 1 + len(list_filter($edges, lambda edge: $day - {began} > edge))) as bucket, "
        f"{total} as total, d.entity::varchar as entity, d.segment::varchar as segment, d.region::varchar as region, "
        "d.country::varchar as country, d.sales_rep::varchar as sales_rep, d.collector::varchar as collector, "
        "s.invoice_key in (select invoice_key from disputed where disputed_from <= $day and $day < disputed_to) as disputed "
        f"{gained} from (select s.* from {narrow} s order by {order} limit $size offset $offset) s "
        "join customer_list c on c.customer_key = s.customer_key join documents d on d.invoice_key = s.invoice_key "
        f"order by {order}"
    )


def _tests(
    scope: Scope,
    min_days: int | None,
    min_amount: Decimal | None,
    search: tuple[str, str | None],
    ages: tuple[int | None, int | None],
    age: str,
) -> tuple[str, dict[str, Any]]:
    tests, bound = ["true"], parameters(scope, scope.day)
    for test, name, value in (
        ("$day - s.due_date >= $min_days", "min_days", min_days),
        ("s.value >= $min_amount", "min_amount", min_amount),
        (f"{age} > $younger", "younger", ages[0]),
        (f"{age} <= $oldest", "oldest", ages[1]),
        (search[0], "search", search[1] or None),
    ):
        if value is not None:
            tests.append(test)
            bound[name] = value
    return " and ".join(tests), bound


def _ages_of(bucket: str | None, edges: Sequence[int], names: Sequence[str]) -> tuple[int | None, int | None]:
    """The ages in `bucket`: above the first, up to the second; None is no limit."""
    if bucket is None:
        return None, None
    if bucket not in names:
        raise UsageError(f"'{bucket}' is not one of {', '.join(names)}")
    place = names.index(bucket)
    return (edges[place - 1] if place else None), (edges[place] if place < len(edges) else None)


def _order(sort: Sort | None, currencies: int) -> str:
    if sort is None:
        sort = "amount" if currencies <= 1 else "days"
    if sort not in ORDERS:
        raise UsageError(f"'{sort}' is not one of {', '.join(ORDERS)}")
    if sort in ("amount", "gain") and currencies > 1:
        raise UsageError("amounts of several currencies cannot be sorted: name one with --currency, or filter to one")
    return ORDERS[sort]
