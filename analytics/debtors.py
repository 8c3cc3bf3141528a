"""Who owes it: customers ranked by what they owe, each with its age mix, and how much of the whole they are.

The ranking and the paging are done in the store; a page of rows is all that leaves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from analytics import buckets
from analytics.buckets import DEFAULT_EDGES, Basis
from analytics.errors import UsageError
from analytics.frames import Kind, amounts, frame_of
from analytics.money import rounded, rounded_to
from analytics.scope import Scope
from analytics.store import Store
from analytics.store.ages import age_at, bucket_tests
from analytics.store.paging import rows_of_page
from analytics.store.population import parameters, relation

LATE = age_at("$day")


@dataclass(frozen=True)
class Debtors:
    """A page of the ranking: `rows` is a frame, `total_customers` and `total_amount` are of everyone who is ranked."""

    total_customers: int
    total_amount: Decimal
    rows: pd.DataFrame


def ranked(
    store: Store,
    scope: Scope,
    *,
    bucket: str | None = None,
    search: str | None = None,
    page: int = 1,
    size: int | None = 10,
    edges: Sequence[int] = DEFAULT_EDGES,
    basis: Basis = "due",
) -> Debtors:
    """Customers by what they owe in `bucket` (None: past due, on any basis; "total": all that is open), the largest first.

    The scope must come down to one currency: convert, or filter `currency`. `search` looks in name and id, whatever the case.
    Without a `size` everyone is on the page, for a file.
    Rows have `customer_id`, `name` (the id where there is none), `currency`, `ranked` (the amount they are ranked by),
    `share` (of the ranked amount of all, 4 decimals; null where that is 0 or less), the buckets by their labels, `total`,
    `oldest` (the age of the oldest item: days past due, 0 or less where nothing is late, or days since issue) and `items`.
    """
    scope, limits = store.resolve(scope), buckets.checked_edges(edges)
    labels, age = buckets.labels(limits, basis), age_at("$day", basis)
    rows = store.rows(
        _statement(scope, _test(bucket, bucket_tests(limits, age), labels), limits, age),
        parameters(scope, scope.day, search=search or "") | rows_of_page(page, size) | {"day": scope.day},
    )
    if len({row["currency"] for row in rows}) > 1:
        raise UsageError("amounts of several currencies cannot be ranked: convert them, or filter one currency")
    whole = rows[0]["all_ranked"] if rows else Decimal(0)
    kinds: dict[str, Kind] = {"customer_id": "text", "name": "text", "currency": "text", "ranked": "amount", "share": "ratio"}
    kinds |= amounts(labels)
    kinds |= {"total": "amount", "oldest": "count", "items": "count"}
    shown = [
        {name: row[name] for name in ("customer_id", "name", "currency", "oldest", "items")}
        | {"ranked": rounded(row["ranked"], row["currency"]), "total": rounded(row["total"], row["currency"])}
        | {"share": rounded_to(Fraction(row["ranked"]) / Fraction(whole), 4) if whole > 0 else None}
        | {label: rounded(row[f"bucket_{place}"], row["currency"]) for place, label in enumerate(labels)}
        for row in rows
    ]
    amount = rounded(whole, rows[0]["currency"]) if rows else Decimal(0)
    return Debtors(rows[0]["customers"] if rows else 0, amount, frame_of(shown, kinds))


def _statement(scope: Scope, test: str, edges: Sequence[int], age: str) -> str:
    tests = bucket_tests(edges, age)
    ages = "".join(f", coalesce(sum(value) filter (where {each}), 0) as bucket_{int(place)}" for place, each in enumerate(tests))
    return (
        "select *, count(*) over () as customers, sum(ranked) over () as all_ranked from ("
        "select c.customer_id, coalesce(c.name, c.customer_id) as name, s.* exclude (customer_key) from ("
        f"select customer_key, shown_currency as currency, sum(value) filter (where {test}) as ranked, "
        f"sum(value) as total, max({age}) as oldest, count(*) filter (where {test}) as items{ages} "
        f"from {relation('segments', scope)} group by customer_key, shown_currency) s "
        "join customer_list c on c.customer_key = s.customer_key where s.ranked <> 0 and "
        "(contains(lower(coalesce(c.name, '')), lower($search)) or contains(lower(c.customer_id), lower($search)))"
        ") everyone order by currency, ranked desc, customer_id limit $size offset $offset"
    )


def _test(bucket: str | None, tests: Sequence[str], labels: tuple[str, ...]) -> str:
    if bucket is None:
        return f"{LATE} > 0"
    if bucket == "total":
        return "true"
    if bucket not in labels:
        raise UsageError(f"'{bucket}' is not one of {', '.join(labels)}")
    return tests[labels.index(bucket)]
