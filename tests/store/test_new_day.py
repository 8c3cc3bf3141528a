"""A new day added to the books makes the same books as loading everything at once: to the last digit, problem and row set aside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from analytics import aging, customers, demo, forecast, kpis, movements, overdue
from analytics.scope import Scope
from analytics.store import Store, build, equations, extend
from analytics.store.marts import VIEWS
from tests.answers import in_order
from tests.days import parted
from tests.ledger import Ledger, ledger

TODAY = date(2026, 6, 30)
TABLES = (*VIEWS, "customers", "invoice_lines", "installments", "fx_rates", "disputes", "contracts", "gl_balances")
SCOPES = (
    {},
    {"currency": "EUR"},
    {"currency": "EUR", "fx": "document"},
    {"where": {"country": "DE"}},
    {"where": {"disputed": True}},
)


@pytest.fixture
def extended(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes each load that only added to the books; however many rows it brings, it may."""
    noted: list[str] = []
    real = extend.Extension.close

    def close(extension: extend.Extension) -> None:
        noted.append("extended")
        real(extension)

    monkeypatch.setattr(extend, "SHARE", 0)
    monkeypatch.setattr(extend.Extension, "close", close)
    return noted


def reports(store: Store, day: date) -> list[Any]:
    """What every report says of the books at `day`."""
    found: list[Any] = []
    for chosen in SCOPES:
        scope = Scope(as_of=day, **chosen)  # type: ignore[arg-type]
        found += [
            in_order(aging.summary(store, scope)),
            in_order(aging.summary(store, scope, by=("invoice", "installment", "customer", "sales_rep"), edges=(5, 50))),
            in_order(aging.unapplied(store, scope, by=("customer",))),
            in_order(kpis.summary(store, scope)),
            in_order(movements.roll_forward(store, scope, start=day - timedelta(days=45))),
            in_order(aging.trend(store, scope)),
            in_order(overdue.page(store, scope, search="7", sort="days", size=1000).rows),
        ]
    for customer in ("C-000001", "C-000007"):
        profile = customers.profile(store, Scope(as_of=day), customer)
        found += [in_order(profile.documents), in_order(profile.payments), in_order(profile.applications), in_order(profile.behaviour)]
    return found


def contents(store: Store) -> list[Any]:
    """The canonical rows, what is set aside and what is said of rows, wherever they came from."""
    known = ("file_id", "file_row")
    rows = [[{k: v for k, v in row.items() if k not in known} for row in store.rows(f"from {table}")] for table in TABLES]
    aside = store.rows("select table_name, code, message, content::varchar as content from quarantine")
    problems = store.rows(
        "select table_name, code, severity, split_part(message, ': ', 2) as said from problems where file_row is not null"
    )
    return [sorted(map(repr, each)) for each in (*rows, aside, problems, store.rows("from contents"))]


def assert_same(one: Path, other: Path, *days: date) -> None:
    with Store.open(one) as whole, Store.open(other) as grown:
        assert contents(grown) == contents(whole)
        for day in days:
            assert reports(grown, day) == reports(whole, day)
        assert all(verdict.holds for verdict in equations.verdicts(grown.rows))
        invoices = [in_order(forecast.receipts(store, Scope(as_of=days[0])).invoices) for store in (whole, grown)]
        assert invoices[0] == invoices[1]


def test_a_week_loaded_day_by_day_makes_the_books_of_one_load(tmp_path: Path, extended: list[str]) -> None:
    folder = demo.write(tmp_path / "book", 1500, today=TODAY) or tmp_path / "book"
    cuts = [TODAY - timedelta(days=days) for days in (40, 3, 1)]
    days = parted(folder, tmp_path / "days", cuts)
    build([folder], into=tmp_path / "whole")
    build([days[0]], into=tmp_path / "grown")
    for day in days[1:]:
        report = build([day], into=tmp_path / "grown", append=True)
        assert not report.refused

    assert extended == ["extended"] * 3
    assert_same(
        tmp_path / "whole", tmp_path / "grown", TODAY, TODAY - timedelta(days=2), TODAY - timedelta(days=100), TODAY + timedelta(days=50)
    )


def test_the_same_day_again_changes_nothing(tmp_path: Path, extended: list[str]) -> None:
    days = parted(demo.write(tmp_path / "book", 300, today=TODAY) or tmp_path / "book", tmp_path / "days", [TODAY - timedelta(days=9)])
    build([days[0]], into=tmp_path / "store")
    first = build([days[1]], into=tmp_path / "store", append=True)
    again = build([days[1]], into=tmp_path / "store", append=True)

    assert again.generation == first.generation
    assert {problem.code for file in again.files for problem in file.problems} >= {"already_loaded"}
    assert extended == ["extended"]


BASE = (
    ledger()
    .customer("C-000001", name="Acme", region="North", country="DE")
    .customer("C-000007", name="Bolt", region="South", country="FR")
    .invoice("I1", "C-000001", "100.00", issue="2026-05-01", due="2026-05-31")
    .invoice("I2", "C-000007", "80.00", issue="2026-05-10", due="2026-06-09")
    .receipt("P1", "C-000001", "150.00", "2026-06-10", applied={"I1": "40.00"})
    .credit_note("N1", "C-000001", "30.00", issue="2026-06-01")
    .receipt("P2", "C-000007", "30.00", "2026-06-11", invoice_id="I2")
    .receipt("P3", "C-000007", "7.00", "2026-06-11", invoice_id="I7")
)


@pytest.mark.parametrize(
    ("more", "only_adds"),
    [
        pytest.param(
            lambda book: book.application("payment", "P1", "I1", "60.00", "2026-06-12"), True, id="an old payment on an old invoice"
        ),
        pytest.param(lambda book: book.application("payment", "P1", "I1", "90.00", "2026-06-12"), True, id="more than the invoice holds"),
        pytest.param(lambda book: book.application("credit_note", "N1", "I1", "30.00", "2026-06-15"), True, id="an old credit note"),
        pytest.param(lambda book: book.application("payment", "P1", "I9", "5.00", "2026-06-15"), True, id="an unknown invoice"),
        pytest.param(lambda book: book.write_off("I2", "80.00", "2026-06-20"), True, id="a write-off"),
        pytest.param(lambda book: book.dispute("I2", "2026-06-18"), True, id="a dispute of an old invoice"),
        pytest.param(
            lambda book: book.customer("C-000099", name="Core", region="South", country="FR").invoice(
                "I3", "C-000099", "12.00", issue="2026-06-20", due="2026-06-20"
            ),
            True,
            id="a new customer",
        ),
        pytest.param(
            lambda book: book.invoice("I3", "C-000042", "9.00", issue="2026-06-20", due="2026-06-21"), True, id="a customer nobody names"
        ),
        pytest.param(
            lambda book: book.application("payment", "P2", "I2", "10.00", "2026-06-12"), False, id="another word on what a payment was for"
        ),
        pytest.param(
            lambda book: book.invoice("I7", "C-000007", "7.00", issue="2026-06-12", due="2026-06-12"),
            False,
            id="the invoice a payment named",
        ),
        pytest.param(lambda book: book.customer("C-000050", name="Dune", region="East", country="DE"), False, id="a new region"),
        pytest.param(
            lambda book: book.row("installments", invoice_id="I2", installment_no=1, due_date="2026-07-01", amount="80.00"),
            False,
            id="installments of an old invoice",
        ),
    ],
)
def test_whatever_a_day_brings_the_books_are_those_of_one_load(
    tmp_path: Path, extended: list[str], more: Callable[[Ledger], Ledger], only_adds: bool
) -> None:
    whole = more(BASE)
    day = Ledger(whole.entries[len(BASE.entries) :])
    build([BASE.write(tmp_path / "base")], into=tmp_path / "grown")
    build([whole.write(tmp_path / "all")], into=tmp_path / "whole")
    report = build([day.write(tmp_path / "day")], into=tmp_path / "grown", append=True)

    assert not report.refused
    assert bool(extended) == only_adds
    assert_same(tmp_path / "whole", tmp_path / "grown", TODAY, date(2026, 6, 11))


def test_the_first_payments_of_books_without_any(tmp_path: Path, extended: list[str]) -> None:
    base = ledger().customer("C-000001", name="Acme").customer("C-000007", name="Bolt")
    base = base.invoice("I1", "C-000001", "100.00", issue="2026-05-01", due="2026-05-31")
    base = base.invoice("I2", "C-000007", "80.00", issue="2026-05-10", due="2026-06-09")
    whole = base.receipt("P1", "C-000001", "150.00", "2026-06-10", applied={"I1": "40.00"}).refund("P2", "C-000007", "5.00", "2026-06-11")
    build([base.write(tmp_path / "base")], into=tmp_path / "grown")
    build([whole.write(tmp_path / "all")], into=tmp_path / "whole")
    build([Ledger(whole.entries[len(base.entries) :]).write(tmp_path / "day")], into=tmp_path / "grown", append=True)

    assert extended == ["extended"]
    assert_same(tmp_path / "whole", tmp_path / "grown", TODAY)


def test_the_first_customers_of_books_without_any(tmp_path: Path, extended: list[str]) -> None:
    base = ledger().invoice("I1", "C-000001", "100.00", issue="2026-05-01", due="2026-05-31")
    base = base.invoice("I2", "C-000007", "80.00", issue="2026-05-10", due="2026-06-09")
    whole = base.customer("C-000007", name="Bolt")
    build([base.write(tmp_path / "base")], into=tmp_path / "grown")
    build([whole.write(tmp_path / "all")], into=tmp_path / "whole")
    build([Ledger(whole.entries[len(base.entries) :]).write(tmp_path / "day")], into=tmp_path / "grown", append=True)

    assert not extended
    assert_same(tmp_path / "whole", tmp_path / "grown", TODAY)
    with Store.open(tmp_path / "grown") as store:
        said = store.rows("select file_row, split_part(message, ': ', 2) as said from problems where code = 'unknown_customer'")
    assert said == [{"file_row": 1, "said": "customer_id 'C-000001' is not among the customers"}]


def test_a_day_that_contradicts_the_books_is_refused(tmp_path: Path, extended: list[str]) -> None:
    build([BASE.write(tmp_path / "base")], into=tmp_path / "store")
    day = ledger().invoice("I1", "C-000001", "101.00", issue="2026-05-01", due="2026-05-31")
    report = build([day.write(tmp_path / "day")], into=tmp_path / "store", append=True)

    assert report.refused
    assert not extended
    with Store.open(tmp_path / "store") as store:
        assert store.generation == 1
