"""The daily chances of payment, beside the same definition written down plainly."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import numpy as np
import pytest

from analytics.forecast.book import read, read_owed
from analytics.forecast.delays import CUSTOMER_STRENGTH, RULE_EARLY, RULE_STRENGTH, SEGMENT_STRENGTH, blocks
from analytics.forecast.habits import habits
from analytics.forecast.past import OLDEST, YOUNGEST, Past, past
from analytics.scope import Scope
from tests.forecast.histories import AS_OF, after, busy_book, paid_history
from tests.ledger import Ledger


def seen(book: Ledger, day: date = AS_OF) -> Past:
    with book.direct_store() as store:
        found = read(store, Scope(as_of=day))
    return past(found, found.day, 91)


def plainly(lives: list[tuple[str, str, int, int, bool]], customer: str, segment: str, age: int, days: int) -> float:
    """The chance of an item of `customer`, open at `age`, to be paid within `days`.

    A life is a customer, its segment, the age at which an item was issued, that at which it was paid or last seen open, and
    whether it was paid.
    """
    open_on, paid_on = defaultdict(float), defaultdict(float)
    for owner, part, first, last, paid in lives:
        for row in ("all", part, owner):
            for each in range(max(first, YOUNGEST), last + 1):
                open_on[row, each] += 1
            paid_on[row, last] += paid
    unpaid = 1.0
    for each in range(age + 1, age + days + 1):
        chance = RULE_EARLY if each < 0 else 1 / (30 + each)
        for row, strength in (("all", RULE_STRENGTH), (segment, SEGMENT_STRENGTH), (customer, CUSTOMER_STRENGTH)):
            chance = (paid_on[row, each] + strength * chance) / (open_on[row, each] + strength)
        unpaid *= 1 - chance
    return 1 - unpaid


@pytest.mark.parametrize("days", [1, 7, 30, 91])
def test_the_chances_are_those_of_the_definition(ledger: Ledger, days: int) -> None:
    book, lives = busy_book(ledger), []
    for name, due in (("Ancient", after(-400)), ("Old", after(-320))):
        book = book.invoice(name, "Slow", "100.00", issue=after(-30, due), due=due)
    book = book.receipt("P-Old", "Slow", "100.00", after(-120), applied={"Old": "100.00"})
    book = book.invoice("Lost", "Late", "100.00", issue=after(-260), due=after(-230))
    segments = {row["customer_id"]: str(row["segment"]) for row in book.rows("customers")}
    paid = {row["payment_id"].removeprefix("P-"): row["received_date"] for row in book.rows("payments")}
    for row in book.rows("invoices"):
        owner, last = row["customer_id"], paid.get(row["invoice_id"], AS_OF)
        first = (row["issue_date"] - row["due_date"]).days
        lives.append((owner, segments[owner], first, (last - row["due_date"]).days, row["invoice_id"] in paid))
    with book.direct_store() as store:
        found = read(store, Scope(as_of=AS_OF))
        owed = read_owed(store, Scope(as_of=AS_OF), found)
    (block,) = blocks(past(found, found.day, 91), owed.item)
    for chance, row in zip(block.within(np.array([days]))[:, 0], owed.table.to_pylist(), strict=True):
        age = min((AS_OF - row["due_date"]).days, OLDEST)
        owner = row["customer_id"]
        assert chance == pytest.approx(plainly(lives, owner, segments[owner], age, days), abs=1e-9)


def test_chances_rise_with_time_and_the_days_until_a_chance_are_where_it_is_reached(ledger: Ledger) -> None:
    past_ = seen(busy_book(ledger))
    (block,) = blocks(past_, np.flatnonzero(past_.open_share > 0))
    by_day = block.within(np.arange(92))
    assert (np.diff(by_day) >= 0).all()
    for place, days in enumerate(block.days_until(0.5)):
        if days <= 91:
            assert by_day[place, days] >= 0.5 - 1e-5 > by_day[place, days - 1] or days == 1


def test_a_payment_in_parts_weighs_by_its_parts(ledger: Ledger) -> None:
    book = ledger.invoice("I1", "C1", "100.00", issue=after(-60), due=after(-30))
    book = book.receipt("P1", "C1", "25.00", after(-20), applied={"I1": "25.00"}).receipt(
        "P2", "C1", "50.00", after(-10), applied={"I1": "50.00"}
    )
    found = seen(book)
    assert found.weight.tolist() == [0.25, 0.5]
    assert found.open_share.tolist() == [0.25]
    assert found.book.age_when_settled.tolist() == [10, 20]


def test_what_was_taken_back_was_not_paid(ledger: Ledger) -> None:
    book = ledger.invoice("I1", "C1", "100.00", issue=after(-60), due=after(-30))
    applied = book.receipt("P1", "C1", "100.00", after(-20), applied={"I1": "100.00"})
    taken_back = applied.application("payment", "P1", "I1", "-100.00", after(-10))
    paid_again = taken_back.application("payment", "P1", "I1", "100.00", after(-5))
    assert seen(taken_back).weight.tolist() == [0, 0]
    assert seen(taken_back, after(-15)).weight.tolist() == [1]
    assert seen(paid_again).weight.tolist() == [0.5, 0, 0.5]
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
    assert seen(book, after(-10)).weight.tolist() == [0]


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
    assert seen(book).weight.tolist() == [1]
    assert seen(book).open_share.tolist() == [0]


def test_customers_are_the_same_however_many_are_worked_out_at_once(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    book = ledger
    for number in range(7):
        book = paid_history(book, f"C{number}", [number * 3] * 4).invoice(
            f"Open-{number}", f"C{number}", "1.00", issue=after(-9), due=after(9)
        )
    past_ = seen(book)
    items = np.flatnonzero(past_.open_share > 0)
    (at_once,) = (block.within(np.array([30])) for block in blocks(past_, items))
    monkeypatch.setattr("analytics.forecast.delays.CUSTOMERS_AT_ONCE", 3)
    assert np.vstack([block.within(np.array([30])) for block in blocks(past_, items)]).tolist() == at_once.tolist()


def test_ten_invoices_that_reached_tomorrows_age_weigh_ten_parts_in_fourteen(ledger: Ledger) -> None:
    past_ = seen(paid_history(ledger, "C1", [5] * 10).invoice("Open", "C1", "1.00", issue=after(-30), due=AS_OF))
    (block,) = blocks(past_, np.flatnonzero(past_.open_share > 0))
    assert block.own_weight().tolist() == [pytest.approx(10 / 14)]


@pytest.mark.parametrize("days_ago", [1, 7, 40, 175])
def test_a_past_cut_off_knows_exactly_what_was_known_on_its_day(ledger: Ledger, days_ago: int) -> None:
    book = busy_book(ledger).receipt("P-1", "Late", "60.00", after(-100))
    book = book.application("payment", "P-1", "Late-045", "60.00", after(-90), recorded_at=f"{after(-30)} 09:00:00")
    book = book.receipt("P-2", "Slow", "60.00", after(-50), applied={"Slow-050": "60.00"}, reversed_date=after(-20))
    book = book.invoice("V", "Slow", "60.00", issue=after(-200), status="void", voided_date=after(-35))
    day = after(-days_ago)
    on_its_day = seen(book, day)
    found = seen(book).book
    looking_back = past(found, found.day - days_ago, 91)
    chances = []
    for each in (on_its_day, looking_back):
        (block,) = blocks(each, np.flatnonzero(each.open_share > 0))
        chances.append((each.book.invoice[block.items].size, block.within(np.array([7, 30, 91])).tolist()))
    assert chances[0] == chances[1]


def test_the_usual_delay_is_the_one_at_which_half_is_paid(ledger: Ledger) -> None:
    found = habits(seen(paid_history(ledger, "C1", [50, 1, 40, 2, 30]).invoice("Open", "C2", "1.00", issue=after(-9))))
    assert found.settled.tolist() == [0, 5, 0]
    assert found.median.tolist() == [30, 30, 30]
    assert found.mean.tolist() == [pytest.approx(24.6)] * 3
