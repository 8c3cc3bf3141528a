"""Credit set against what is owed, the calendar, contracts, business as usual, and the choice of the model."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from analytics import forecast
from analytics.forecast import Forecast
from analytics.forecast.arrays import number_of
from analytics.forecast.billing import billings
from analytics.forecast.book import read
from analytics.forecast.calendar import days_off, places
from analytics.forecast.models import HAZARD, MEDIAN_AHEAD, Choice, learned
from analytics.forecast.past import past
from analytics.forecast.payers import payers
from analytics.forecast.replays import Replays, whole_book
from analytics.forecast.tallies import tally
from analytics.scope import Scope
from tests.answers import rows
from tests.forecast.histories import AS_OF, after, paid_history
from tests.ledger import Ledger

EVERYTHING = Scope(as_of=AS_OF)


def expected(book: Ledger, **options: object) -> Forecast:
    with book.direct_store() as store:
        return forecast.receipts(store, EVERYTHING, **options)  # type: ignore[arg-type]


def within(found: Forecast, days: int = 90) -> Decimal:
    return next(row["mean"] for row in rows(found.cumulative) if row["days"] == days)


class TestCredit:
    def test_unapplied_cash_is_set_against_what_is_due_first(self, ledger: Ledger) -> None:
        book = ledger.invoice("First", "C1", "100.00", issue=after(-40), due=after(-10))
        book = book.invoice("Second", "C1", "100.00", issue=after(-40), due=after(-5)).receipt("P1", "C1", "130.00", after(-3))
        found = expected(book, only="open")
        assert [(row["invoice_id"], row["open_amount"], row["credit_amount"]) for row in rows(found.invoices)] == [
            ("First", 100, 100),
            ("Second", 100, 30),
        ]
        assert within(found) < 70
        assert "Credit notes and unapplied cash are set against what their customers owe first." in found.notes

    def test_a_credit_note_counts_and_a_refund_takes_credit_back(self, ledger: Ledger) -> None:
        book = ledger.invoice("I1", "C1", "100.00", issue=after(-40), due=after(-10)).credit_note("N1", "C1", "40.00", issue=after(-9))
        assert rows(expected(book).invoices)[0]["credit_amount"] == 40
        assert rows(expected(book.refund("R1", "C1", "25.00", after(-2))).invoices)[0]["credit_amount"] == 15

    def test_credit_of_another_customer_or_currency_is_none_of_its_business(self, ledger: Ledger) -> None:
        book = ledger.invoice("I1", "C1", "100.00", issue=after(-40), due=after(-10)).receipt("P1", "C2", "60.00", after(-3))
        book = book.receipt("P2", "C1", "60.00", after(-3), currency="EUR")
        assert rows(expected(book).invoices)[0]["credit_amount"] == 0

    def test_cash_received_and_applied_later_came_in_when_it_was_received(self, ledger: Ledger) -> None:
        book = ledger.invoice("I1", "C1", "100.00", issue=after(-60), due=after(-30))
        book = book.receipt("P1", "C1", "100.00", after(-25), applied={"I1": ("100.00", after(-5))})
        with book.direct_store() as store:
            found = read(store, EVERYTHING)
        assert found.age_when_settled.tolist() == [5]
        assert past(found, found.day - 10, 91).owed.tolist() == [0]
        assert past(found, found.day - 26, 91).owed.tolist() == [100]


class TestCalendar:
    def test_holidays_are_those_of_the_country(self) -> None:
        days = np.array([number_of(date(2026, 7, 4)), number_of(date(2026, 7, 14)), number_of(date(2026, 7, 15))])
        assert days_off("FR", days).tolist() == [False, True, False]
        assert days_off("US", days).tolist() == [True, False, False]
        assert not days_off(None, days).any()
        assert not days_off("Nowhere", days).any()

    def test_places_in_a_month_end_with_its_last_day_however_long_it_is(self) -> None:
        first, last = number_of(date(2026, 2, 1)), number_of(date(2026, 2, 28))
        found = places(np.arange(first, last + 1)).tolist()
        assert found[:2] == [0, 1]
        assert found[-3:] == [7, 7, 8]

    def test_a_book_that_is_paid_on_thursdays_expects_money_on_thursdays(self, ledger: Ledger) -> None:
        book = ledger
        for number in range(90):
            issue = after(-150 - 3 * number)
            paid = after((3 - after(30, issue).weekday()) % 7 + 30, issue)
            book = book.invoice(f"I{number}", "C1", "10.00", issue=issue, due=after(30, issue))
            book = book.receipt(f"P{number}", "C1", "10.00", paid, applied={f"I{number}": "10.00"})
        for number in range(7):
            book = book.invoice(f"Open-{number}", "C1", "10.00", issue=after(-20), due=after(9 + number))
        found = rows(expected(book, every="day", only="open").periods)
        thursdays = sum(row["mean"] for row in found if row["start"].weekday() == 3)
        assert thursdays > Decimal("0.4") * sum(row["mean"] for row in found)

    def test_what_a_holiday_stops_comes_on_the_next_open_day(self, ledger: Ledger) -> None:
        book = ledger.customer("C1", country="DE")
        days = [day for day in range(420) if after(-day).weekday() < 5]
        closed = days_off("DE", np.array([number_of(after(-day)) for day in days]))
        working = [day for day, off in zip(days, closed, strict=True) if not off]
        for day in days[5:]:
            paid = max(other for other in working if other <= day)
            book = book.invoice(f"I{day}", "C1", "10.00", issue=after(-day), due=after(-day))
            book = book.receipt(f"P{day}", "C1", "10.00", after(-paid), applied={f"I{day}": "10.00"})
        # Good Friday and Easter Monday of 2026 are the 3rd and 6th of April.
        book = book.invoice("Open", "C1", "10.00", issue=AS_OF, due=after(3))
        found = {row["start"]: row["mean"] for row in rows(expected(book, every="day", only="open").periods)}
        assert found[date(2026, 4, 3)] < Decimal("0.5")
        assert found[date(2026, 4, 6)] < Decimal("0.5")
        assert found[date(2026, 4, 7)] == max(found.values())


class TestColdStart:
    def test_under_sixty_days_of_payments_everyone_is_taken_to_pay_alike_and_it_is_said(self, ledger: Ledger) -> None:
        book = paid_history(ledger, "Prompt", [0] * 4, first=after(-80), every=3)
        book = paid_history(book, "Tardy", [14] * 4, first=after(-80), every=3)
        for customer in ("Prompt", "Tardy"):
            book = book.invoice(f"Open-{customer}", customer, "100.00", issue=after(-20), due=after(10))
        found = expected(book)
        odds = [row["p_late_0"] for row in rows(found.invoices)]
        assert odds[0] == odds[1]
        assert all(row["reason"].endswith("own history weighs 0%") for row in rows(found.invoices))
        assert "Payments are known for less than 60 days: customers are taken to pay as all do." in found.notes
        early = paid_history(book, "Earlier", [0], first=after(-150))
        odds = [row["p_late_0"] for row in rows(expected(early).invoices)]
        assert odds[0] < odds[1]


class TestPayers:
    def test_those_who_pay_alike_are_of_one_type(self, ledger: Ledger) -> None:
        book = ledger
        for number in range(4):
            book = paid_history(paid_history(book, f"A-prompt-{number}", [0, 1] * 10), f"B-tardy-{number}", [45, 50] * 10)
        with book.direct_store() as store:
            found = read(store, EVERYTHING)
        belongs = payers(tally(past(found, found.day, 91)))
        assert belongs.sum(axis=0) == pytest.approx(np.ones(8))
        prompt, tardy = belongs[:, :4].sum(axis=1), belongs[:, 4:].sum(axis=1)
        assert np.minimum(prompt, tardy).sum() < 0.1


CONTRACT = {"customer_id": "C1", "currency": "USD", "billing": "monthly", "amount": "100.00", "payment_terms_days": 10}


class TestContracts:
    def test_a_contract_bills_on_its_day_until_it_ends_and_adds_its_tax(self, ledger: Ledger) -> None:
        book = paid_history(ledger, "C1", [0] * 60).row(
            "contracts", contract_id="K1", start_date="2026-01-05", end_date="2026-05-31", tax_rate="0.2", **CONTRACT
        )
        found = rows(expected(book, only="contracted", every="day").periods)
        paid = {row["start"]: row["mean"] for row in found if row["mean"] > 100}
        # Billed on 5 April and 5 May, due ten days later, by one who pays on the day.
        assert set(paid) == {date(2026, 4, 15), date(2026, 5, 15)}
        assert sum(row["mean"] for row in found) <= 240

    def test_a_contract_that_has_not_begun_is_not_known(self, ledger: Ledger) -> None:
        book = paid_history(ledger, "C1", [0] * 60)
        later = book.row("contracts", contract_id="K1", start_date=after(1), **CONTRACT)
        assert rows(expected(later).periods) == rows(expected(book).periods)

    @pytest.mark.parametrize(
        ("billing", "days"),
        [("monthly", ["2026-04-30", "2026-05-31", "2026-06-30"]), ("quarterly", ["2026-06-30"]), ("annual", []), ("once", [])],
    )
    def test_a_billing_on_the_last_of_a_month_stays_on_the_last(self, ledger: Ledger, billing: str, days: list[str]) -> None:
        book = ledger.invoice("I1", "C1", "1.00", issue=after(-9))
        cells = CONTRACT | {"billing": billing}
        with book.row("contracts", contract_id="K1", start_date="2025-12-31", **cells).direct_store() as store:
            found = read(store, EVERYTHING)
        assert [str(after(int(day))) for day in billings(found.plan, found.day, 91)[1]] == days

    def test_what_a_contract_billed_is_no_business_as_usual(self, ledger: Ledger) -> None:
        book, plain = (ledger.row("contracts", contract_id="K1", start_date="2025-01-05", **CONTRACT) for _ in range(2))
        book, plain = paid_history(book, "C1", [0] * 60, contract_id="K1"), paid_history(plain, "C1", [0] * 60)
        assert within(expected(book, only="new")) == 0
        assert within(expected(plain, only="new")) > 500


class TestBusinessAsUsual:
    def test_it_goes_on_as_in_the_last_sixteen_weeks(self, ledger: Ledger) -> None:
        book = paid_history(ledger, "C1", [0] * 64, every=7)
        # 100 a week, due after 30 days and paid on the day: in 90 days, what is billed in the first 60 of them.
        assert within(expected(book, only="new")) == pytest.approx(Decimal(60 * 100 / 7), rel=Decimal("0.10"))

    def test_one_giant_invoice_is_no_habit(self, ledger: Ledger) -> None:
        book = paid_history(ledger, "C1", [0] * 64)
        giant = book.invoice("Giant", "C1", "1000000.00", issue=after(-20), due=after(10))
        assert within(expected(giant, only="new")) == pytest.approx(within(expected(book, only="new")), rel=Decimal("0.05"))


class TestChoice:
    def test_a_book_in_which_everybody_pays_on_the_due_date_goes_by_it_and_says_so(self, ledger: Ledger) -> None:
        book = ledger
        for number in range(6):
            book = paid_history(book, f"C{number}", [0] * 60, first=date(2025, 1, 6 + number % 5))
        found = expected(book)
        assert found.simple == found.model == "due date"
        assert found.notes[1].startswith("A simple model does better on this book, and is used: due date.")

    def test_what_is_expected_then_comes_from_it_in_full_on_the_day(self, ledger: Ledger) -> None:
        book = ledger.invoice("Open", "C0", "500.00", issue=after(-10), due=after(17))
        for number in range(6):
            book = paid_history(book, f"C{number}", [0] * 60, first=date(2025, 1, 6 + number % 5))
        weeks = rows(expected(book, only="open").periods)
        assert {(row["start"], row["mean"]) for row in weeks if row["mean"]} == {(after(15), Decimal("500.00"))}

    def test_the_choice_does_not_depend_on_the_filters(self, ledger: Ledger) -> None:
        book = paid_history(paid_history(ledger, "C1", [0] * 60), "C2", [3, 40, 9, 77, 21] * 12)
        with book.direct_store() as store:
            models = {forecast.receipts(store, EVERYTHING.narrowed("customer", name)).model for name in ("C1", "C2")}
        assert len(models) == 1

    def test_a_blend_is_what_both_say_by_their_weights(self) -> None:
        said = {HAZARD: np.array([0.2]), MEDIAN_AHEAD: np.array([1.0])}
        assert Choice(blend=0.5).mix(said).tolist() == [0.6]

    def test_too_short_a_past_makes_no_choice(self, ledger: Ledger) -> None:
        with paid_history(ledger, "C1", [0] * 4, first=after(-70)).direct_store() as store:
            book = read(store, EVERYTHING)
        assert Replays(book, (whole_book(book),)).choice(book.day) == Choice()
        assert learned(book, book.day, 91).habits.settled.tolist() == [0, 4]
