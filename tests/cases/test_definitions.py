"""The check value of every definition, from a small ledger through the report itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from analytics import aging, customers, dso, kpis, movements, overdue
from analytics.scope import Scope
from tests.answers import rows
from tests.ledger import Ledger, ledger

MONTHS = {
    "2026-09-30": "2500",
    "2026-08-31": "1750",
    "2026-07-31": "2250",
    "2026-06-30": "2500",
    "2026-05-31": "2000",
    "2026-04-30": "2250",
}


def figures(book: Ledger, day: str, days: int = 90, **scope: Any) -> dict[str, Any]:
    """The only row of the kpis."""
    with book.direct_store() as store:
        (row,) = rows(kpis.summary(store, Scope(date.fromisoformat(day), **scope), days=days))
    return row


def sold(amounts: dict[str, str], debtors: str) -> Ledger:
    """Sales by day, all paid at once but for `debtors`, which an older balance makes up if they are more."""
    book, left = ledger(), Decimal(debtors)
    for number, (day, amount) in enumerate(amounts.items()):
        book = book.invoice(f"I{number}", "C1", amount, issue=day)
        paid = max(Decimal(amount) - left, Decimal(0))
        left -= Decimal(amount) - paid
        if paid:
            book = book.receipt(f"P{number}", "C1", paid, day, applied={f"I{number}": paid})
    return book


def test_dso_simple_is_ending_ar_by_sales_by_days() -> None:
    book = sold({"2026-06-30": "7570", "2026-05-31": "4566", "2026-04-30": "5538"}, debtors="10869")
    assert figures(book, "2026-06-30")["dso"] == Decimal("55.3474")


def test_dso_average_takes_the_mean_of_both_balances() -> None:
    book = (
        ledger()
        .invoice("old", "C1", "80000", issue="2025-06-30")
        .invoice("new", "C1", "1200000", issue="2026-06-30")
        .receipt("P1", "C1", "1160000", "2026-06-30", applied={"new": "1160000"})
    )
    assert figures(book, "2026-06-30", days=365)["dso_average"] == Decimal("30.4167")


@pytest.mark.parametrize(("debtors", "days"), [("12000", "166.3333"), ("13000", "179.6667")])
def test_countback_takes_whole_months_and_a_part_of_the_last(debtors: str, days: str) -> None:
    row = figures(sold(MONTHS, debtors), "2026-09-30")
    assert (row["dso_countback_monthly"], row["dso_countback_exhausted"]) == (Decimal(days), False)


def test_countback_starts_with_the_month_to_date_and_days_without_sales_count() -> None:
    book = ledger().invoice("I1", "C1", "300", issue="2026-05-20").invoice("I2", "C1", "100", issue="2026-06-10")
    paid = book.receipt("P1", "C1", "150", "2026-06-10", applied={"I1": "150"})
    row = figures(paid, "2026-06-20")
    # 250: June so far takes 20 days and 100, then 150 of the 300 of May.
    assert row["dso_countback_monthly"] == Decimal("35.5")
    # 100 on the 11th day back, then 300 on the 32nd: 31 days and a half.
    assert row["dso_countback_daily"] == Decimal("31.5")


def test_countback_says_when_the_history_is_too_short() -> None:
    book = ledger().invoice("I1", "C1", "100", issue="2026-05-20").credit_note("N1", "C1", "40", issue="2026-06-10")
    row = figures(book, "2026-06-20")
    assert (row["dso_countback_monthly"], row["dso_countback_daily"]) == (Decimal("51"), Decimal("32"))
    assert row["dso_countback_exhausted"] is True


def test_best_possible_dso_and_average_days_delinquent_split_the_dso() -> None:
    book = (
        ledger()
        .invoice("late", "C1", "19000", issue="2026-01-10", due="2026-02-10")
        .invoice("new", "C1", "15000", issue="2026-06-20", due="2026-07-20")
        .receipt("P1", "C1", "9000", "2026-06-25", applied={"new": "9000"})
    )
    row = figures(book, "2026-06-30", days=30)
    assert (row["open"], row["overdue"], row["overdue_share"]) == (Decimal(25000), Decimal(19000), Decimal("0.76"))
    assert (row["dso"], row["dso_best_possible"], row["add"]) == (Decimal(50), Decimal(12), Decimal(38))


def test_collection_effectiveness_sets_what_came_in_against_what_could_have() -> None:
    book = (
        ledger()
        .invoice("old", "C1", "400000", issue="2026-03-01", due="2026-03-31")
        .receipt("P1", "C1", "330000", "2026-05-01", applied={"old": "330000"})
        .invoice("new", "C1", "1200000", issue="2026-06-01", due="2026-07-01")
        .receipt("P2", "C1", "920000", "2026-06-20", applied={"new": "920000"})
    )
    assert figures(book, "2026-06-30")["cei"] == Decimal("94.6970")


def test_turnover_is_not_annualised() -> None:
    book = (
        ledger()
        .invoice("old", "C1", "50000", issue="2025-01-01")
        .invoice("new", "C1", "600000", issue="2026-06-01")
        .receipt("P1", "C1", "590000", "2026-06-02", applied={"new": "590000"})
    )
    assert figures(book, "2026-06-30", days=365)["turnover"] == Decimal("10.9091")
    assert round(dso.collection_period(50000, 60000, 600000, 365) or 0, 2) == Decimal("33.46")


def test_what_is_undefined_is_not_available_rather_than_zero() -> None:
    row = figures(ledger().receipt("P1", "C1", "10.00", "2026-06-01"), "2026-06-30")
    ratios = ("overdue_share", "dso", "dso_average", "dso_best_possible", "add", "cei", "turnover", "days_to_pay", "days_late")
    assert {name: row[name] for name in ratios} == dict.fromkeys(ratios)
    assert (row["open"], row["unapplied"], row["net"]) == (Decimal(0), Decimal(10), Decimal(-10))


def test_days_to_pay_weigh_by_amount_and_an_installment_by_its_own_due_date() -> None:
    book = (
        ledger()
        .invoice("I1", "C1", "100.00", issue="2026-05-01", installments=[("2026-05-11", "30.00"), ("2026-06-10", "70.00")])
        .receipt("P1", "C1", "40.00", "2026-05-21", applied={"I1": "40.00"})
    )
    row = figures(book, "2026-06-30")
    assert row["days_to_pay"] == Decimal(20)
    # 30 of it 10 days late, 10 of it 20 days early.
    assert row["days_late"] == Decimal("2.5")


def test_taking_an_application_back_weighs_negative() -> None:
    book = (
        ledger()
        .invoice("I1", "C1", "100.00", issue="2026-05-01", due="2026-05-31")
        .receipt("P1", "C1", "90.00", "2026-05-11", applied={"I1": "90.00"})
        .application("payment", "P1", "I1", "-30.00", "2026-05-21")
    )
    assert figures(book, "2026-06-30")["days_to_pay"] == Decimal(5)  # (90 x 10 - 30 x 20) / 60
    assert figures(book, "2026-06-10", days=30)["days_to_pay"] == Decimal(20)  # the first lies on the day before the period


def test_a_payment_by_another_customer_is_the_payers_credit_until_applied() -> None:
    book = (
        ledger()
        .customer("A", region="North")
        .customer("B", region="South")
        .invoice("I1", "A", "100.00", issue="2026-05-01")
        .receipt("P1", "B", "100.00", "2026-05-10", applied={"I1": ("60.00", "2026-05-20")})
    )
    with book.direct_store() as store:
        for day, amount in (("2026-05-15", Decimal(100)), ("2026-05-20", Decimal(40))):
            found = rows(aging.unapplied(store, Scope(date.fromisoformat(day)), by=("customer", "region")))
            assert found == [{"currency": "USD", "customer": "B", "region": "South", "amount": amount}]


def test_a_void_and_a_reversal_count_from_their_day_and_show_in_the_movements() -> None:
    book = (
        ledger()
        .invoice("I1", "C1", "100.00", issue="2026-05-01", status="void", voided_date="2026-06-10")
        .invoice("I2", "C1", "50.00", issue="2026-05-01")
        .receipt("P1", "C1", "50.00", "2026-05-05", applied={"I2": "50.00"}, reversed_date="2026-06-15")
    )
    with book.direct_store() as store:
        open_by_day = [rows(aging.summary(store, Scope(date(2026, 6, day))))[0]["total"] for day in (9, 14 + 1)]
        (row,) = rows(movements.roll_forward(store, Scope(date(2026, 6, 30)), start=date(2026, 5, 31)))
    assert open_by_day == [Decimal(100), Decimal(50)]
    assert (row["opening"], row["invoices"], row["receipts"], row["closing"]) == (100, -100, -50, 50)


def test_a_group_is_the_customer_and_everyone_below() -> None:
    book = ledger().customer("top").customer("middle", parent_id="top").customer("leaf", parent_id="middle").customer("other")
    for customer, amount in (("top", "1.00"), ("middle", "10.00"), ("leaf", "100.00"), ("other", "1000.00")):
        book = book.invoice(f"of {customer}", customer, amount, issue="2026-05-01")
    with book.direct_store() as store:
        scope = Scope(date(2026, 6, 30), where={"customer": "middle"})
        assert rows(aging.summary(store, scope))[0]["total"] == Decimal(10)
        grouped = Scope(date(2026, 6, 30), where={"customer": "middle"}, with_children=True)
        assert rows(aging.summary(store, grouped))[0]["total"] == Decimal(110)


def test_parents_in_a_circle_are_one_group_and_no_endless_walk() -> None:
    book = ledger().customer("A", parent_id="B").customer("B", parent_id="A").invoice("I1", "A", "5.00", issue="2026-05-01")
    with book.direct_store() as store:
        scope = Scope(date(2026, 6, 30), where={"customer": "B"}, with_children=True)
        assert rows(aging.summary(store, scope))[0]["total"] == Decimal(5)


def test_a_rate_is_good_for_31_days_and_a_missing_one_is_never_1() -> None:
    book = (
        ledger()
        .invoice("I1", "C1", "1000", issue="2026-05-01", currency="JPY")
        .invoice("I2", "C1", "7.00", issue="2026-05-01")
        .rate("2026-05-01", "JPY", "USD", "0.00645")
    )
    with book.direct_store() as store:
        good, stale = (Scope(date(2026, 6, day), currency="USD") for day in (1, 2))
        assert [rows(aging.summary(store, scope))[0]["total"] for scope in (good, stale)] == [Decimal("13.45"), Decimal(7)]
        assert rows(aging.unconverted(store, stale)) == [{"currency": "JPY", "items": 1, "amount": Decimal(1000)}]


def test_each_cell_is_the_rounding_of_its_own_exact_sum() -> None:
    book = ledger().rate("2026-05-01", "USD", "JPY", "1")
    for number, due in enumerate(("2026-06-30", "2026-06-20", "2026-05-20")):
        book = book.invoice(f"I{number}", "C1", "0.50", issue="2026-05-01", due=due)
    with book.direct_store() as store:
        (row,) = rows(aging.summary(store, Scope(date(2026, 6, 30), currency="JPY", fx=date(2026, 5, 1))))
    assert [row[label] for label in ("Not due", "1-30", "31-60", "total")] == [1, 1, 1, 2]  # 0.5 each, 1.5 in all


def test_what_a_customer_settled_leaves_out_what_was_voided() -> None:
    book = (
        ledger()
        .customer("C1")
        .invoice("paid", "C1", "10.00", issue="2026-05-01", due="2026-05-31")
        .receipt("P1", "C1", "10.00", "2026-06-10", applied={"paid": "10.00"})
        .invoice("voided", "C1", "99.00", issue="2026-05-01", due="2026-05-02", status="void", voided_date="2026-06-20")
    )
    with book.direct_store() as store:
        profile = customers.profile(store, Scope(date(2026, 6, 30)), "C1")
    (behaviour,) = rows(profile.behaviour)
    assert (behaviour["invoices_settled"], behaviour["median_days_late"]) == (1, 10)
    assert {row["invoice_id"]: row["settled_date"] for row in rows(profile.documents)} == {"paid": date(2026, 6, 10), "voided": None}


def test_what_is_paid_before_it_is_issued_is_settled_from_its_first_day_on() -> None:
    book = (
        ledger()
        .customer("C1")
        .invoice("prepaid", "C1", "10.00", issue="2026-06-01", due="2026-06-15")
        .receipt("P1", "C1", "10.00", "2026-05-20", applied={"prepaid": "10.00"})
        .invoice("draft", "C1", "7.00", issue="2026-06-01", status="draft")
        .invoice("open", "C1", "5.00", issue="2026-06-01")
        .invoice("nothing", "C1", "0.00", issue="2026-06-01")
    )
    with book.direct_store() as store:
        profile = customers.profile(store, Scope(date(2026, 6, 30)), "C1")
    settled = {row["invoice_id"]: row["settled_date"] for row in rows(profile.documents)}
    assert settled == {"prepaid": date(2026, 6, 1), "draft": None, "open": None, "nothing": None}
    (behaviour,) = rows(profile.behaviour)
    assert (behaviour["invoices_settled"], behaviour["median_days_late"], behaviour["settled_late"]) == (1, -14, 0)


def test_a_payment_that_names_its_invoice_is_applied_to_it(tmp_path: Path) -> None:
    book = ledger().customer("C1").invoice("I1", "C1", "100.00", issue="2026-05-01", due="2026-05-31")
    paid = book.row(
        "payments", payment_id="P1", customer_id="C1", amount="30.00", currency="USD", received_date="2026-05-20", invoice_id="I1"
    )
    with paid.store(tmp_path) as store:
        scope = Scope(date(2026, 6, 30))
        assert rows(overdue.page(store, scope).rows)[0]["open_amount"] == Decimal(70)
        assert rows(aging.unapplied(store, scope)) == []
        assert rows(kpis.summary(store, scope))[0]["days_to_pay"] == Decimal(19)


def test_without_a_day_the_latest_event_is_meant(tmp_path: Path) -> None:
    book = ledger().invoice("I1", "C1", "9.00", issue="2025-05-01", due="2025-05-10").write_off("I1", "4.00", "2025-05-12")
    with book.store(tmp_path) as store:
        assert store.resolve(Scope()).day == date(2025, 5, 12)
        assert rows(aging.summary(store, Scope()))[0]["1-30"] == Decimal(5)


def test_what_is_taken_back_before_it_is_applied_raises_the_first_installment() -> None:
    book = (
        ledger()
        .invoice("I1", "C1", "100.00", issue="2026-05-01", installments=[("2026-06-10", "70.00"), ("2026-05-11", "30.00")])
        .receipt("P1", "C1", "40.00", "2026-05-01")
        .application("payment", "P1", "I1", "-15.00", "2026-05-05")
        .application("payment", "P1", "I1", "145.00", "2026-06-01")
    )
    with book.direct_store() as store:
        for day, first, second in ((date(2026, 5, 5), 45, 70), (date(2026, 6, 1), None, -30)):
            by_due = {row["due_date"]: row["open_amount"] for row in rows(overdue.page(store, Scope(day), min_days=None).rows)}
            expected = {date(2026, 5, 11): first, date(2026, 6, 10): second}
            assert by_due == {due: amount for due, amount in expected.items() if amount is not None}


def test_installments_are_filled_in_the_order_of_effective_dates_not_of_ids() -> None:
    book = (
        ledger()
        .invoice("I1", "C1", "100.00", issue="2026-05-01", installments=[("2026-05-11", "30.00"), ("2026-06-10", "70.00")])
        .receipt("P1", "C1", "100.00", "2026-05-01")
        .application("payment", "P1", "I1", "70.00", "2026-06-20", application_id="first by id")
        .application("payment", "P1", "I1", "30.00", "2026-05-31", application_id="second by id")
    )
    row = figures(book, "2026-06-30")
    assert row["days_late"] == Decimal("13")  # 30 of it 20 days late, 70 of it 10
    assert figures(book, "2026-06-30", days=30)["days_late"] == Decimal(10)  # the day that a period starts after is not in it


def test_region_and_sales_rep_are_the_documents_own_else_the_customers() -> None:
    book = (
        ledger()
        .customer("C1", region="North", sales_rep="Ann")
        .invoice("I1", "C1", "1.00", issue="2026-05-01")
        .invoice("I2", "C1", "10.00", issue="2026-05-01", region="South", sales_rep="Bob")
        .receipt("P1", "C1", "5.00", "2026-05-01")
    )
    with book.direct_store() as store:
        found = rows(aging.summary(store, Scope(date(2026, 5, 31)), by=("region", "sales_rep")))
        assert {(row["region"], row["sales_rep"]): row["total"] for row in found} == {("North", "Ann"): 1, ("South", "Bob"): 10}
        (credit,) = rows(aging.unapplied(store, Scope(date(2026, 5, 31)), by=("region",)))
        assert (credit["region"], credit["amount"]) == ("North", Decimal(5))


def test_a_dispute_lasts_from_its_opening_to_the_day_before_its_closing() -> None:
    book = (
        ledger()
        .invoice("dated", "C1", "1.00", issue="2026-05-01", dispute_reason="price")
        .dispute("dated", "2026-05-10", "2026-05-20")
        .invoice("undated", "C1", "10.00", issue="2026-05-01", dispute_reason="price")
        .invoice("plain", "C1", "100.00", issue="2026-05-01")
        .credit_note("disputed too", "C1", "7.00", issue="2026-05-01", dispute_reason="price")
        .receipt("P1", "C1", "5.00", "2026-05-01")
    )
    with book.direct_store() as store:
        for day, disputed in ((9, 10), (10, 11), (19, 11), (20, 10)):
            for answer, amount, credit in (("true", disputed, 7), ("false", 111 - disputed, 5)):
                scope = Scope(date(2026, 5, day), where={"disputed": answer})
                assert rows(aging.summary(store, scope))[0]["total"] == amount
                assert rows(aging.unapplied(store, scope))[0]["amount"] == credit


def test_the_overdue_list_takes_what_is_just_late_and_just_large_enough() -> None:
    book = ledger().customer("C1", name="Zoë & Söhne")
    for name, due, amount in (("today", "2026-06-30", "5.00"), ("one", "2026-06-29", "10.00"), ("two", "2026-06-28", "9.99")):
        book = book.invoice(name, "C1", amount, issue="2026-05-01", due=due)
    with book.direct_store() as store:
        scope = Scope(date(2026, 6, 30))
        found = {
            "late": overdue.page(store, scope),
            "very late": overdue.page(store, scope, min_days=2),
            "large": overdue.page(store, scope, min_amount=Decimal("10.00")),
            "not due": overdue.page(store, scope, min_days=None, bucket="Not due"),
            "searched": overdue.page(store, scope, search="ZOË"),
            "one a page": overdue.page(store, scope, size=1, page=2),
        }
    assert {name: [row["invoice_id"] for row in rows(page.rows)] for name, page in found.items()} == {
        "late": ["one", "two"],
        "very late": ["two"],
        "large": ["one"],
        "not due": ["today"],
        "searched": ["one", "two"],
        "one a page": ["two"],
    }
    assert (found["one a page"].total_items, found["one a page"].total_amount) == (2, {"USD": Decimal("19.99")})


def test_each_point_of_a_trend_knows_the_disputes_of_its_own_day() -> None:
    book = ledger().invoice("I1", "C1", "8.00", issue="2026-03-10").dispute("I1", "2026-04-15", "2026-05-15")
    with book.direct_store() as store:
        scope = Scope(date(2026, 5, 31), where={"disputed": "true"})
        points = rows(aging.trend(store, scope, start=date(2026, 3, 31)))
    assert [(point["date"].month, point["total"]) for point in points] == [(3, 0), (4, Decimal("8.00")), (5, 0)]
