"""The back-test: the models, what they expected at past cut-offs, and what came in."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from analytics import forecast
from analytics.__main__ import main
from analytics.answers import records
from analytics.errors import UsageError
from analytics.forecast import judged
from analytics.forecast.backtest import MODELS
from analytics.forecast.models import DUE_DATE, MEAN_DELAY, MEDIAN_DELAY
from analytics.forecast.placed import CHANCES
from analytics.forecast.receipts import MODEL
from analytics.scope import Scope
from tests.answers import rows
from tests.forecast.histories import AS_OF, after, busy_book, paid_history
from tests.ledger import Ledger
from tests.ledger import ledger as empty_ledger

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


@pytest.fixture(scope="module")
def busy() -> forecast.Backtest:
    with busy_book(empty_ledger()).direct_store() as store:
        return forecast.backtest(store, EVERYTHING, cutoffs=6)


@pytest.fixture(scope="module")
def of_few_coins() -> forecast.Backtest:
    """Invoices of three yen: what is expected of a week is far from a whole coin."""
    late = [5 if week % 3 else 12 for week in range(60)]
    with paid_history(empty_ledger(), "C1", late, currency="JPY", amount="3").direct_store() as store:
        return forecast.backtest(store, EVERYTHING, cutoffs=6)


def test_the_ranges_hold_the_figures_and_the_best_has_the_least_error(busy: forecast.Backtest) -> None:
    found = rows(busy.models)
    for row in found:
        for name in ("wape", "error_30", "error_60", "error_90"):
            assert row[f"{name}_lo"] <= row[name] <= row[f"{name}_hi"]
    assert {row["model"] for row in found if row["best"]} == {row["model"] for row in found if row["wape"] == min(r["wape"] for r in found)}


def to_four_places(part: Decimal | int, whole: Decimal | int) -> Decimal:
    return (Decimal(part) / Decimal(whole)).quantize(Decimal("0.0001"))


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("book", ["busy", "of_few_coins"])
def test_every_error_can_be_worked_out_from_the_rows(request: pytest.FixtureRequest, book: str, model: str) -> None:
    found: forecast.Backtest = request.getfixturevalue(book)
    said = next(row for row in rows(found.models) if row["model"] == model)
    of_weeks, of_days = ([row for row in rows(frame) if row["model"] == model] for frame in (found.weeks, found.until))
    figures = {"wape": of_weeks} | {
        f"error_{days}": [row for row in of_days if row["end"] - row["cutoff"] == timedelta(days)] for days in (30, 60, 90)
    }
    for name, part in figures.items():
        assert said[name] == to_four_places(sum(abs(row["expected"] - row["actual"]) for row in part), sum(row["actual"] for row in part))
    came = sum(row["actual"] for row in of_weeks)
    assert said["bias"] == to_four_places(sum(row["expected"] - row["actual"] for row in of_weeks), came)


@pytest.mark.parametrize("level", ["80", "90"])
def test_how_often_the_intervals_held_can_be_counted_from_the_rows(busy: forecast.Backtest, level: str) -> None:
    said = {MODEL: next(row for row in rows(busy.models) if row["model"] == MODEL), "total": rows(busy.sources)[-1]}
    for model, row in said.items():
        inside = [each[f"lo{level}"] <= each["actual"] <= each[f"hi{level}"] for each in rows(busy.weeks) if each["model"] == model]
        assert row[f"coverage{level}"] == to_four_places(sum(inside), len(inside))


def test_days_off_and_odds_can_be_worked_out_from_the_invoices(ledger: Ledger) -> None:
    with busy_book(ledger).direct_store() as store:
        busy = forecast.backtest(store, EVERYTHING, cutoffs=6)
        found = forecast.foretold(store, busy, size=None)
        first = forecast.foretold(store, busy, cutoff=rows(busy.weeks)[0]["cutoff"], size=1)
        with pytest.raises(UsageError, match="2026-03-31 is not a day that the back-test replayed: 2025-"):
            forecast.foretold(store, busy, cutoff=AS_OF)
    items = rows(found.rows)
    paid = [row for row in items if row["days_off"] is not None]
    whole = rows(busy.pay_dates)[-1]
    assert (found.total_items, found.paid_items, whole["items"]) == (len(items), len(paid), len(paid))
    assert whole["error"] == to_four_places(found.days_off, len(paid)) == to_four_places(sum(row["days_off"] for row in paid), len(paid))
    assert whole["error_median"] == to_four_places(sum(row["days_off_median"] for row in paid), len(paid))
    assert all(row["days_off"] == abs((row["expected_pay_date"] - row["paid_date"]).days) for row in paid if row["expected_pay_date"])
    for chance, happened in (("p_paid_30", "paid_30"), ("p_late_0", "late_0")):
        judged_ones = [row for row in rows(busy.reliability) if row["chance"] == chance]
        known = [row for row in items if row[happened] is not None]
        assert sum(row["items"] for row in judged_ones) == len(known)
        assert sum(round(row["happened"] * row["items"]) for row in judged_ones) == sum(row[happened] for row in known)
    assert first.total_items < found.total_items
    assert rows(first.rows) == [next(row for row in items if row["cutoff"] == rows(first.rows)[0]["cutoff"])]


@pytest.mark.parametrize("behind", ["weeks", "until", "invoices"])
def test_the_command_line_answers_the_rows_behind(ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str], behind: str) -> None:
    with busy_book(ledger).store(tmp_path) as store:
        found = forecast.backtest(store, EVERYTHING, cutoffs=2)
        wanted = forecast.foretold(store, found, size=None).rows if behind == "invoices" else getattr(found, behind)
        asked = ["backtest", "--cutoffs", "2", "--as-of", str(AS_OF), "--store", str(store.directory), "--format", "json"]
        assert main([*asked, "--behind", behind]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["behind"] == behind
    assert answer["rows"] == records(wanted)


def test_an_item_is_named_with_its_installment_and_what_was_open_of_it(ledger: Ledger) -> None:
    book = paid_history(ledger, "C1", [0] * 20).customer("C1", name="Acme").invoice("I1", "C1", "100.00", issue=after(-40))
    book = book.row("installments", invoice_id="I1", installment_no=7, due_date=after(-20), amount="60.00")
    book = book.row("installments", invoice_id="I1", installment_no=8, due_date=after(-10), amount="40.00")
    book = book.receipt("P1", "C1", "25.00", after(-30), applied={"I1": "25.00"})
    book = book.receipt("P2", "C1", "35.00", after(-18), applied={"I1": "35.00"})
    with book.direct_store() as store:
        found = rows(forecast.foretold(store, forecast.backtest(store, EVERYTHING, cutoffs=1, horizon_days=28)).rows)
    names = ("name", "invoice_id", "installment_no", "due_date", "open_amount", "paid_date", "days_off")
    assert [tuple(row[name] for name in names) for row in found] == [
        ("Acme", "I1", 7, after(-20), Decimal("35.00"), after(-18), 2),
        ("Acme", "I1", 8, after(-10), Decimal("40.00"), None, None),
    ]


def test_the_total_is_the_sum_of_the_sources(busy: forecast.Backtest) -> None:
    total = [row for row in rows(busy.weeks) if row["model"] == "total"]
    opened = [row for row in rows(busy.weeks) if row["model"] == MODEL]
    assert all(whole["actual"] >= part["actual"] for whole, part in zip(total, opened, strict=True))
    assert sum(row["actual"] for row in total) > sum(row["actual"] for row in opened)
    assert [row["tried"] for row in rows(busy.horizon)] == [6] * 13


def test_the_largest_misses_come_first(busy: forecast.Backtest) -> None:
    found = rows(busy.misses)
    assert len(found) == 10
    assert [abs(row["miss"]) for row in found] == sorted((abs(row["miss"]) for row in found), reverse=True)
    assert all(row["miss"] == row["expected"] - row["actual"] for row in found)


def test_the_odds_are_compared_with_what_became_of_each_invoice(busy: forecast.Backtest) -> None:
    found = rows(busy.reliability)
    assert {row["chance"] for row in found} == {"p_paid_30", "p_late_0"}
    assert all(0 <= row["said"] <= 1 and 0 <= row["happened"] <= 1 and row["items"] > 0 for row in found)
    paid = [row for row in found if row["chance"] == "p_paid_30"]
    assert paid[-1]["happened"] > paid[0]["happened"]
    assert busy.late_auc is not None
    assert busy.late_auc > Decimal("0.8")


def test_the_pay_dates_are_off_by_less_than_the_median_says_or_not_much_more(busy: forecast.Backtest) -> None:
    found = {row["history"]: row for row in rows(busy.pay_dates)}
    assert found["all"]["items"] == sum(row["items"] for name, row in found.items() if name != "all")
    assert found["all"]["error"] < 6


def test_late_payers_told_apart_perfectly_and_not_at_all() -> None:
    chances = np.zeros((4, len(CHANCES)))
    happened = np.array([[np.nan, late] for late in (1.0, 1.0, 0.0, 0.0)])
    chances[:, CHANCES.index("p_late_0")] = (0.9, 0.8, 0.2, 0.1)
    assert judged.late_auc(replace(judged.NOTHING, chances=chances, happened=happened)) == 1
    chances[:, CHANCES.index("p_late_0")] = 0.5
    assert judged.late_auc(replace(judged.NOTHING, chances=chances, happened=happened)) == Decimal("0.5")
