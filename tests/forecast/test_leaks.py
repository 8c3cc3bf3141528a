"""Nothing after the as-of day, and nothing recorded after it, moves a digit of the forecast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

from analytics import aging, forecast
from analytics.forecast import Scenario
from analytics.forecast.book import read
from analytics.forecast.replays import TOTAL, Replays, whole_book
from analytics.scope import Scope
from tests.answers import rows
from tests.forecast.histories import AS_OF, after, busy_book
from tests.ledger import Ledger, Row
from tests.ledger import ledger as empty_ledger

CONTRACT = {"currency": "USD", "billing": "monthly", "amount": "40.00"}
BOOK = (
    busy_book(empty_ledger(), weeks=40)
    .rate(after(-1), "USD", "EUR", "0.9")
    .receipt("P-before", "Late", "100.00", after(-3))
    .row("contracts", contract_id="K-1", customer_id="Late", start_date=after(-90), **CONTRACT)
)
"""Late-037 and Slow-037 are open on the day; the last receipt lies unapplied."""


def cell(name: str, key: str, **cells: object) -> Callable[[str, Row], Row]:
    """A change of the row whose `key` is `name`."""
    return lambda _table, row: dict(row) | cells if row.get(key) == name and set(cells) <= set(row) else row


LATER: dict[str, Callable[[Ledger], Ledger]] = {
    "invoices of new customers, currencies and names": lambda book: (
        book.customer("Aaron", segment="Another", region="Nowhere")
        .invoice("A-1", "Aaron", "999.99", issue=after(1), due=after(2), currency="CHF", entity="New")
        .invoice("A-2", "Early", "1.00", issue=after(3), due=after(1))
    ),
    "payments of open invoices": lambda book: book.receipt("P-later", "Late", "50.00", after(1), applied={"Late-037": "50.00"}),
    "applications of a payment already there": lambda book: book.application("payment", "P-before", "Late-037", "50.00", after(1)),
    "credit notes, discounts and write-offs": lambda book: (
        book.credit_note("N-1", "Late", "20.00", issue=after(1), applied={"Late-037": "20.00"})
        .write_off("Slow-037", "10.00", after(2))
        .discount("Late-036", "1.00", after(3))
    ),
    "a void": lambda book: book.changed(cell("Late-037", "invoice_id", status="void", voided_date=after(1))),
    "a reversal": lambda book: book.changed(cell("P-Early-020", "payment_id", reversed_date=after(1))),
    "a dispute and rates": lambda book: (
        book.dispute("Late-037", after(1)).rate(after(1), "USD", "EUR", "0.1").rate(after(2), "CHF", "EUR", "1")
    ),
    "a contract of later on": lambda book: book.row("contracts", contract_id="K-2", customer_id="Slow", start_date=after(1), **CONTRACT),
    "unapplied cash and its refund": lambda book: book.receipt("P-x", "Slow", "70.00", after(1)).refund("R-x", "Early", "5.00", after(2)),
    "an application recorded later": lambda book: book.application(
        "payment", "P-before", "Late-037", "50.00", after(-3), recorded_at=f"{after(1)} 08:00:00"
    ),
}


def digits(book: Ledger, scope: Scope) -> list[object]:
    """Every cell of a forecast and of a back-test, and of the rows behind them, but not the notes."""
    with book.direct_store() as store:
        expected = forecast.receipts(store, scope, by=("customer",))
        tested = forecast.backtest(store, scope, cutoffs=3, horizon_days=56)
        changed = forecast.compare(store, scope, Scenario(worst=1, worst_sooner=7))
        answers = (expected, tested, changed)
        behind = [expected.behind(source, start) for source in expected.layers for start in dict.fromkeys(expected.periods["start"])]
        behind += [changed.by_customer(start) for start in dict.fromkeys(changed.weeks["start"])]
        behind.append(forecast.foretold(store, tested, size=None).rows)
    apart = ("notes", "layers", "facts", "cases")
    found = [getattr(answer, field.name) for answer in answers for field in fields(answer) if field.name not in apart]
    return [rows(value) if isinstance(value, pd.DataFrame) else value for value in (*found, *behind)]


@pytest.mark.parametrize("currency", [None, "EUR"])
@pytest.mark.parametrize("what", LATER)
def test_what_comes_later_changes_no_digit(what: str, currency: str | None) -> None:
    scope = Scope(as_of=AS_OF, currency=currency)
    assert digits(LATER[what](BOOK), scope) == digits(BOOK, scope)


def test_all_of_it_together_in_any_order_changes_no_digit() -> None:
    everything = BOOK
    for change in LATER.values():
        everything = change(everything)
    assert digits(everything.shuffled(seed=3), Scope(as_of=AS_OF)) == digits(BOOK, Scope(as_of=AS_OF))


@pytest.mark.parametrize("what", [what for what in LATER if what not in ("a dispute and rates", "an application recorded later")])
def test_the_same_matters_once_it_has_happened(what: str) -> None:
    scope = Scope(as_of=after(3))
    assert digits(LATER[what](BOOK), scope) != digits(BOOK, scope)


@pytest.mark.parametrize("days_ago", range(7))
def test_the_misses_before_a_past_cut_off_are_those_known_on_its_day(days_ago: int) -> None:
    book = BOOK.receipt("P-slow", "Slow", "20.00", after(-33))
    book = book.application("payment", "P-slow", "Slow-030", "20.00", after(-33), recorded_at=f"{after(-27 - days_ago)} 09:00:00")
    with book.direct_store() as store:
        now, then = (read(store, Scope(as_of=day)) for day in (AS_OF, after(-28 - days_ago)))
    found = [Replays(book, (whole_book(book),)).misses(then.day, 91, 0, TOTAL) for book in (now, then)]
    assert np.isfinite(found[1]).any()
    np.testing.assert_array_equal(*found)


def test_an_application_recorded_later_counts_in_the_aging_and_not_here(ledger: Ledger) -> None:
    book = ledger.invoice("I1", "C1", "100.00", issue=after(-30), due=AS_OF).receipt("P1", "C1", "40.00", after(-2))
    book = book.application("payment", "P1", "I1", "40.00", after(-2), recorded_at=f"{after(3)} 10:00:00")
    with book.direct_store() as store:
        found = forecast.receipts(store, Scope(as_of=AS_OF))
        known_later = forecast.receipts(store, Scope(as_of=after(3)))
        in_aging = rows(aging.summary(store, Scope(as_of=AS_OF)))[0]["total"]
    assert (rows(found.invoices)[0]["open_amount"], in_aging) == (100, 60)
    assert rows(known_later.invoices)[0]["open_amount"] == 60
    sentence = "Applications recorded after {} count in the aging and not here: the two open amounts differ."
    assert sentence.format(AS_OF) in found.notes
    assert sentence.format(after(3)) not in known_later.notes
