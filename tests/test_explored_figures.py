"""Cuts, cohorts, roll rates and concentration of small books, with figures that can be worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from analytics import cohorts, concentration, pivot, rolls
from analytics.dates import parse
from analytics.errors import UsageError
from analytics.scope import Scope
from tests.answers import rows
from tests.ledger import Ledger, ledger

JUNE = Scope(as_of=parse("2026-06-30"))


def book() -> Ledger:
    return (
        ledger()
        .customer("C1", name="Acme", region="North", segment="Large")
        .customer("C2", name="Borg", region="South", segment="Large")
        .customer("C3", name="Cord", region="North", segment="Small")
        .invoice("I1", "C1", "100.00", issue="2026-04-10", due="2026-05-10")
        .invoice("I2", "C2", "300.00", issue="2026-05-01", due="2026-05-31")
        .invoice("I3", "C3", "600.00", issue="2026-06-01", due="2026-07-01")
        .receipt("P1", "C2", "150.00", "2026-05-31", applied={"I2": "150.00"})
        .receipt("P2", "C1", "40.00", "2026-06-10", applied={"I1": "40.00"})
    )


def cells(found: pivot.Pivot, word: str) -> dict[str | None, list[Decimal | None]]:
    return {row[word] or row["line"]: [row[name] for name in (*found.columns, "total")] for row in rows(found.frame)}


def test_what_is_open_by_region_and_segment_adds_up_both_ways() -> None:
    with book().direct_store() as store:
        found = pivot.table(store, JUNE, rows="region", columns="segment")
    assert found.columns == ("Small", "Large")
    assert cells(found, "region") == {
        "North": [Decimal("600.00"), Decimal("60.00"), Decimal("660.00")],
        "South": [Decimal("0.00"), Decimal("150.00"), Decimal("150.00")],
        "total": [Decimal("600.00"), Decimal("210.00"), Decimal("810.00")],
    }


def test_the_total_of_a_ratio_is_the_ratio_of_the_totals() -> None:
    with book().direct_store() as store:
        found = pivot.table(store, JUNE, measure="dso", rows="region", days=90)
    # 810 open of 1,000 billed in 90 days; North 660 of 700, South 150 of 300.
    assert cells(found, "region") == {"North": [Decimal("84.8571")], "South": [Decimal("45.0000")], "total": [Decimal("72.9000")]}


def test_the_smaller_customers_are_added_up_in_one_line() -> None:
    with book().direct_store() as store:
        found = pivot.table(store, JUNE, measure="overdue_share", rows="customer", columns="region", size=1)
    assert found.hidden == 2
    assert cells(found, "customer") == {
        "C3": [Decimal("0.0000"), None, Decimal("0.0000")],
        "others": [Decimal("1.0000"), Decimal("1.0000"), Decimal("1.0000")],
        "total": [Decimal("0.0909"), Decimal("1.0000"), Decimal("0.2593")],
    }


def test_receipts_by_month_add_up_over_time_and_balances_do_not() -> None:
    with book().direct_store() as store:
        came_in = pivot.table(store, JUNE, measure="receipts", rows="customer", columns="month")
        stood = pivot.table(store, JUNE, measure="open", rows="customer", columns="month")
    assert came_in.columns[-2:] == ("2026-05-31", "2026-06-30")
    assert cells(came_in, "customer")["total"][-3:] == [Decimal("150.00"), Decimal("40.00"), Decimal("190.00")]
    assert cells(stood, "customer")["total"][-3:] == [Decimal("250.00"), Decimal("810.00"), None]


def test_buckets_part_what_is_open() -> None:
    with book().direct_store() as store:
        found = pivot.table(store, JUNE, rows="region", columns="bucket")
    assert cells(found, "region")["North"] == [Decimal(x) for x in ("600.00", "0.00", "60.00", "0.00", "0.00", "660.00")]


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"measure": "profit"}, "'profit' is not one of"),
        ({"rows": "colour"}, "'colour' is not one of"),
        ({"rows": "region", "columns": "region"}, "choose two words"),
        ({"columns": "customer"}, "put them in the rows"),
        ({"measure": "dso", "columns": "bucket"}, "only what is open lies in buckets"),
    ],
)
def test_a_cut_that_makes_no_sense_is_a_sentence(wanted: dict[str, str], says: str) -> None:
    with book().direct_store() as store, pytest.raises(UsageError, match=says):
        pivot.table(store, JUNE, **wanted)


def test_amounts_of_several_currencies_are_never_added() -> None:
    mixed = book().invoice("J1", "C1", "900", issue="2026-06-01", currency="JPY")
    with mixed.direct_store() as store:
        for ask in (lambda: pivot.table(store, JUNE), lambda: concentration.curve(store, JUNE)):
            with pytest.raises(UsageError, match="several currencies"):
                ask()


def test_a_cohort_is_shown_once_all_of_it_is_old_enough() -> None:
    with book().direct_store() as store:
        found = {row["month"]: row for row in rows(cohorts.shares(store, JUNE, edges=(30, 61, 90)))}
    april, may = found[parse("2026-04-30")], found[parse("2026-05-31")]
    assert (april["billed"], april["paid_30"], april["paid_61"], april["paid_90"]) == (Decimal(100), 0, Decimal("0.4"), None)
    assert (may["billed"], may["paid_30"], may["paid_61"]) == (Decimal(300), Decimal("0.5"), None)


def test_behind_a_cohort_are_its_documents_with_what_was_paid_of_each() -> None:
    # I4 of May is larger and unpaid; the payment of I2 came after 30 days.
    with book().invoice("I4", "C1", "500.00", issue="2026-05-20", due="2026-06-19").direct_store() as store:
        found = cohorts.documents(store, JUNE, parse("2026-05-31"), edges=(10, 30, 61))
        second = cohorts.documents(store, JUNE, parse("2026-05-01"), page=2, size=1)
        april = cohorts.documents(store, JUNE, parse("2026-04-30"), edges=(60, 61))
    said = [(row["document"], row["name"], row["amount"], row["paid_10"], row["paid_30"], row["paid_61"]) for row in rows(found.rows)]
    assert said == [("I4", "Acme", 500, 0, 0, None), ("I2", "Borg", 300, 0, 150, None)]
    assert (found.total_items, found.total_amount) == (2, {"USD": Decimal(800)})
    assert [row["document"] for row in rows(second.rows)] == ["I2"]
    assert [(row["amount"], row["paid_60"], row["paid_61"]) for row in rows(april.rows)] == [(100, 0, 40)]


def test_what_is_paid_does_not_roll() -> None:
    with book().direct_store() as store:
        found = {row["bucket"]: row for row in rows(rolls.rates(store, JUNE, months=1))}
    # At the end of May I1 (100) is 21 days late and I2 (150 left) is due today; at the end of June both are older, I1 with 60 left.
    assert (found["1-30"]["amount"], found["1-30"]["rolled"], found["1-30"]["rate"]) == (Decimal(100), Decimal(60), Decimal("0.6"))
    assert (found["Not due"]["amount"], found["Not due"]["rolled"], found["Not due"]["rate"]) == (Decimal(150), Decimal(150), Decimal(1))


def test_the_largest_debtor_of_three_owes_most() -> None:
    with book().direct_store() as store:
        found = concentration.curve(store, JUNE)
    assert [(row["debtors"], row["share"]) for row in rows(found.curve)] == [(1, Decimal("0.7407")), (2, Decimal("0.9259")), (3, 1)]
    assert found.hhi == Decimal("0.5885")


def test_who_is_in_credit_is_counted_apart_and_in_no_share() -> None:
    over = book().invoice("I9", "C9", "20.00", issue="2026-05-01").receipt("P9", "C9", "50.00", "2026-05-02", applied={"I9": "50.00"})
    with over.direct_store() as store:
        found = concentration.curve(store, JUNE)
    assert (found.debtors, found.total, found.in_credit, found.credit) == (3, Decimal(810), 1, Decimal(-30))
    assert found.hhi == Decimal("0.5885")
