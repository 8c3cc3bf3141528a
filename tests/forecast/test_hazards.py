"""The daily chances of payment, beside the same definition written down plainly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from analytics.forecast.book import read
from analytics.forecast.calendar import Calendar
from analytics.forecast.habits import habits
from analytics.forecast.hazards import CUSTOMER_STRENGTH, RULE_EARLY, RULE_STRENGTH, pooled
from analytics.forecast.models import learned, open_items
from analytics.forecast.past import YOUNGEST, Past, past
from analytics.forecast.tallies import tally
from analytics.scope import Scope
from tests.forecast.histories import AS_OF, after, busy_book, paid_history
from tests.ledger import Ledger


def seen(book: Ledger, day: date = AS_OF) -> Past:
    with book.direct_store() as store:
        found = read(store, Scope(as_of=day))
    return past(found, found.day, 91)


def chances(book: Past, days: list[int]) -> list[list[float]]:
    """The chance of every open item to be paid within so many days, where every day is alike."""
    known = learned(book.book, book.cutoff, 91)
    items = open_items(book)
    alike = Calendar(np.ones((1, 91)), np.arange(1, 92)[None, :], np.ones(7))
    row = known.lives.row_of(book.book.customer[items])
    found: list[list[float]] = known.lives.by_day(row, book.age_of(items), np.zeros_like(items), alike, np.array(days)).tolist()
    return found


def plainly(lives: list[tuple[str, float, int, int, bool]], customer: str, towards: Callable[[int], float], age: int, days: int) -> float:
    """The chance of an item of `customer`, open at `age`, to be paid within `days`.

    A life is a customer, what the item weighs, the age at which it was issued, that at which it was paid or last seen open, and
    whether it was paid.
    """
    open_on, paid_on = defaultdict(float), defaultdict(float)
    for owner, weight, first, last, paid in lives:
        if owner == customer:
            for each in range(max(first, YOUNGEST), last + 1):
                open_on[each] += weight
            paid_on[last] += weight * paid
    unpaid = 1.0
    for each in range(age + 1, age + days + 1):
        unpaid *= 1 - (paid_on[each] + CUSTOMER_STRENGTH * towards(each)) / (open_on[each] + CUSTOMER_STRENGTH)
    return 1 - unpaid


@pytest.mark.parametrize("days", [1, 7, 30, 91])
def test_the_chances_are_those_of_the_definition(ledger: Ledger, days: int) -> None:
    book, lives = busy_book(ledger), []
    for name, due in (("Ancient", after(-400)), ("Old", after(-320))):
        book = book.invoice(name, "Slow", "100.00", issue=after(-30, due), due=due)
    book = book.receipt("P-Old", "Slow", "100.00", after(-120), applied={"Old": "100.00"})
    book = book.invoice("Lost", "Late", "100.00", issue=after(-260), due=after(-230))
    found = seen(book)
    paid = {row["payment_id"].removeprefix("P-"): row["received_date"] for row in book.rows("payments")}
    root = float(np.mean([float(row["total"]) ** 0.5 for row in book.rows("invoices")]))
    for row in book.rows("invoices"):
        last, weight = (
            paid.get(row["invoice_id"], AS_OF),
            float(row["total"]) ** 0.5 / root * 0.5 ** ((AS_OF - row["issue_date"]).days / 365),
        )
        first = (row["issue_date"] - row["due_date"]).days
        lives.append((row["customer_id"], weight, first, (last - row["due_date"]).days, row["invoice_id"] in paid))
    names, pools, items = sorted({life[0] for life in lives}), pooled(tally(found)), open_items(found)
    for (chance,), item in zip(chances(found, [days]), items, strict=True):
        customer = int(found.book.customer[item])
        curve = pools.towards(slice(customer - 1, customer))[0]
        age = int(found.age_of(items[items == item])[0])
        wanted = plainly(lives, names[customer - 1], lambda each, curve=curve: float(curve[each - YOUNGEST]), age, days)
        assert chance == pytest.approx(wanted, abs=1e-6)


def test_all_customers_together_are_drawn_to_the_rule(ledger: Ledger) -> None:
    everyone = pooled(tally(seen(ledger.invoice("I1", "C1", "10.00", issue=after(-40), due=after(-10))))).everyone
    assert everyone[-1 - YOUNGEST] == pytest.approx(RULE_STRENGTH * RULE_EARLY / (RULE_STRENGTH + 0.5 ** (40 / 365)))
    assert everyone[20 - YOUNGEST] == pytest.approx(1 / 50)


def test_chances_rise_with_time(ledger: Ledger) -> None:
    assert (np.diff(chances(seen(busy_book(ledger)), list(range(92)))) >= 0).all()


def test_a_payment_in_parts_weighs_by_its_parts(ledger: Ledger) -> None:
    book = ledger.invoice("I1", "C1", "100.00", issue=after(-60), due=after(-30))
    book = book.receipt("P1", "C1", "25.00", after(-20), applied={"I1": "25.00"}).receipt(
        "P2", "C1", "50.00", after(-10), applied={"I1": "50.00"}
    )
    found = seen(book)
    assert found.part.tolist() == [0.25, 0.5]
    assert found.open_share.tolist() == [0.25]
    assert found.book.age_when_settled.tolist() == [10, 20]


def test_what_was_taken_back_was_not_paid(ledger: Ledger) -> None:
    book = ledger.invoice("I1", "C1", "100.00", issue=after(-60), due=after(-30))
    applied = book.receipt("P1", "C1", "100.00", after(-20), applied={"I1": "100.00"})
    taken_back = applied.application("payment", "P1", "I1", "-100.00", after(-10))
    paid_again = taken_back.application("payment", "P1", "I1", "100.00", after(-5))
    assert seen(taken_back).part.tolist() == [0, 0]
    assert seen(taken_back, after(-15)).part.tolist() == [1]
    assert seen(paid_again).part.tolist() == [0.5, 0, 0.5]
    assert seen(paid_again).open_share.tolist() == [0]


def test_a_reversed_payment_was_one_until_its_reversal(ledger: Ledger) -> None:
    book = ledger.invoice("I1", "C1", "100.00", issue=after(-60), due=after(-30))
    book = book.receipt("P1", "C1", "100.00", after(-20), applied={"I1": "100.00"}, reversed_date=after(-10))
    assert seen(book, after(-11)).open_share.tolist() == [0]
    assert seen(book, after(-10)).open_share.tolist() == [1]


def test_a_voided_invoice_is_gone_with_its_payments(ledger: Ledger) -> None:
    book = ledger.invoice("I1", "C1", "100.00", issue=after(-60), due=after(-30), status="void", voided_date=after(-10))
    book = book.receipt("P1", "C1", "40.00", after(-20), applied={"I1": "40.00"})
    assert seen(book, after(-11)).open_share.tolist() == [pytest.approx(0.6)]
    assert seen(book, after(-10)).open_share.tolist() == [0]
    assert seen(book, after(-10)).part.tolist() == [0]


def test_payments_fill_the_earliest_installment_first(ledger: Ledger) -> None:
    book = ledger.invoice("I1", "C1", "100.00", issue=after(-60), installments=[(after(10), "60.00"), (after(-30), "40.00")])
    book = book.receipt("P1", "C1", "70.00", after(-20), applied={"I1": "70.00"})
    found = seen(book)
    assert found.book.amount.tolist() == [40, 60]
    assert found.open_share.tolist() == [0, 0.5]
    assert found.book.age_when_settled.tolist() == [10, -30]


def test_more_than_the_total_counts_as_the_total(ledger: Ledger) -> None:
    book = ledger.invoice("I1", "C1", "100.00", issue=after(-60), due=after(-30))
    book = book.receipt("P1", "C1", "150.00", after(-20), applied={"I1": "150.00"})
    assert seen(book).part.tolist() == [1]
    assert seen(book).open_share.tolist() == [0]


def test_customers_are_the_same_however_many_are_worked_out_at_once(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    book = ledger
    for number in range(7):
        book = paid_history(book, f"C{number}", [number * 3] * 4)
        book = book.invoice(f"Open-{number}", f"C{number}", "1.00", issue=after(-9), due=after(9))
    at_once = chances(seen(book), [30])
    monkeypatch.setattr("analytics.forecast.tallies.CUSTOMERS_AT_ONCE", 3)
    monkeypatch.setattr("analytics.forecast.hazards.ITEMS_AT_ONCE", 2)
    assert chances(seen(book), [30]) == at_once


def test_ten_equal_invoices_of_today_weigh_ten_parts_in_fourteen(ledger: Ledger) -> None:
    book = ledger
    for number in range(10):
        book = book.invoice(f"I{number}", "C1", "1.00", issue=AS_OF, due=after(30))
    found = learned(seen(book).book, seen(book).cutoff, 91).lives
    assert found.own_weight(np.array([0]), np.array([-31])).tolist() == [pytest.approx(10 / 14)]


def test_a_large_invoice_teaches_by_the_root_of_its_amount_and_an_old_one_half_a_year(ledger: Ledger) -> None:
    book = ledger.invoice("Small", "C1", "1.00", issue=AS_OF, due=AS_OF).invoice("Large", "C2", "9.00", issue=after(-365), due=AS_OF)
    found = seen(book)
    assert found.size.tolist() == [pytest.approx(0.5), pytest.approx(1.5)]
    assert found.weight.tolist() == [pytest.approx(0.5), pytest.approx(0.75)]


@pytest.mark.parametrize("days_ago", [1, 7, 40, 175])
def test_a_past_cut_off_knows_exactly_what_was_known_on_its_day(ledger: Ledger, days_ago: int) -> None:
    book = busy_book(ledger).receipt("P-1", "Late", "60.00", after(-100))
    book = book.application("payment", "P-1", "Late-045", "60.00", after(-90), recorded_at=f"{after(-30)} 09:00:00")
    book = book.receipt("P-2", "Slow", "60.00", after(-50), applied={"Slow-050": "60.00"}, reversed_date=after(-20))
    book = book.invoice("V", "Slow", "60.00", issue=after(-200), status="void", voided_date=after(-35))
    day = after(-days_ago)
    on_its_day, found = seen(book, day), seen(book).book
    looking_back = past(found, found.day - days_ago, 91)
    assert len(open_items(on_its_day)) == len(open_items(looking_back)) > 0
    assert chances(on_its_day, [7, 30, 91]) == chances(looking_back, [7, 30, 91])


def test_the_usual_delay_is_the_one_at_which_half_is_paid(ledger: Ledger) -> None:
    found = habits(seen(paid_history(ledger, "C1", [50, 1, 40, 2, 30]).invoice("Open", "C2", "1.00", issue=after(-9))))
    assert found.settled.tolist() == [0, 5, 0]
    assert found.median.tolist() == [30, 30, 30]
    assert found.mean.tolist() == [pytest.approx(24.6)] * 3
