"""What analysts cut and compare, of random books: every cell is what the brute-force judge says of the same population."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from analytics import cohorts, concentration, pivot, rolls
from analytics.scope import Scope
from tests.answers import in_order, rows
from tests.ledger import Ledger
from tests.oracle import Item, Oracle, labels, money, period_ends, place_of, ratio, shown
from tests.properties.books import books, scopes

EDGES = (0, 30, 60, 90)
MEASURES = [name for name in pivot.MEASURES if name not in ("items", "receipts")]
WORDS = ("customer", "segment", "region", "sales_rep", "collector")


def one_currency(scope: Scope, book: Ledger) -> Scope:
    """Charts and pivots are of one currency: that of the scope, else of the first invoice."""
    if scope.currency is not None:
        return scope
    used = sorted({row["currency"] for table in ("invoices", "payments") for row in book.rows(table)})
    return scope.narrowed("currency", used[0] if used else "USD")


def narrowed(scope: Scope, cuts: dict[str, Any]) -> Scope | None:
    """`scope` with each column of `cuts` at its value; None where the scope itself leaves that value out."""
    allowed = dict(scope.filters)
    for column, value in cuts.items():
        if column in allowed and not (column == "customer" and scope.with_children) and value not in allowed[column]:
            return None
        scope = replace(scope.narrowed(column, value), with_children=False)
    return scope


def figure(oracle: Oracle, scope: Scope | None, measure: str, days: int) -> Any:
    found = oracle.kpis(scope, days) if scope else []
    return found[0][measure] if found else None


def nothing_is_zero(value: Any) -> Any:
    """A population without documents has no row of figures; its cell is an amount of nothing, or n/a."""
    return value or None


@given(books(), st.lists(scopes(), min_size=2, max_size=3), st.sampled_from(MEASURES), st.permutations(WORDS), st.booleans())
def test_a_cell_is_the_figure_of_its_own_population(
    book: Ledger, asked: list[Scope], measure: str, words: Sequence[str], two: bool
) -> None:
    oracle, row_word, column_word = Oracle(book.rows), words[0], next(word for word in words[1:] if word != "customer")
    with book.direct_store() as store:
        for scope in (one_currency(each, book) for each in asked):
            if scope.with_children:
                continue
            found = pivot.table(store, scope, measure=measure, rows=row_word, columns=column_word if two else None, days=60)
            for line in rows(found.frame):
                cuts = {row_word: line[row_word]} if line["line"] == "value" else {}
                assert nothing_is_zero(line["total"]) == nothing_is_zero(figure(oracle, narrowed(scope, cuts), measure, 60))
                for column in found.columns:
                    value = None if column == "(empty)" else column
                    expected = figure(oracle, narrowed(scope, cuts | {column_word: value}), measure, 60)
                    assert nothing_is_zero(line[column]) == nothing_is_zero(expected)


@given(books(), st.lists(scopes(), min_size=2, max_size=3), st.sampled_from(("open", "overdue_share", "dso", "net")))
def test_over_time_every_column_is_asked_at_its_own_end(book: Ledger, asked: list[Scope], measure: str) -> None:
    oracle = Oracle(book.rows)
    with book.direct_store() as store:
        for scope in (one_currency(each, book) for each in asked):
            found = pivot.table(store, scope, measure=measure, rows="month", days=90)
            for line in rows(found.frame):
                if line["line"] == "total":
                    assert line["total"] is None
                else:
                    expected = figure(oracle, scope.at(date.fromisoformat(line["month"])), measure, 90)
                    assert nothing_is_zero(line["total"]) == nothing_is_zero(expected)


@given(books(), st.lists(scopes(), min_size=2, max_size=3))
def test_cohorts_are_what_payments_brought_within_so_many_days(book: Ledger, asked: list[Scope]) -> None:
    oracle = Oracle(book.rows)
    with book.direct_store() as store:
        for scope in asked:
            assert in_order(cohorts.shares(store, scope, edges=EDGES)) == in_order(recounted(oracle, scope))


@given(books(), st.lists(scopes(), min_size=2, max_size=3))
def test_a_cohort_is_the_sum_of_its_documents(book: Ledger, asked: list[Scope]) -> None:
    with book.direct_store() as store:
        for scope in asked:
            for month in rows(cohorts.shares(store, scope, edges=EDGES)):
                found = cohorts.documents(store, scope, month["month"], edges=EDGES, size=None)
                assert found.total_amount[month["currency"]] == month["billed"]
                mine = [row for row in rows(found.rows) if row["currency"] == month["currency"]]
                if scope.currency is not None:  # each row is rounded to what its currency has
                    continue
                assert sum(row["amount"] for row in mine) == month["billed"]
                for name in (f"paid_{edge}" for edge in EDGES):
                    paid = [row[name] for row in mine]
                    assert month[name] == (None if None in paid or not month["billed"] else shown(ratio(sum(paid), month["billed"])))


def recounted(oracle: Oracle, scope: Scope) -> list[dict[str, Any]]:
    ends = list(period_ends(date(2000, 1, 1), scope.day, "month"))[-cohorts.MONTHS :]
    found = []
    for before, end in zip([ends[0].replace(day=1) - timedelta(days=1), *ends], ends, strict=False):
        billed = [
            Item(d, d.total) for d in oracle.documents.values() if d.kind != "credit_note" and d.alive(scope.day) and before < d.day <= end
        ]
        covered = [item for item in oracle.inside(billed, scope) if oracle.rate_of(item.document, scope, scope.day) is not None]
        for currency in sorted({scope.currency or item.document.currency for item in covered}):
            mine = [item for item in covered if currency in (scope.currency, item.document.currency)]
            total = oracle.total(mine, scope, currency, scope.day)
            row: dict[str, Any] = {"currency": currency, "month": end, "billed": money(total, currency)}
            for edge in EDGES:
                paid = [
                    Item(a.invoice, a.amount)
                    for a in oracle.applications
                    if a.kind == "payment" and a.counts(scope.day) and (a.day - a.invoice.day).days <= edge
                    if any(item.document is a.invoice for item in mine)
                ]
                share = shown(ratio(oracle.total(paid, scope, currency, scope.day), total))
                row[f"paid_{edge}"] = share if end + timedelta(days=edge) <= scope.day else None
            found.append(row)
    return found


@given(books(), st.lists(scopes(), min_size=2, max_size=3))
def test_roll_rates_follow_each_item_for_a_month(book: Ledger, asked: list[Scope]) -> None:
    oracle = Oracle(book.rows)
    with book.direct_store() as store:
        for scope in asked:
            assert in_order(rolls.rates(store, scope, months=4)) == in_order(rolled(oracle, scope, 4))


def rolled(oracle: Oracle, scope: Scope, months: int) -> list[dict[str, Any]]:
    ends = list(period_ends(date(2000, 1, 1), scope.day, "month"))[-months - 1 :]
    found = []
    for start, end in pairwise(ends):
        asked, later = scope.at(start), {(i.document.id, i.installment_no): i for i in oracle.open_items(end)}
        here: dict[tuple[str, int], list[Item]] = defaultdict(list)
        moved: dict[tuple[str, int], list[Item]] = defaultdict(list)
        for item in oracle.inside(oracle.open_items(start), asked):
            place = place_of(item.age(start), EDGES)
            if item.amount <= 0 or place == len(EDGES) or oracle.rate_of(item.document, asked, start) is None:
                continue
            key = scope.currency or item.document.currency, place
            here[key].append(item)
            then = later.get((item.document.id, item.installment_no))
            if then is not None and then.amount > 0 and place_of(then.age(end), EDGES) > place:
                moved[key].append(Item(item.document, min(item.amount, then.amount)))
        for (currency, place), items in here.items():
            amount, gone = (oracle.total(part, asked, currency, start) for part in (items, moved[currency, place]))
            names = {"currency": currency, "start": start, "end": end, "bucket": labels(EDGES)[place]}
            sums = {"amount": money(amount, currency), "rolled": money(gone, currency), "rate": shown(ratio(gone, amount))}
            found.append(names | sums)
    return found


@given(books(), st.lists(scopes(), min_size=2, max_size=4), st.booleans())
def test_the_concentration_curve_adds_up_the_largest_debtors(book: Ledger, asked: list[Scope], late: bool) -> None:
    oracle = Oracle(book.rows)
    with book.direct_store() as store:
        for scope in (one_currency(each, book) for each in asked):
            found = concentration.curve(store, scope, late=late)
            owed: dict[str | None, Fraction] = defaultdict(Fraction)
            for item in oracle.inside(oracle.open_items(scope.day), scope):
                if item.age(scope.day) > 0 or not late:
                    owed[item.document.dimensions["customer"]] += oracle.total(
                        [item], scope, scope.currency or item.document.currency, scope.day
                    )
            largest = sorted((amount for amount in owed.values() if amount > 0), reverse=True)
            total = sum(largest, Fraction(0))
            assert found.debtors == len(largest)
            assert found.in_credit == sum(amount < 0 for amount in owed.values())
            assert found.hhi == shown(ratio(sum((each * each for each in largest), Fraction(0)), total * total))
            for point in rows(found.curve):
                assert point["share"] == shown(sum(largest[: point["debtors"]], Fraction(0)) / total)
            assert not largest or rows(found.curve)[-1]["share"] == Decimal(1)
