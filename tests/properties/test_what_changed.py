"""What changed between two days, of random books: every line is what the brute-force judge counts, and they add up to the cent."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from analytics import changes
from analytics.scope import Scope
from tests.answers import rows
from tests.ledger import Ledger
from tests.oracle import Item, Oracle, money, place_of
from tests.properties.books import books, scopes

EDGES = (0, 30, 60, 90)


@given(books(), st.lists(scopes(), min_size=3, max_size=5), st.integers(0, 200))
def test_the_lines_are_counted_and_add_up(book: Ledger, asked: list[Scope], length: int) -> None:
    oracle = Oracle(book.rows)
    with book.direct_store() as store:
        for scope in asked:
            start = scope.day - timedelta(days=length)
            for row in rows(changes.since(store, scope, start=start)):
                assert row["closes"]
                lines = sum(sign * row[line] for line, sign in changes.SIGNS.items())
                assert row["opening"] + lines + row["fx"] == row["closing"]
                currency, population = row["currency"], [d for d in oracle.documents.values() if d.kind != "credit_note"]
                opened = {day: {(i.document.id, i.installment_no): i for i in oracle.open_items(day)} for day in (start, scope.day)}
                for name, day in (("opening", start), ("closing", scope.day)):
                    items = oracle.inside(opened[day].values(), scope)
                    assert row[name] == money(oracle.total(items, scope, currency, day), currency)
                billed = [Item(d, d.total * (d.alive(scope.day) - d.alive(start))) for d in population]
                assert row["invoiced"] == money(oracle.total(oracle.inside(billed, scope), scope, currency, scope.day), currency)
                for line in ("paid", "credited", "written_off"):
                    applied = [
                        Item(a.invoice, a.amount * (a.counts(scope.day) - a.counts(start)))
                        for a in oracle.applications
                        if changes.LINES[a.kind] == line
                    ]
                    assert row[line] == money(oracle.total(oracle.inside(applied, scope), scope, currency, scope.day), currency)
                aged = [
                    Item(then.document, min(then.amount, opened[scope.day][key].amount))
                    for key, then in opened[start].items()
                    if key in opened[scope.day] and min(then.amount, opened[scope.day][key].amount) > 0
                    if place_of(opened[scope.day][key].age(scope.day), EDGES) > place_of(then.age(start), EDGES)
                ]
                assert row["aged"] == money(oracle.total(oracle.inside(aged, scope), scope, currency, scope.day), currency)


@given(books(), st.lists(scopes(), min_size=2, max_size=4), st.integers(1, 120))
def test_the_movers_are_the_largest_changes_and_together_all_of_it(book: Ledger, asked: list[Scope], length: int) -> None:
    with book.direct_store() as store:
        for scope in (each for each in asked if each.currency is None):
            start = scope.day - timedelta(days=length)
            every = rows(changes.movers(store, scope, start=start, size=1000))
            found: dict[str, Fraction] = defaultdict(Fraction)
            for row in every:
                assert row["change"] == sum(sign * row[line] for line, sign in changes.SIGNS.items())
                found[row["currency"]] += Fraction(row["change"])
            for row in rows(changes.since(store, scope, start=start)):
                assert found[row["currency"]] == Fraction(row["closing"] - row["opening"])
            first = rows(changes.movers(store, scope, start=start, size=2))
            for currency in {row["currency"] for row in every}:
                mine = [abs(row["change"]) for row in every if row["currency"] == currency]
                assert [abs(row["change"]) for row in first if row["currency"] == currency] == sorted(mine, reverse=True)[:2]
