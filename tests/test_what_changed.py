"""What changed since an earlier day, in a book small enough to add up by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from analytics import changes
from analytics.dates import parse
from analytics.errors import UsageError
from analytics.scope import Scope
from tests.answers import rows
from tests.ledger import Ledger, ledger

JUNE = Scope(as_of=parse("2026-06-30"))
MAY = parse("2026-05-31")


def book() -> Ledger:
    return (
        ledger()
        .customer("C1", name="Acme")
        .customer("C2", name="Borg")
        .invoice("I1", "C1", "100.00", issue="2026-04-10", due="2026-05-10")
        .invoice("I2", "C2", "300.00", issue="2026-05-01", due="2026-05-31")
        .invoice("I3", "C1", "600.00", issue="2026-06-01", due="2026-07-01")
        .invoice("I4", "C2", "50.00", issue="2026-05-02", due="2026-06-01", voided_date="2026-06-05", status="void")
        .receipt("P1", "C2", "120.00", "2026-06-20", applied={"I2": "120.00"})
        .credit_note("N1", "C2", "30.00", issue="2026-06-21", applied={"I2": "30.00"})
        .write_off("I1", "40.00", "2026-06-30")
    )


def test_the_lines_lead_from_then_to_now() -> None:
    with book().direct_store() as store:
        (row,) = rows(changes.since(store, JUNE, start=MAY))
    assert {name: row[name] for name in ("opening", *changes.SIGNS, "fx", "closing", "aged")} == {
        "opening": Decimal(450),
        "invoiced": Decimal(550),
        "paid": Decimal(120),
        "credited": Decimal(30),
        "written_off": Decimal(40),
        "fx": Decimal(0),
        "closing": Decimal(810),
        "aged": Decimal(210),
    }
    assert row["closes"]


def test_who_moved_it_comes_with_what_moved_it() -> None:
    with book().direct_store() as store:
        first, second = rows(changes.movers(store, JUNE, start=MAY))
    assert (first["name"], first["invoiced"], first["written_off"], first["change"]) == ("Acme", 600, 40, 560)
    assert (second["name"], second["invoiced"], second["paid"], second["credited"], second["change"]) == ("Borg", -50, 120, 30, -200)


def test_a_currency_that_gained_is_a_line_of_its_own() -> None:
    euros = ledger().invoice("I1", "C1", "100.00", issue="2026-05-01", currency="EUR")
    euros = euros.rate("2026-05-31", "EUR", "USD", "1.10").rate("2026-06-30", "EUR", "USD", "1.20")
    with euros.direct_store() as store:
        (row,) = rows(changes.since(store, Scope(as_of=JUNE.as_of, currency="USD"), start=MAY))
    assert (row["opening"], row["fx"], row["closing"], row["closes"]) == (110, 10, 120, True)


def test_changes_do_not_run_backwards() -> None:
    with book().direct_store() as store, pytest.raises(UsageError, match="after their end"):
        changes.since(store, Scope(as_of=MAY), start=parse("2026-06-30"))
