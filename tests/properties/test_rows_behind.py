"""The rows behind every line of both roll-forwards, of random books: all of the line, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from analytics import changes, evidence, movements
from analytics.scope import Scope
from tests.answers import rows
from tests.ledger import Ledger
from tests.properties.books import books, scopes


@given(books(), st.lists(scopes(), min_size=2, max_size=3), st.integers(1, 200))
def test_the_rows_of_a_line_add_up_to_it(book: Ledger, asked: list[Scope], length: int) -> None:
    with book.direct_store() as store:
        for scope in asked:
            start = scope.day - timedelta(days=length)
            net, opened = rows(movements.roll_forward(store, scope, start=start)), rows(changes.since(store, scope, start=start))
            lines = {row["currency"]: row | other for row, other in zip(net, opened, strict=True)}
            for of in get_args(evidence.Move):
                expected = {currency: row[of.replace(" ", "_").replace("-", "_")] for currency, row in lines.items()}
                for report in (evidence.documents, evidence.customers):
                    found = report(store, scope, of, days=length, size=None)
                    assert {code: found.total_amount.get(code, 0) for code in lines} == expected
                    if scope.currency is None:
                        for code, part in found.rows.groupby("currency"):
                            assert part["amount"].sum() == expected[str(code)]
