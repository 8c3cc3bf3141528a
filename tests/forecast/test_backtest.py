"""The back-test: the models, what they expected at past cut-offs, and what came in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from analytics import forecast
from analytics.errors import UsageError
from analytics.forecast.backtest import MODELS
from analytics.forecast.models import DUE_DATE, MEAN_DELAY, MEDIAN_DELAY
from analytics.forecast.receipts import MODEL
from analytics.scope import Scope
from tests.answers import rows
from tests.forecast.histories import AS_OF, after, busy_book, paid_history
from tests.ledger import Ledger

EVERYTHING = Scope(as_of=AS_OF)


def weeks(book: Ledger, model: str, **options: int) -> list[tuple[date, Decimal, Decimal]]:
    """(start, expected, actual) of every week in which either is something."""
    with book.direct_store() as store:
        found = rows(forecast.backtest(store, EVERYTHING, **options).weeks)  # type: ignore[arg-type]
    of_model = ((row["start"], row["expected"], row["actual"]) for row in found if row["model"] == model)
    return [row for row in of_model if row[1] or row[2]]


def two_customers(ledger: Ledger) -> Ledger:
    """One who pays on the due date, one who pays 14 days late but for once 60; and an open invoice of each at day -28."""
    book = paid_history(ledger, "Prompt", [0] * 20, every=14)
    book = paid_history(book, "Tardy", [14] * 19 + [60], every=14)
    book = book.invoice("P", "Prompt", "10.00", issue=after(-40), due=after(-21)).invoice(
        "T", "Tardy", "30.00", issue=after(-40), due=after(-21)
    )
    return book.receipt("PP", "Prompt", "10.00", after(-21), applied={"P": "10.00"}).receipt(
        "PT", "Tardy", "30.00", after(-7), applied={"T": "30.00"}
    )


def test_each_simple_model_pays_an_invoice_in_full_on_one_day(ledger: Ledger) -> None:
    book = two_customers(ledger)
    first, third = after(-27), after(-13)
    actual = {first: Decimal("10.00"), third: Decimal("30.00")}
    assert weeks(book, DUE_DATE, cutoffs=1, horizon_days=28) == [
        (first, Decimal("40.00"), actual[first]),
        (third, Decimal(0), actual[third]),
    ]
    assert weeks(book, MEDIAN_DELAY, cutoffs=1, horizon_days=28) == [(day, amount, amount) for day, amount in actual.items()]
    # The mean of 19 times 14 and once 60 is 16.3 days: three days into the fourth week.
    assert weeks(book, MEAN_DELAY, cutoffs=1, horizon_days=28) == [
        (first, Decimal("10.00"), actual[first]),
        (third, Decimal(0), actual[third]),
        (after(-6), Decimal("30.00"), Decimal(0)),
    ]


def test_the_errors_are_shares_of_what_came_in(ledger: Ledger) -> None:
    with two_customers(ledger).direct_store() as store:
        found = {row["model"]: row for row in rows(forecast.backtest(store, EVERYTHING, cutoffs=1, horizon_days=28).models)}
    assert tuple(found) == MODELS
    assert found[DUE_DATE]["wape"] == found[MEAN_DELAY]["wape"] == Decimal("1.5000")  # 60 of 40
    assert found[MEDIAN_DELAY]["wape"] == found[MEDIAN_DELAY]["bias"] == 0
    assert found[MEDIAN_DELAY]["best"]
    assert not found[DUE_DATE]["best"]
    assert found[DUE_DATE]["error_30"] is found[DUE_DATE]["coverage90"] is None


def test_an_invoice_whose_day_has_passed_is_expected_the_day_after_the_cut_off(ledger: Ledger) -> None:
    book = paid_history(ledger, "C1", [0] * 20).invoice("Old", "C1", "10.00", issue=after(-90), due=after(-60))
    assert weeks(book, DUE_DATE, cutoffs=1, horizon_days=28) == [(after(-27), Decimal("10.00"), Decimal(0))]


def test_what_came_in_are_payments_on_invoices_open_at_the_cut_off(ledger: Ledger) -> None:
    book = paid_history(ledger, "C1", [0] * 20).invoice("Open", "C1", "100.00", issue=after(-40), due=after(-20))
    book = book.receipt("P1", "C1", "30.00", after(-27), applied={"Open": "30.00"})
    book = book.credit_note("N1", "C1", "20.00", issue=after(-26), applied={"Open": "20.00"}).write_off("Open", "5.00", after(-25))
    book = book.invoice("New", "C1", "100.00", issue=after(-20), due=after(-19))
    book = book.receipt("P2", "C1", "100.00", after(-19), applied={"New": "100.00"})
    book = book.receipt("P3", "C1", "9.00", after(-12), applied={"Open": "9.00"}, reversed_date=after(-10))
    assert weeks(book, DUE_DATE, cutoffs=1, horizon_days=28) == [
        (after(-27), Decimal(0), Decimal("30.00")),
        (after(-20), Decimal("100.00"), Decimal(0)),
    ]


def test_the_cut_offs_are_four_weeks_apart_where_the_book_is_old_enough(ledger: Ledger) -> None:
    with busy_book(ledger).direct_store() as store:
        found = forecast.backtest(store, EVERYTHING, cutoffs=6)
        assert all(row["lo90"] is None or 0 <= row["lo90"] <= row["hi90"] for row in rows(found.weeks))
        asked_too_much = forecast.backtest(store, EVERYTHING, cutoffs=60)
    days = sorted({row["cutoff"] for row in rows(found.weeks)})
    assert days == [after(-91 - 28 * place) for place in reversed(range(6))]
    assert asked_too_much.notes[0].startswith("Only ")
    days = sorted({row["cutoff"] for row in rows(asked_too_much.weeks)})
    assert len(days) < 60
    assert {(b - a).days for a, b in pairwise(days)} == {7}


def test_a_book_without_a_past_has_no_errors_and_says_why(ledger: Ledger) -> None:
    with ledger.invoice("I1", "C1", "1.00", issue=after(-10)).direct_store() as store:
        found = forecast.backtest(store, EVERYTHING)
    assert found.weeks.empty
    assert all(row["wape"] is None and row["cutoffs"] == 0 and not row["best"] for row in rows(found.models))
    assert found.notes == ("The book is too young to be replayed: no cut-off has a past to learn from and a horizon that is over.",)


def test_a_simpler_model_that_does_better_is_named(ledger: Ledger) -> None:
    with two_customers(ledger).direct_store() as store:
        found = forecast.backtest(store, EVERYTHING, cutoffs=1, horizon_days=28)
    assert f"In USD a simpler model does better on this book: {MEDIAN_DELAY}." in found.notes


def test_currencies_are_tested_apart(ledger: Ledger) -> None:
    book = paid_history(paid_history(ledger, "C1", [5] * 60), "C2", [5] * 60, currency="JPY", amount="1000")
    with book.direct_store() as store:
        found = rows(forecast.backtest(store, EVERYTHING, cutoffs=3).models)
    assert [(row["currency"], row["model"]) for row in found] == [(currency, model) for currency in ("JPY", "USD") for model in MODELS]
    ours = {row["currency"]: row for row in found if row["model"] == MODEL}
    assert ours["JPY"]["wape"] == pytest.approx(ours["USD"]["wape"], abs=Decimal("0.01"))


def test_cut_offs_are_asked_for_in_reason(ledger: Ledger) -> None:
    with ledger.direct_store() as store, pytest.raises(UsageError):
        forecast.backtest(store, EVERYTHING, cutoffs=0)
