"""What must hold of the reports of any books whatever, without knowing the right figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import aging, kpis, movements, overdue
from analytics.scope import Scope
from analytics.store import Store, equations
from tests.answers import in_order, rows
from tests.ledger import Ledger
from tests.oracle import LINES, labels
from tests.properties.books import GROUPINGS, NAMES, books, edges, scopes
from tests.properties.conftest import EFFORT

ZERO = Decimal(0)
a_few = settings(max_examples=6 * EFFORT)
several_scopes = st.lists(scopes(), min_size=1, max_size=2)
own_currencies = st.lists(scopes(converted=False), min_size=1, max_size=2)


def by_currency(found: Iterable[dict[str, Any]], column: str) -> dict[str, Decimal]:
    """The sums of `column`, those of nothing left out."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in found:
        sums[row["currency"]] += row[column]
    return {currency: amount for currency, amount in sums.items() if amount}


def totals(store: Store, scope: Scope) -> dict[str, Decimal]:
    return by_currency(rows(aging.summary(store, scope)), "total")


def unapplied(store: Store, scope: Scope) -> dict[str, Decimal]:
    return by_currency(rows(aging.unapplied(store, scope)), "amount")


def every_item(store: Store, scope: Scope) -> list[dict[str, Any]]:
    return rows(overdue.page(store, scope, min_days=None, size=1000).rows)


@a_few
@given(books(), own_currencies, edges)
def test_buckets_sum_to_open_ar_and_hold_every_item_once(book: Ledger, asked: list[Scope], limits: tuple[int, ...]) -> None:
    with book.direct_store() as store:
        for scope in asked:
            items = every_item(store, scope)
            for row in rows(aging.summary(store, scope, by=("invoice", "installment"), edges=limits)):
                (open_amount,) = (row[label] for label in labels(limits) if row[label])
                assert open_amount == row["total"]
                assert row["items"] == 1
                (item,) = [i for i in items if (i["invoice_id"], i["installment_no"]) == (row["invoice"], row["installment"])]
                assert item["open_amount"] == open_amount
            for row in rows(aging.summary(store, scope, by=("customer",), edges=limits)):
                assert sum(row[label] for label in labels(limits)) == row["total"]
            assert by_currency(items, "open_amount") == totals(store, scope)


@a_few
@given(books(), own_currencies)
def test_gross_less_unapplied_is_net_and_the_roll_forward_closes(book: Ledger, asked: list[Scope]) -> None:
    with book.direct_store() as store:
        assert [verdict.name for verdict in equations.verdicts(store.rows) if not verdict.holds] == []
        for scope in asked:
            net = by_currency(rows(aging.net(store, scope)), "amount")
            gross, credit = totals(store, scope), unapplied(store, scope)
            found = rows(movements.roll_forward(store, scope, start=scope.day - timedelta(days=60)))
            for row in rows(kpis.summary(store, scope)):
                currency = row["currency"]
                assert row["open"] == gross.get(currency, ZERO)
                assert row["net"] == net.get(currency, ZERO) == gross.get(currency, ZERO) - credit.get(currency, ZERO)
            for row in found:
                moved = sum(sign * row[line] for line, sign in LINES.items())
                assert row["opening"] + moved + row["applied_across"] == row["closing"] == net.get(row["currency"], ZERO)
                assert (row["fx"], row["closes"]) == (0, True)
                assert scope.filters or row["applied_across"] == 0


@a_few
@given(books(), scopes(), st.integers(0, 150))
def test_the_roll_forward_closes_as_it_is_printed_and_continues(book: Ledger, scope: Scope, length: int) -> None:
    middle, start = scope.day - timedelta(days=length // 2), scope.day - timedelta(days=length)
    with book.direct_store() as store:
        whole = {row["currency"]: row for row in rows(movements.roll_forward(store, scope, start=start))}
        later = {row["currency"]: row for row in rows(movements.roll_forward(store, scope, start=middle))}
        for row in whole.values():
            moved = sum(sign * row[line] for line, sign in LINES.items())
            assert row["opening"] + moved + row["applied_across"] + row["fx"] == row["closing"]
        if not any(column == "disputed" for column, _ in scope.filters):  # a dispute is judged at the end day of each question
            for row in rows(movements.roll_forward(store, scope.at(middle), start=start)):
                assert row["opening"] == whole[row["currency"]]["opening"]
                assert row["closing"] == later[row["currency"]]["opening"]


PARTS = st.sampled_from((*sorted(NAMES), "customer", "disputed"))


@settings(max_examples=4 * EFFORT)
@given(books(), scopes(converted=False), PARTS)
def test_the_parts_of_any_partition_add_up(book: Ledger, scope: Scope, column: str) -> None:
    figures: tuple[Callable[[Store, Scope], dict[str, Decimal]], ...] = (
        totals,
        unapplied,
        lambda store, scope: by_currency(rows(kpis.summary(store, scope)), "sales"),
        lambda store, scope: by_currency(rows(movements.roll_forward(store, scope, start=date(2026, 2, 1))), "closing"),
    )
    with book.direct_store() as store:
        whole = replace(scope.at(max(scope.day, date(2026, 2, 1))), where=(), with_children=False)
        parts = [whole.narrowed(column, value) for value in values(store, column)]
        for figure in figures:
            summed: dict[str, Decimal] = defaultdict(Decimal)
            for part in parts:
                for currency, amount in figure(store, part).items():
                    summed[currency] += amount
            assert {c: amount for c, amount in summed.items() if amount} == figure(store, whole)


def values(store: Store, column: str) -> list[str | None]:
    """Every value of `column` in the books, and none."""
    if column == "disputed":
        return ["true", "false"]
    if column == "customer":
        return [None, *(row["customer_id"] for row in store.rows("select customer_id from customer_list"))]
    return [None, *NAMES[column]]


@a_few
@given(books(), several_scopes, st.sampled_from(GROUPINGS))
def test_either_of_two_values_is_one_and_the_other_and_nothing_else(book: Ledger, asked: list[Scope], column: str) -> None:
    if column in ("invoice", "installment"):
        column = "customer"
    with book.direct_store() as store:
        for scope in (replace(s, where=(), with_children=False, currency=None) for s in asked):
            one, other = values(store, column)[:2]
            by = (column, "invoice", "installment")
            found = [in_order(aging.summary(store, scope.narrowed(column, v), by=by)) for v in (one, other)]
            both = in_order(aging.summary(store, scope.narrowed(column, one, other), by=by))
            assert in_order(found[0] + found[1]) == both
            assert [{row[column] for row in part} <= {v} for part, v in zip(found, (one, other), strict=True)] == [True, True]


@a_few
@given(books(), scopes(converted=False), st.sampled_from(("USD", "JPY", "KWD")))
def test_conversion_is_additive(book: Ledger, scope: Scope, base: str) -> None:
    """A converted total is the sum of the exact amounts of its parts, and the rest is listed."""
    converted = replace(scope, currency=base)
    own_items = {(i["invoice_id"], i["installment_no"]): i for i in every_item_of(book, scope)}
    with book.direct_store() as store:
        missing = {row["currency"]: row for row in rows(aging.unconverted(store, converted))}
        found = rows(aging.summary(store, converted))
        rates = {c: rate_by_hand(book, c, base, scope.day) for c in {i["currency"] for i in own_items.values()}}
        left = [i for i in own_items.values() if rates[i["currency"]] is None]
        exact = sum((i["open_amount"] * (rates[i["currency"]] or 0) for i in own_items.values()), ZERO)
        assert sum(row["items"] for row in found) == len(own_items) - len(left)
        assert sum((row["total"] for row in found), ZERO) == rounded_by_hand(exact, base)
        assert {c: (row["items"], row["amount"]) for c, row in missing.items()} == {
            c: (sum(i["currency"] == c for i in left), by_currency(left, "open_amount").get(c, ZERO)) for c in {i["currency"] for i in left}
        }


def every_item_of(book: Ledger, scope: Scope) -> list[dict[str, Any]]:
    with book.direct_store() as store:
        return every_item(store, scope)


def rate_by_hand(book: Ledger, currency: str, base: str, day: date) -> Decimal | None:
    known = {row["rate_date"]: row["rate"] for row in book.rows("fx_rates") if (row["currency"], row["base"]) == (currency, base)}
    usable = [d for d in known if day - timedelta(days=31) <= d <= day]
    return Decimal(1) if currency == base else known[max(usable)] if usable else None


def rounded_by_hand(amount: Decimal, currency: str) -> Decimal:
    coin = {"USD": Decimal("0.01"), "JPY": Decimal(1), "KWD": Decimal("0.001")}[currency]
    return int(abs(amount) / coin + Decimal("0.5")) * coin * (-1 if amount < 0 else 1)


@a_few
@given(books(), scopes(converted=False, filtered=False), edges)
def test_a_day_without_events_only_moves_amounts_to_older_buckets(book: Ledger, scope: Scope, limits: tuple[int, ...]) -> None:
    today, tomorrow = scope.day, scope.day + timedelta(days=1)
    if any(value == tomorrow for table in ("invoices", "payments", "applications") for row in book.rows(table) for value in row.values()):
        return
    with book.direct_store() as store:
        before, after = (
            {
                (row["invoice"], row["installment"]): row
                for row in rows(aging.summary(store, scope.at(day), by=("invoice", "installment"), edges=limits))
            }
            for day in (today, tomorrow)
        )
        assert before.keys() == after.keys()
        for key, row in before.items():
            was, now = (next(n for n, label in enumerate(labels(limits)) if r[label]) for r in (row, after[key]))
            assert now - was in (0, 1)
            assert row["total"] == after[key]["total"]


@settings(max_examples=2 * EFFORT)
@given(books(), several_scopes)
def test_any_number_of_threads_gets_the_same_figures_twenty_times(book: Ledger, asked: list[Scope]) -> None:
    def answers(scope: Scope) -> tuple[Any, ...]:
        return in_order(aging.summary(store, scope, by=("customer",))), in_order(aging.unapplied(store, scope))

    with book.direct_store() as store:
        expected = [answers(scope) for scope in asked]
        for threads in (1, 2, 8):
            with ThreadPoolExecutor(threads) as pool:
                found = list(pool.map(answers, asked * 20))
            assert all(found[n] == expected[n % len(asked)] for n in range(len(found)))


@settings(max_examples=5 * EFFORT)
@given(books(), st.lists(edges, min_size=2, max_size=2))
def test_finer_edges_part_the_buckets_of_coarser_ones(book: Ledger, both: list[tuple[int, ...]]) -> None:
    coarse, fine = both[0], tuple(sorted({*both[0], *both[1]}))
    scope = Scope(date(2026, 4, 15))
    with book.direct_store() as store:
        wide, narrow = (rows(aging.summary(store, scope, edges=limits)) for limits in (coarse, fine))
    for one, parts in zip(wide, narrow, strict=True):
        amounts = [parts[label] for label in labels(fine)]
        ends = [0, *(fine.index(edge) + 1 for edge in coarse), len(amounts)]
        assert [one[label] for label in labels(coarse)] == [sum(amounts[a:b], ZERO) for a, b in pairwise(ends)]
