"""Rankings, weekly receipts, choices and findings: small reports that pages show, over small ledgers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from analytics import choices, collected, customers, debtors, health, overdue
from analytics.errors import UsageError
from analytics.scope import Scope
from analytics.store import Store
from tests.ledger import Ledger


@pytest.fixture
def books(ledger: Ledger) -> Store:
    """Acme owes 100 late and 40 not yet, Borg 60 late; Acme overpaid 20 on an old invoice and has 5 unapplied."""
    return (
        ledger.customer("C1", name="Acme", segment="Large")
        .customer("C2", segment="Small")
        .invoice("I1", "C1", "100.00", issue="2026-03-01", due="2026-04-10")
        .invoice("I2", "C1", "40.00", issue="2026-05-01", due="2026-06-30")
        .invoice("I3", "C2", "60.00", issue="2026-03-01", due="2026-05-10")
        .invoice("I4", "C1", "50.00", issue="2026-01-01", payment_terms_days=30)
        .receipt("P1", "C1", "75.00", "2026-05-20", applied={"I4": "70.00"})
        .receipt("P2", "C1", "9.00", "2026-05-20", reversed_date="2026-05-25")
        .refund("P3", "C1", "1.00", "2026-05-31")
        .direct_store()
    )


SCOPE = Scope(as_of=date(2026, 5, 31))


def column(frame: pd.DataFrame, name: str) -> list[object]:
    return [None if value is pd.NA else value for value in frame[name]]


class TestDebtors:
    def test_are_ranked_by_what_is_late_less_what_is_over_applied(self, books: Store) -> None:
        found = debtors.ranked(books, SCOPE)
        assert column(found.rows, "name") == ["Acme", "C2"]
        assert column(found.rows, "ranked") == [Decimal("80.00"), Decimal("60.00")]
        assert column(found.rows, "share") == [Decimal("0.5714"), Decimal("0.4286")]
        assert column(found.rows, "oldest") == [120, 21]
        assert (found.total_customers, found.total_amount) == (2, Decimal("140.00"))

    def test_are_ranked_by_one_bucket(self, books: Store) -> None:
        assert column(debtors.ranked(books, SCOPE, bucket="31-60").rows, "ranked") == [Decimal("100.00")]

    def test_add_up_to_all_that_is_open(self, books: Store) -> None:
        assert debtors.ranked(books, SCOPE, bucket="total").total_amount == Decimal("180.00")

    def test_come_a_page_at_a_time_and_are_found_by_name_or_id(self, books: Store) -> None:
        assert column(debtors.ranked(books, SCOPE, page=2, size=1).rows, "customer_id") == ["C2"]
        assert column(debtors.ranked(books, SCOPE, search="aCm").rows, "customer_id") == ["C1"]
        assert column(debtors.ranked(books, SCOPE, search="c2").rows, "customer_id") == ["C2"]

    def test_of_several_currencies_are_not_ranked(self, ledger: Ledger) -> None:
        book = ledger.invoice("I1", "C1", "1.00", issue="2026-01-01").invoice("I2", "C1", "1.00", issue="2026-01-01", currency="EUR")
        with book.direct_store() as store, pytest.raises(UsageError, match="several currencies"):
            debtors.ranked(store, SCOPE)

    def test_of_an_unknown_bucket_are_a_sentence(self, books: Store) -> None:
        with pytest.raises(UsageError, match="'13-14' is not one of Not due"):
            debtors.ranked(books, SCOPE, bucket="13-14")


class TestWhatCameIn:
    def test_is_receipts_less_refunds_by_week_without_what_was_reversed(self, books: Store) -> None:
        weeks = collected.weekly(books, SCOPE, weeks=2)
        assert column(weeks, "end") == [date(2026, 5, 24), date(2026, 5, 31)]
        assert column(weeks, "amount") == [Decimal("75.00"), Decimal("-1.00")]

    def test_adds_up_over_days(self, books: Store) -> None:
        assert collected.total(books, SCOPE, days=30) == {"USD": Decimal("74.00")}
        assert collected.total(books, SCOPE, days=11) == {"USD": Decimal("-1.00")}


class TestChoices:
    def test_are_the_values_that_documents_have(self, books: Store) -> None:
        offered = choices.values(books)
        assert offered["segment"] == ("Large", "Small")
        assert offered["currency"] == ("USD",)
        assert offered["region"] == ()

    def test_name_what_has_no_value_last(self, ledger: Ledger) -> None:
        book = ledger.customer("C1", segment="Large").invoice("I1", "C1", "1.00", issue="2026-01-01")
        with book.invoice("I2", "C2", "1.00", issue="2026-01-01").direct_store() as store:
            assert choices.values(store)["segment"] == ("Large", None)

    def test_put_the_currency_of_most_documents_first(self, ledger: Ledger) -> None:
        book = ledger.invoice("I1", "C1", "9.00", issue="2026-01-01", currency="EUR")
        book = book.invoice("I2", "C1", "1.00", issue="2026-01-01").invoice("I3", "C1", "1.00", issue="2026-01-01")
        with book.rate("2026-01-01", "USD", "EUR", "0.9").direct_store() as store:
            assert choices.currencies(store) == ("USD", "EUR")
            assert choices.bases(store) == ("EUR",)
            assert not choices.has_disputes(store)

    def test_know_the_first_day_and_the_names(self, books: Store) -> None:
        assert choices.first_day(books) == date(2026, 1, 1)
        assert choices.names(books, ("C1", "C2", "C9")) == {"C1": "Acme", "C2": "C2"}


class TestWhatAsksForADecision:
    def test_is_an_invoice_with_more_applied_than_billed(self, books: Store) -> None:
        found = health.over_applied(books, SCOPE)
        assert (found.total, column(found.rows, "invoice_id"), column(found.rows, "amount")) == (1, ["I4"], [Decimal("-20.00")])

    def test_is_money_that_is_not_wholly_applied(self, books: Store) -> None:
        found = health.unapplied(books, SCOPE)
        assert column(found.rows, "document_id") == ["P1", "P3"]
        assert column(found.rows, "amount") == [Decimal("5.00"), Decimal("-1.00")]

    def test_is_an_invoice_whose_due_date_had_to_be_derived(self, books: Store) -> None:
        assert column(health.derived_due_dates(books, SCOPE).rows, "derived_from") == ["issue date + terms"]


def test_a_load_lists_its_files_totals_and_problems(ledger: Ledger, tmp_path: Path) -> None:
    book = ledger.invoice("I1", "C1", "50.00", issue="2026-01-01").receipt("P1", "C1", "70.00", "2026-02-01", applied={"I1": "70.00"})
    with book.store(tmp_path) as store:
        assert column(health.files(store), "table") == ["invoices", "payments", "applications"]
        assert column(health.control_totals(store), "file") == [Decimal(50), Decimal(70), Decimal(70)]
        codes = dict(zip(column(health.problem_counts(store), "code"), column(health.problem_counts(store), "problems"), strict=True))
        assert codes == {"due_date_missing": 1, "over_applied": 1}
        assert health.problems(store, code="over_applied").total == 1
        assert "I1" in str(column(health.problems(store, code="over_applied").rows, "message")[0])


def test_words_in_a_list_are_text_however_they_are_stored(books: Store) -> None:
    profile = customers.profile(books, SCOPE, "C1")
    lists = [
        profile.documents,
        profile.payments,
        profile.applications,
        health.unapplied(books, SCOPE).rows,
        overdue.page(books, SCOPE).rows,
    ]
    words = [str(kind) for frame in lists for name, kind in frame.dtypes.items() if name in ("kind", "status", "source", "currency")]
    assert set(words) == {"string[pyarrow]"}
