"""How long invoices wait for their payment: the curve of Kaplan and Meier, its quartiles, and the share of a month at risk."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import Scope, time_to_pay
from analytics.errors import UsageError
from analytics.money import rounded_to
from tests.answers import rows
from tests.ledger import Ledger, ledger

TODAY = date(2026, 6, 30)
PAID, OPEN, WRITTEN_OFF = "paid", "open", "written off"
Watched = list[tuple[int, str]]
"""Of each invoice, for how many days it was watched and how that ended."""


def book(watched: Watched) -> Ledger:
    """Invoices of 100 each, watched so long: the open ones were issued so many days ago, all others in January."""
    made = ledger()
    for number, (days, end) in enumerate(watched):
        issued = TODAY - timedelta(days=days) if end == OPEN else date(2026, 1, 10)
        made = made.invoice(f"I{number}", "C1", "100.00", issue=issued, due=issued + timedelta(days=30))
        ended = issued + timedelta(days=days)
        if end == PAID:
            made = made.receipt(f"P{number}", "C1", "100.00", ended, applied={f"I{number}": "100.00"})
        elif end == WRITTEN_OFF:
            made = made.write_off(f"I{number}", "100.00", ended)
    return made


def found(made: Ledger, **options: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    with made.direct_store() as store:
        answer = time_to_pay.curve(store, Scope(as_of=TODAY), **options)
    return rows(answer.curve), rows(answer.summary)[0]


# Remissions of 21 leukaemia patients in weeks (Freireich 1963), the example of most textbooks; + is one that was still watched.
REMISSIONS = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PUBLISHED = {6: "0.8571", 7: "0.8067", 10: "0.7529", 13: "0.6902", 16: "0.6275", 22: "0.5378", 23: "0.4482"}


@pytest.mark.parametrize("censored", [OPEN, WRITTEN_OFF])
def test_the_published_curve(censored: str) -> None:
    steps, summary = found(book([(int(each.rstrip("+")), censored if "+" in each else PAID) for each in REMISSIONS.split()]))
    assert {row["days"]: str(row["unpaid"]) for row in steps if row["paid"]} == PUBLISHED
    assert [(row["watched"], row["paid"], row["left"]) for row in steps[:3]] == [(21, 3, 1), (17, 1, 0), (16, 0, 1)]
    assert (summary["quarter"], summary["median"], summary["three_quarters"]) == (13, 23, None)
    assert (summary["invoices"], summary["paid"], summary["open"] + summary["settled_otherwise"]) == (21, 9, 12)


def test_an_invoice_waits_until_the_last_of_it_is_paid() -> None:
    made = (
        ledger()
        .invoice("I1", "C1", "100.00", issue="2026-05-01")
        .receipt("P1", "C1", "60.00", "2026-05-11", applied={"I1": "60.00"})
        .receipt("P2", "C1", "40.00", "2026-05-21", applied={"I1": "40.00"})
        .invoice("I2", "C1", "50.00", issue="2026-05-01")
        .receipt("P3", "C1", "50.00", "2026-05-01", applied={"I2": "50.00"})
    )
    steps, summary = found(made)
    assert [(row["days"], row["paid"], row["unpaid"]) for row in steps] == [(0, 1, Decimal("0.5")), (20, 1, 0)]
    assert (summary["quarter"], summary["median"], summary["three_quarters"]) == (0, 0, 20)


def test_a_payment_taken_back_has_not_ended_the_wait() -> None:
    made = (
        ledger()
        .invoice("I1", "C1", "100.00", issue="2026-05-01")
        .receipt("P1", "C1", "100.00", "2026-05-11", applied={"I1": "100.00"}, reversed_date="2026-05-20")
    )
    steps, summary = found(made)
    assert [(row["days"], row["paid"], row["left"]) for row in steps] == [(60, 0, 1)]
    assert (summary["open"], summary["median"]) == (1, None)


def test_what_happens_after_the_day_is_not_known_on_it() -> None:
    made = (
        ledger()
        .invoice("I1", "C1", "100.00", issue="2026-05-01")
        .receipt("P1", "C1", "100.00", "2026-05-11", applied={"I1": "100.00"}, reversed_date="2026-07-05")
        .receipt("P2", "C1", "100.00", "2026-07-10", applied={"I1": "100.00"})
    )
    assert [(row["days"], row["paid"], row["left"]) for row in found(made)[0]] == [(10, 1, 0)]


def test_an_invoice_paid_twice_has_waited_for_the_first() -> None:
    made = (
        ledger()
        .invoice("I1", "C1", "100.00", issue="2026-05-01")
        .receipt("P1", "C1", "100.00", "2026-05-11", applied={"I1": "100.00"})
        .receipt("P2", "C1", "100.00", "2026-05-21", applied={"I1": "100.00"})
    )
    assert [(row["days"], row["paid"], row["left"]) for row in found(made)[0]] == [(10, 1, 0)]


def test_credit_notes_and_invoices_of_nothing_wait_for_no_payment() -> None:
    made = (
        ledger()
        .invoice("I1", "C1", "100.00", issue="2026-05-01")
        .invoice("I2", "C1", "0.00", issue="2026-05-01")
        .credit_note("N1", "C1", "10.00", issue="2026-05-05")
    )
    assert found(made)[1]["invoices"] == 1


def test_months_count_back_from_the_day_and_what_is_billed_before_them_is_not_watched() -> None:
    made = ledger().invoice("I1", "C1", "1.00", issue="2026-04-30").invoice("I2", "C1", "1.00", issue="2026-05-01")
    assert found(made, months=2)[1]["invoices"] == 1
    assert found(made, months=3)[1]["invoices"] == 2
    with pytest.raises(UsageError, match="there is at least one"):
        found(made, months=0)


def by_hand(watched: Watched) -> dict[int, Decimal]:
    """The share unpaid after each day on which something ended: the product over the days before, straight from the definition."""
    shares = {}
    for after in sorted({days for days, _ in watched}):
        unpaid = Fraction(1)
        for day in range(after + 1):
            still = [end for days, end in watched if days >= day]
            paid = [end for days, end in watched if days == day and end == PAID]
            unpaid *= 1 - Fraction(len(paid), len(still))
        shares[after] = rounded_to(unpaid, 4)
    return shares


ENDS = st.lists(st.tuples(st.integers(0, 40), st.sampled_from([PAID, OPEN, WRITTEN_OFF])), min_size=1, max_size=12)


@given(ENDS)
@settings(max_examples=20, deadline=None)
def test_the_curve_is_the_product_of_its_definition(watched: Watched) -> None:
    steps, summary = found(book(watched))
    assert {row["days"]: row["unpaid"] for row in steps} == by_hand(watched)
    assert sum(row["paid"] + row["left"] for row in steps) == summary["invoices"] == len(watched)


def risks(made: Ledger, **options: Any) -> list[tuple[date, Decimal, Decimal | None, Decimal | None]]:
    with made.direct_store() as store:
        frame = time_to_pay.at_risk(store, Scope(as_of=TODAY), **options)
    return [(row["month"], row["billed"], row["unpaid"], row["rate"]) for row in rows(frame)]


def test_what_is_unpaid_90_days_after_its_due_date_is_at_risk() -> None:
    # Due on 31 January, 90 days later is 1 May: what comes on that day counts, what comes a day later does not.
    made = (
        ledger()
        .invoice("I1", "C1", "100.00", issue="2026-01-05", due="2026-01-31")
        .receipt("P1", "C1", "30.00", "2026-05-01", applied={"I1": "30.00"})
        .receipt("P2", "C1", "20.00", "2026-05-02", applied={"I1": "20.00"})
        .invoice("I2", "C1", "60.00", issue="2026-01-31", due="2026-02-28")
        .credit_note("N1", "C1", "10.00", issue="2026-02-05", applied={"I2": "10.00"})
        .write_off("I2", "50.00", "2026-03-05")
    )
    assert risks(made) == [(date(2026, 1, 31), 160, 120, Decimal("0.75"))]
    assert risks(made, days=91) == [(date(2026, 1, 31), 160, 100, Decimal("0.625"))]


def test_a_month_is_known_once_all_of_it_is_90_days_past_due() -> None:
    made = ledger().invoice("I1", "C1", "100.00", issue="2026-03-05", due="2026-04-01")
    late = made.invoice("I2", "C1", "100.00", issue="2026-03-06", due="2026-04-02")
    assert risks(made) == [(date(2026, 3, 31), 100, 100, 1)]
    assert risks(late) == [(date(2026, 3, 31), 200, None, None)]


def test_a_month_that_billed_nothing_has_no_rate() -> None:
    made = ledger().invoice("I1", "C1", "0.00", issue="2026-01-05", due="2026-01-31")
    assert risks(made) == [(date(2026, 1, 31), 0, 0, None)]


def test_a_day_before_the_due_date_is_no_question() -> None:
    with pytest.raises(UsageError, match="no day before the due date"):
        risks(ledger(), days=-1)
