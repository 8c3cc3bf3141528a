"""The forecast of receipts: what is expected, when, and what is said of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from analytics import aging, forecast
from analytics.__main__ import main
from analytics.errors import UnknownColumn, UsageError
from analytics.forecast import Forecast
from analytics.scope import Scope
from analytics.store import Store
from tests.answers import rows
from tests.forecast.histories import AS_OF, after, busy_book, paid_history
from tests.ledger import Ledger
from tests.ledger import ledger as empty_ledger

EVERYTHING = Scope(as_of=AS_OF)
AMOUNTS = ("mean", "p50", "lo80", "hi80", "lo90", "hi90")


@pytest.fixture(scope="module")
def busy() -> Iterator[Store]:
    """A store of `busy_book`, and one invoice in another currency."""
    book = busy_book(empty_ledger()).invoice("EUR-1", "Late", "77.77", issue=after(-20), due=after(9), currency="EUR")
    with book.dispute("Late-058", after(-3)).direct_store() as store:
        yield store


def expected(book: Ledger, scope: Scope | None = None, only: str | None = "open", **options: object) -> Forecast:
    """Of issued invoices, unless asked otherwise."""
    with book.direct_store() as store:
        return forecast.receipts(store, scope or EVERYTHING, only=only, **options)  # type: ignore[arg-type]


def means(frame: pd.DataFrame, **only: object) -> list[Decimal]:
    return [row["mean"] for row in rows(frame) if all(row[name] == value for name, value in only.items())]


def test_without_any_payment_half_of_what_is_due_today_is_expected_within_thirty_days(ledger: Ledger) -> None:
    found = expected(ledger.invoice("I1", "C1", "100.00", issue="2026-03-01", due=AS_OF))
    assert means(found.cumulative) == [Decimal("50.00"), Decimal("66.67"), Decimal("75.00")]  # 30/60, 60/90, 90/120
    assert means(found.periods)[:2] == [Decimal("18.92"), Decimal("12.90")]  # 7/37, then 14/44 less that
    assert found.notes[-2].startswith("No invoice was paid yet: half of what is late")


def test_what_is_as_late_as_nobody_ever_was_takes_its_own_age_and_thirty_days_for_the_next_half(ledger: Ledger) -> None:
    found = expected(ledger.invoice("I1", "C1", "100.00", issue="2026-01-01", due=after(-30)))
    assert means(found.cumulative) == [Decimal("33.33"), Decimal("50.00"), Decimal("60.00")]  # 30/90, 60/120, 90/150
    assert rows(found.invoices)[0]["expected_pay_date"] == after(60)


def test_a_customer_who_always_pays_ten_days_late_is_expected_ten_days_late(ledger: Ledger) -> None:
    book = paid_history(ledger, "C1", [10] * 40).invoice("Open", "C1", "500.00", issue="2026-03-20", due=after(12))
    found = expected(book)
    (invoice,) = rows(found.invoices)
    assert invoice["expected_pay_date"] == invoice["pay_date_hi80"] == after(22)
    assert invoice["days_past_due"] == -12
    assert invoice["n_history"] == 40
    assert invoice["p_paid_7"] < Decimal("0.01")
    assert invoice["p_paid_30"] > Decimal("0.95")
    assert invoice["p_late_0"] > Decimal("0.95")
    fourth_week = means(found.periods, start=after(22))[0]
    assert fourth_week > Decimal("470")
    assert found.explain("Open") == (
        "40 paid invoices: usually 10 days late, on Saturdays; this one is due in 12 days; 0% within 7 days; own history weighs 84%"
    )


def test_an_invoice_later_than_its_customer_ever_was_is_placed_by_what_others_do_at_that_age(ledger: Ledger) -> None:
    book = paid_history(paid_history(ledger, "Prompt", [0] * 40), "Tardy", [60] * 40)
    book = book.invoice("Open", "Prompt", "500.00", issue="2026-01-10", due=after(-40))
    (invoice,) = rows(expected(book).invoices)
    assert invoice["expected_pay_date"] == after(20)
    assert "this one is 40 days late" in invoice["reason"]
    assert invoice["reason"].endswith("own history weighs 0%")


def test_a_customer_without_history_is_taken_to_pay_as_all_do(ledger: Ledger) -> None:
    book = paid_history(paid_history(ledger, "Prompt", [0] * 50), "Tardy", [30] * 50)
    book = book.invoice("I1", "New", "100.00", issue=after(-10), due=after(20))
    (invoice,) = rows(expected(book).invoices)
    assert Decimal("0.35") < invoice["p_late_0"] < Decimal("0.65")
    assert invoice["reason"].startswith("no paid invoice yet, so it is taken to pay as others do, who are usually ")
    assert invoice["reason"].endswith("own history weighs 0%")


def test_a_customer_with_little_history_is_drawn_to_those_who_pay_alike(ledger: Ledger) -> None:
    book = ledger
    for number in range(6):
        book = paid_history(paid_history(book, f"Prompt-{number}", [0] * 30), f"Tardy-{number}", [30] * 30)
    book = paid_history(paid_history(book, "L", [0, 0], first=after(-100)), "S", [30, 30], first=after(-100))
    for customer in ("L", "S"):
        book = book.invoice(f"New-{customer}", customer, "100.00", issue=after(-10), due=after(20))
    found = {row["invoice_id"]: row for row in rows(expected(book).invoices)}
    assert found["New-L"]["p_late_0"] < Decimal("0.2")
    assert found["New-S"]["p_late_0"] > Decimal("0.8")


def test_invoices_that_stay_unpaid_count_against_their_customer(ledger: Ledger) -> None:
    paid = paid_history(ledger, "C1", [5] * 10)
    unpaid = paid
    for number in range(10):
        unpaid = unpaid.invoice(f"U{number}", "C1", "100.00", issue=after(-170), due=after(-140))
    odds = [
        next(row["p_paid_30"] for row in rows(expected(book).invoices) if row["invoice_id"] == "Open")
        for book in (history.invoice("Open", "C1", "100.00", issue=after(-30), due=AS_OF) for history in (paid, unpaid))
    ]
    assert odds[1] < odds[0] - Decimal("0.2")


def test_a_customer_whose_invoices_are_written_off_is_expected_to_pay_less(ledger: Ledger) -> None:
    book = ledger
    for number in range(40):
        issue = after(7 * number, date(2025, 1, 6))
        book = book.invoice(f"I{number}", "C1", "100.00", issue=issue, due=after(30, issue))
        if number % 2:
            book = book.write_off(f"I{number}", "100.00", after(75, issue))
        else:
            book = book.receipt(f"P{number}", "C1", "100.00", after(75, issue), applied={f"I{number}": "100.00"})
    (invoice,) = rows(expected(book.invoice("Open", "C1", "100.00", issue=after(-60), due=after(-30))).invoices)
    assert Decimal("0.40") < invoice["p_never"] < Decimal("0.55")
    assert Decimal("0.45") < invoice["p_paid_90"] < Decimal("0.60")


def test_only_the_remaining_open_amount_is_expected(ledger: Ledger) -> None:
    book = ledger.invoice("I1", "C1", "100.00", issue="2026-03-01", due=AS_OF)
    found = expected(book.receipt("P1", "C1", "60.00", "2026-03-10", applied={"I1": "60.00"}))
    assert rows(found.invoices)[0]["open_amount"] == Decimal("40.00")
    assert max(row["hi90"] for row in rows(found.cumulative)) <= Decimal("40.00")


def test_installments_are_placed_by_their_own_due_dates(ledger: Ledger) -> None:
    history = paid_history(ledger, "C1", [0] * 60)
    book = history.invoice("I1", "C1", "90.00", issue="2026-03-01", installments=[(after(6), "30.00"), (after(41), "60.00")])
    book = book.receipt("P1", "C1", "10.00", "2026-03-10", applied={"I1": "10.00"})
    found = expected(book)
    first, second = rows(found.invoices)
    assert (first["installment_no"], first["open_amount"], first["expected_pay_date"]) == (1, Decimal("20.00"), after(6))
    assert (second["installment_no"], second["open_amount"], second["expected_pay_date"]) == (2, Decimal("60.00"), after(41))
    assert found.explain("I1").startswith("installment 1: 60 paid invoices: usually paid on the due date, on Wednesdays; ")


def test_an_over_applied_invoice_is_left_out_and_counted(ledger: Ledger) -> None:
    book = ledger.invoice("I1", "C1", "100.00", issue="2026-03-01", due=AS_OF).invoice("I2", "C1", "50.00", issue="2026-03-01", due=AS_OF)
    found = expected(book.receipt("P1", "C1", "120.00", "2026-03-10", applied={"I1": "120.00"}))
    assert [row["invoice_id"] for row in rows(found.invoices)] == ["I2"]
    assert Decimal("24.50") < means(found.cumulative)[0] < Decimal("25.50")
    assert "1 over-applied item is left out: nothing is expected of what is open below zero." in found.notes


def test_weeks_have_seven_days_from_the_day_after_and_the_last_ends_with_the_horizon(ledger: Ledger) -> None:
    book = ledger.invoice("I1", "C1", "100.00", issue="2026-03-01", due=AS_OF)
    periods = rows(expected(book).periods)
    assert [(row["start"], row["end"]) for row in periods] == [(after(1 + 7 * week), after(7 + 7 * week)) for week in range(13)]
    assert [row["end"] for row in rows(expected(book, horizon_days=10).periods)] == [after(7), after(10)]
    assert [row["end"] for row in rows(expected(book, horizon_days=3, every="day").periods)] == [after(1), after(2), after(3)]


def test_months_are_calendar_months_cut_by_the_horizon(ledger: Ledger) -> None:
    book = ledger.invoice("I1", "C1", "100.00", issue="2026-03-01", due=AS_OF)
    found = rows(expected(book, Scope(as_of=date(2026, 3, 30)), horizon_days=40, every="month").periods)
    assert [(row["start"], row["end"]) for row in found] == [
        (date(2026, 3, 31), date(2026, 3, 31)),
        (date(2026, 4, 1), date(2026, 4, 30)),
        (date(2026, 5, 1), date(2026, 5, 9)),
    ]


def test_the_same_days_have_the_same_mean_however_they_are_cut(busy: Store) -> None:
    sums = {every: sum(means(forecast.receipts(busy, EVERYTHING, every=every).periods)) for every in ("day", "week", "month")}
    assert sums["day"] == sums["week"] == sums["month"] > 1000


@pytest.mark.parametrize("by", [("segment",), ("customer",), ("customer", "invoice"), ("invoice", "installment"), ("region",)])
def test_the_means_of_the_groups_add_up_to_the_mean_of_all(busy: Store, by: tuple[str, ...]) -> None:
    whole = forecast.receipts(busy, EVERYTHING).periods
    parts = forecast.receipts(busy, EVERYTHING, by=by).periods
    for row in rows(whole):
        assert sum(means(parts, start=row["start"], currency=row["currency"], source=row["source"])) == row["mean"]


def test_every_group_has_a_row_in_every_period(busy: Store) -> None:
    found = forecast.receipts(busy, EVERYTHING, by=("segment",))
    groups = [("EUR", "small"), ("USD", "large"), ("USD", "small")]
    assert [(row["currency"], row["segment"]) for row in rows(found.totals)] == groups * 13
    shown = [(row["currency"], row["segment"], row["source"]) for row in rows(found.periods)]
    assert shown == [(*group, source) for group in groups for source in ("open", "contracted", "new")] * 13


@pytest.mark.parametrize("column", ["segment", "disputed"])
def test_the_parts_of_a_filter_add_up_to_the_whole(busy: Store, column: str) -> None:
    values = {"segment": ("large", "small"), "disputed": (True, False)}[column]
    usd = EVERYTHING.narrowed("currency", "USD")
    whole = means(forecast.receipts(busy, usd).periods)
    parts = [means(forecast.receipts(busy, usd.narrowed(column, value)).periods) for value in values]  # type: ignore[arg-type]
    assert all(sum(part) > 50 for part in parts)
    assert whole == [a + b for a, b in zip(*parts, strict=True)]


def test_an_answer_on_disputed_invoices_has_the_history_of_all(ledger: Ledger, tmp_path: Path) -> None:
    disputed = busy_book(ledger).invoice("Odd", "Late", "500.00", issue=after(-20), due=after(10), dispute_reason="price")
    with disputed.store(tmp_path) as store:
        found = forecast.receipts(store, EVERYTHING.narrowed("disputed", "true"))
    assert list(found.invoices["invoice_id"]) == ["Odd"]
    assert not any("wide rule" in note for note in found.notes)


def test_a_converted_forecast_is_worth_what_its_invoices_are(ledger: Ledger) -> None:
    book = ledger.rate("2026-03-30", "USD", "EUR", "0.5").invoice("I1", "C1", "100.00", issue="2026-03-01", due=AS_OF)
    book = book.invoice("I2", "C2", "60.00", issue="2026-03-01", due=AS_OF, currency="EUR")
    book = book.invoice("I3", "C3", "60.00", issue="2026-03-01", due=AS_OF, currency="GBP")
    found = expected(book, Scope(as_of=AS_OF, currency="EUR"))
    assert [row["open_amount"] for row in rows(found.invoices)] == [Decimal("50.00"), Decimal("60.00")]
    assert {row["currency"] for row in rows(found.periods)} == {"EUR"}
    assert "Invoices in GBP are left out: there is no rate to EUR." in found.notes


def test_amounts_have_the_digits_of_their_currency(ledger: Ledger) -> None:
    book = ledger.invoice("I1", "C1", "1001", issue="2026-03-01", due=AS_OF, currency="JPY")
    book = book.invoice("I2", "C1", "10.005", issue="2026-03-01", due=AS_OF, currency="KWD")
    found = expected(book)
    for row in rows(found.periods):
        places = {"JPY": 0, "KWD": 3}[row["currency"]]
        assert all(row[name] == round(row[name], places) for name in AMOUNTS)
    assert found.periods["mean"].dtype == pd.ArrowDtype(pa.decimal128(38, 4))
    assert means(found.cumulative, currency="KWD")[0] == Decimal("5.003")


def test_the_sources_add_up_to_the_total_and_can_be_asked_for_alone(busy: Store) -> None:
    everything = forecast.receipts(busy, EVERYTHING)
    for row in rows(everything.totals):
        assert sum(means(everything.periods, start=row["start"], currency=row["currency"])) == row["mean"]
    for source in ("open", "contracted", "new"):
        found = forecast.receipts(busy, EVERYTHING, only=source)
        assert rows(found.periods) == [row for row in rows(everything.periods) if row["source"] == source]
        assert found.invoices.empty == (source != "open")
        assert "this is not the whole of the cash to come" in found.notes[0] or source == "new"


def test_questions_that_make_no_sense_are_refused(ledger: Ledger) -> None:
    with ledger.direct_store() as store:
        for options in ({"every": "year"}, {"horizon_days": 0}, {"horizon_days": 367}, {"only": "all"}):
            with pytest.raises(UsageError):
                forecast.receipts(store, EVERYTHING, **options)  # type: ignore[arg-type]
        with pytest.raises(UnknownColumn):
            forecast.receipts(store, EVERYTHING, by=("colour",))


def test_an_invoice_that_is_not_open_is_explained_so(busy: Store) -> None:
    assert forecast.receipts(busy, EVERYTHING).explain("I1") == "invoice 'I1' is not among the open invoices of 2026-03-31"


def test_a_book_that_never_sees_money_on_a_weekend_expects_none_there(ledger: Ledger) -> None:
    # Issued on Mondays and due 30 days later, on Wednesdays: six days late is a Tuesday, two days late a Friday.
    book = paid_history(ledger, "C1", [2, 6, 1, 0] * 12).invoice("Open", "C1", "100.00", issue=after(-40), due=after(-3))
    found = expected(book, every="day")
    weekend = [row["mean"] for row in rows(found.periods) if row["start"].weekday() >= 5]
    assert set(weekend) == {Decimal(0)}
    assert sum(means(found.periods)) > 90
    assert rows(found.invoices)[0]["expected_pay_date"].weekday() < 5
    assert "Nothing is expected on a Saturday or Sunday: hardly anything ever came in on one." in found.notes


def test_a_pay_date_on_a_weekend_of_such_a_book_is_the_monday_after(ledger: Ledger) -> None:
    book = paid_history(ledger, "C1", [0] * 40).invoice("Open", "C1", "100.00", issue=after(-25), due=date(2026, 4, 5))
    (invoice,) = rows(expected(book).invoices)
    assert invoice["expected_pay_date"] == invoice["pay_date_lo80"] == date(2026, 4, 6)


def test_an_interval_is_in_order_and_holds_its_mean(busy: Store) -> None:
    found = forecast.receipts(busy, EVERYTHING, by=("customer",))
    for row in rows(found.periods):
        assert 0 <= row["lo90"] <= row["lo80"] <= row["p50"] <= row["hi80"] <= row["hi90"]
        assert row["lo80"] <= row["mean"] <= row["hi80"]


def test_the_coverage_is_that_of_the_back_test_and_unknown_before_it(ledger: Ledger, tmp_path: Path) -> None:
    with busy_book(ledger).store(tmp_path) as store:
        before = forecast.receipts(store, EVERYTHING)
        tested = forecast.backtest(store, EVERYTHING)
        after_it = forecast.receipts(store, EVERYTHING)

    total = next(row for row in rows(tested.sources) if row["source"] == "total")
    assert (before.coverage.inside_80, before.coverage.inside_90) == (None, None)
    assert (after_it.coverage.inside_80, after_it.coverage.inside_90) == (total["coverage80"], total["coverage90"])
    assert after_it.coverage.cutoffs == rows(tested.models)[0]["cutoffs"]
    assert after_it.totals.equals(before.totals)


def test_too_few_replays_give_a_wide_rule_and_say_so(ledger: Ledger) -> None:
    book = paid_history(ledger, "C1", [3, 5, 9], first=after(-60)).invoice("Open", "C1", "100.00", issue=after(-5), due=after(25))
    found = expected(book)
    assert any(note.startswith("The intervals are a wide rule") for note in found.notes)
    fifth = next(row for row in rows(found.periods) if row["start"] == after(29))
    assert fifth["lo80"] == 0
    assert fifth["hi80"] > 2 * fifth["mean"]


def test_a_single_invoice_has_no_past_to_replay(busy: Store) -> None:
    found = forecast.receipts(busy, EVERYTHING, by=("invoice",))
    assert any(note.startswith("The intervals are a wide rule") for note in found.notes)


def test_open_invoices_alone_are_not_called_the_whole_of_the_cash_to_come(busy: Store) -> None:
    found = forecast.receipts(busy, EVERYTHING, only="open")
    assert found.notes[0] == "Receipts of issued invoices only: this is not the whole of the cash to come."
    whole = forecast.receipts(busy, EVERYTHING)
    assert whole.notes[0].startswith("Open: issued invoices. Contracted: what contracts will bill. New: ")
    assert whole.model.startswith("payment hazard")


BAD_BOOKS = {
    "nothing at all": lambda book: book,
    "no payments": lambda book: book.invoice("I1", "C1", "10.00", issue="2026-01-01", due="2026-01-31"),
    "all in the future": lambda book: book.invoice("I1", "C1", "10.00", issue="2027-01-01", due="2027-01-31"),
    "due in the far future": lambda book: book.invoice("I1", "C1", "10.00", issue="2026-01-01", due="2035-01-31"),
    "thirty years late": lambda book: book.invoice("I1", "C1", "10.00", issue="1996-01-01", due="1996-01-31"),
    "one giant invoice": lambda book: busy_book(book).invoice("I1", "C1", "9999999999999.99", issue="2026-03-01", due="2026-03-31"),
    "a total of nothing": lambda book: book.invoice("I1", "C1", "0.00", issue="2026-01-01", due="2026-01-31"),
    "paid before it was billed": lambda book: (
        book.invoice("I1", "C1", "10.00", issue="2026-03-01", due="2026-03-31")
        .receipt("P1", "C1", "10.00", "2026-01-01", applied={"I1": "4.00"})
        .invoice("I2", "C1", "10.00", issue="2026-03-01", due="2026-03-31")
    ),
    "everything taken back": lambda book: (
        book.invoice("I1", "C1", "10.00", issue="2026-01-01", due="2026-01-31")
        .receipt("P1", "C1", "10.00", "2026-02-01", applied={"I1": "10.00"}, reversed_date="2026-02-03")
        .application("payment", "P1", "I1", "-10.00", "2026-02-02")
    ),
    "only credit": lambda book: book.credit_note("N1", "C1", "10.00", issue="2026-01-01"),
}


@pytest.mark.parametrize("by", [(), ("customer", "segment")])
@pytest.mark.parametrize("name", BAD_BOOKS)
def test_a_bad_book_has_a_sensible_answer(ledger: Ledger, name: str, by: tuple[str, ...]) -> None:
    book = BAD_BOOKS[name](ledger)
    with book.direct_store() as store:
        found = forecast.receipts(store, EVERYTHING, by=by)
        open_amount = sum(row["total"] for row in rows(aging.summary(store, EVERYTHING)))
        assert forecast.backtest(store, EVERYTHING).as_of == AS_OF
    assert 0 <= sum(means(found.periods, source="open")) <= max(open_amount, 0)
    for row in (*rows(found.periods), *rows(found.cumulative)):
        assert all(row[amount] >= 0 for amount in AMOUNTS)
    for row in rows(found.invoices):
        assert all(0 <= row[name] <= 1 for name in row if name.startswith("p_"))
        assert all(row[name] is None or row[name] > AS_OF for name in ("expected_pay_date", "pay_date_lo80", "pay_date_hi80"))


def test_the_rows_behind_a_week_are_the_invoices_it_is_expected_from(ledger: Ledger) -> None:
    book = ledger.invoice("I1", "C1", "100.00", issue="2026-03-01", due=AS_OF).invoice("I2", "C2", "50.00", issue="2026-03-01", due=AS_OF)
    book = book.receipt("P1", "C2", "20.00", after(-1))
    found = expected(book)
    weeks = list(dict.fromkeys(row["start"] for row in rows(found.periods)))
    first = rows(found.behind("open", weeks[0]))
    assert [(row["invoice_id"], row["customer_id"], row["credit_amount"], row["expected"]) for row in first] == [
        ("I1", "C1", Decimal(0), Decimal("18.92")),  # 7/37 of 100
        ("I2", "C2", Decimal(20), Decimal("5.68")),  # 7/37 of the 30 that credit does not cover
    ]
    assert means(found.periods, start=weeks[0]) == [Decimal("24.60")]


def test_the_command_line_answers_the_rows_behind_a_period(ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with busy_book(ledger).store(tmp_path) as store:
        month = rows(forecast.receipts(store, EVERYTHING, every="month").periods)[2]
        asked = ["forecast", "--every", "month", "--as-of", str(AS_OF), "--store", str(store.directory), "--format", "json"]
        assert main([*asked, "--only", month["source"], "--behind", str(month["start"])]) == 0
        answer = json.loads(capsys.readouterr().out)
        assert main([*asked, "--behind", str(AS_OF)]) != 0
    assert "no period of the forecast begins on" in capsys.readouterr().err
    assert (answer["source"], answer["start"]) == (month["source"], str(month["start"]))
    assert sum(Decimal(row["expected"]) for row in answer["rows"]) == month["mean"] > 0


def test_a_period_or_source_that_is_none_is_a_sentence(ledger: Ledger) -> None:
    found = expected(ledger.invoice("I1", "C1", "100.00", issue="2026-03-01", due=AS_OF))
    with pytest.raises(UsageError, match="no period of the forecast begins on"):
        found.behind("open", AS_OF)
    with pytest.raises(UsageError, match="'new' is not one of open"):
        found.behind("new", after(1))
