"""What a load does to the books: replaces, appends, keeps, refuses; every time all of it or nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from analytics.errors import GenerationMissing, UsageError
from analytics.store import LoadReport, Store, build, generations, journal, places, stage
from tests.store.bundles import Columns, applications, arrow, csv, customers, invoices, parquet, payments, spoiled, text


@pytest.fixture(autouse=True)
def _without_marts(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests look at the canonical tables alone; what is built on them takes longer than they do."""
    monkeypatch.setattr("analytics.store.marts.derive", lambda _connection: None)
    monkeypatch.setattr("analytics.store.equations.failures", lambda _connection: [])
    monkeypatch.setattr("analytics.store.extend.Extension.derive", lambda _extension: None)
    monkeypatch.setattr("analytics.store.extend.Extension.failures", lambda _extension: [])


def bundle(folder: Path, **changed: Any) -> Path:
    """A folder of 100 invoices, ten of them paid; `changed` adds or replaces tables, None leaves one out."""
    tables: dict[str, Any] = {"invoices": invoices(), "payments": payments(), "applications": applications()}
    return parquet(folder, **{name: table for name, table in (tables | changed).items() if table is not None})


def rows(store: Path, sql: str) -> list[tuple[Any, ...]]:
    with Store.open(store) as opened:
        return [tuple(row.values()) for row in opened.rows(sql)]


def only(columns: Columns, *places: int) -> Columns:
    """The rows at `places`, counted from 1."""
    return {name: [cells[place - 1] for place in places] for name, cells in columns.items()}


def messages(report: LoadReport) -> str:
    return "\n".join(problem.message for file in report.files for problem in file.problems)


def verdicts(report: LoadReport) -> dict[str | None, str]:
    return {file.table: file.verdict for file in report.files}


def test_the_answer_is_the_interface_to_the_letter(tmp_path: Path) -> None:
    folder = csv(tmp_path / "in", text(spoiled(invoices(), "status", "opne")))

    report = build([folder], into=tmp_path / "store")

    assert report.as_json() == {
        "generation": 1,
        "files": [
            {
                "path": str(folder / "invoices.csv"),
                "table": "invoices",
                "verdict": "quarantine",
                "rows": 100,
                "accepted": 99,
                "quarantined": 1,
                "sums": {"USD": {"accepted": "63841.36", "quarantined": "602.64"}},
                "problems": [
                    {
                        "code": "unknown_value",
                        "severity": "quarantine",
                        "row": 4,
                        "column": "status",
                        "message": "invoices.csv line 4: status 'opne' is not one of draft, posted, void",
                    }
                ],
            }
        ],
    }


def test_a_load_publishes_what_it_brings(tmp_path: Path) -> None:
    report = build([bundle(tmp_path / "in")], into=tmp_path / "store")

    assert report.generation == 1
    assert rows(tmp_path / "store", "select count(*), sum(total) from invoices") == [(100, Decimal("64444.0000"))]
    assert rows(tmp_path / "store", "select count(*) from applications") == [(10,)]
    assert rows(tmp_path / "store", "select number, parent from generation") == [(1, None)]
    assert list(places.inbox(tmp_path / "store").iterdir()) == []


def test_the_same_content_changes_nothing_in_whatever_form(tmp_path: Path) -> None:
    build([bundle(tmp_path / "in")], into=tmp_path / "store")

    again = build([tmp_path / "in"], into=tmp_path / "store")
    backwards = only(invoices(), *range(100, 0, -1))
    as_text = build([csv(tmp_path / "text", text(backwards))], into=tmp_path / "store")

    for report in (again, as_text):
        assert (report.generation, report.refused) == (1, False)
        assert "as generation 1; nothing changed" in messages(report)
    assert places.generations(tmp_path / "store") == (1,)


def test_an_older_content_loads_again(tmp_path: Path) -> None:
    old = bundle(tmp_path / "old")
    new = bundle(tmp_path / "new", invoices=spoiled(invoices(), "region", "South"))

    assert [build([folder], into=tmp_path / "store").generation for folder in (old, new, old)] == [1, 2, 3]


def test_a_rejected_file_changes_nothing(tmp_path: Path) -> None:
    build([bundle(tmp_path / "in")], into=tmp_path / "store")
    before = rows(tmp_path / "store", "from invoices order by invoice_id")

    report = build([bundle(tmp_path / "bad", invoices=invoices() | {"Total": ["x"] * 100})], into=tmp_path / "store")

    assert (report.refused, report.generation) == (True, None)
    assert verdicts(report) == {"invoices": "reject", "payments": "accept", "applications": "accept"}
    assert rows(tmp_path / "store", "from invoices order by invoice_id") == before
    assert list(places.inbox(tmp_path / "store").iterdir()) == []


def test_a_check_publishes_nothing(tmp_path: Path) -> None:
    report = build([bundle(tmp_path / "in")], into=tmp_path / "store", check=True)

    assert (report.refused, report.generation) == (False, None)
    assert places.generations(tmp_path / "store") == ()


def test_a_load_replaces_only_the_tables_it_brings(tmp_path: Path) -> None:
    build([bundle(tmp_path / "in")], into=tmp_path / "store")

    report = build([parquet(tmp_path / "new", invoices=only(invoices(), *range(1, 51)))], into=tmp_path / "store")

    assert "payments file is missing; nothing loaded, the payments of the books stay" in messages(report)
    assert rows(tmp_path / "store", "select (select count(*) from invoices), (select count(*) from payments)") == [(50, 10)]


def test_a_table_the_last_load_did_not_bring_is_not_missed(tmp_path: Path) -> None:
    build([bundle(tmp_path / "in")], into=tmp_path / "store")
    build([parquet(tmp_path / "new", invoices=only(invoices(), *range(1, 51)))], into=tmp_path / "store")

    report = build([parquet(tmp_path / "newer", invoices=invoices())], into=tmp_path / "store")

    assert "missing" not in messages(report)


def test_a_tenth_of_the_rows_is_pointed_out(tmp_path: Path) -> None:
    build([bundle(tmp_path / "in", applications=None, payments=None)], into=tmp_path / "store")

    report = build([parquet(tmp_path / "new", invoices=only(invoices(), *range(1, 11)))], into=tmp_path / "store")

    assert "10 invoices, 100 in the books (-90 %)" in messages(report)
    assert report.generation == 2


def test_no_rows_where_the_books_hold_some_are_rejected(tmp_path: Path) -> None:
    build([bundle(tmp_path / "in")], into=tmp_path / "store")

    report = build([csv(tmp_path / "new", text(only(invoices())))], into=tmp_path / "store")

    assert report.refused
    assert "file has 0 rows, the books hold 100 invoices" in messages(report)


def test_appending_adds_and_keeps_what_is_the_same_once(tmp_path: Path) -> None:
    build([bundle(tmp_path / "in", invoices=only(invoices(), *range(1, 61)))], into=tmp_path / "store")

    report = build([parquet(tmp_path / "more", invoices=only(invoices(), *range(51, 101)))], into=tmp_path / "store", append=True)

    file = report.as_json()["files"][0]
    assert (file["rows"], file["accepted"], file["quarantined"]) == (50, 40, 10)
    assert rows(tmp_path / "store", "select count(*), sum(total) from invoices") == [(100, Decimal("64444.0000"))]
    assert "missing" not in messages(report)


def test_appending_what_the_books_hold_changes_nothing(tmp_path: Path) -> None:
    build([bundle(tmp_path / "in")], into=tmp_path / "store")

    report = build([parquet(tmp_path / "more", invoices=only(invoices(), 7, 8))], into=tmp_path / "store", append=True)

    assert (report.generation, report.refused) == (1, False)
    assert "nothing changed" in messages(report)


def test_appending_other_content_under_a_known_id_is_rejected(tmp_path: Path) -> None:
    build([bundle(tmp_path / "in")], into=tmp_path / "store")

    report = build(
        [parquet(tmp_path / "more", invoices=only(invoices() | {"region": ["South"] * 100}, 7))], into=tmp_path / "store", append=True
    )

    assert report.refused
    assert "invoice_id INV-00007 appears 2 times with different region" in messages(report)


def test_parts_are_one_table(tmp_path: Path) -> None:
    parquet(tmp_path / "in", **{"invoices-2025": only(invoices(), *range(1, 31)), "invoices-2026": only(invoices(), *range(31, 61))})
    parquet(tmp_path / "in" / "invoices", **{"part-0": only(invoices(), *range(61, 91))})
    csv(tmp_path / "in" / "invoices", text(only(invoices(), *range(91, 101))), "anything.csv")

    report = build([tmp_path / "in"], into=tmp_path / "store")

    assert [(Path(file.path).name, file.accepted) for file in report.files] == [
        ("anything.csv", 10),
        ("part-0.parquet", 30),
        ("invoices-2025.parquet", 30),
        ("invoices-2026.parquet", 30),
    ]
    assert rows(tmp_path / "store", "select count(*) from invoices") == [(100,)]


def test_an_id_in_two_parts_is_rejected_naming_both(tmp_path: Path) -> None:
    parquet(tmp_path / "in", **{"invoices-a": invoices(), "invoices-b": only(invoices() | {"region": ["South"] * 100}, 3)})

    report = build([tmp_path / "in"], into=tmp_path / "store")

    assert "invoices-a.parquet row 3, invoices-b.parquet row 1: invoice_id INV-00003 appears 2 times" in messages(report)


def test_other_files_in_a_folder_are_pointed_out(tmp_path: Path) -> None:
    folder = bundle(tmp_path / "in")
    (folder / "notes.txt").write_text("hello")

    assert "notes.txt is not named for a table and was not read" in messages(build([folder], into=tmp_path / "store", check=True))


@pytest.mark.parametrize("given", ["nowhere", "empty"])
def test_nothing_to_load_is_refused(tmp_path: Path, given: str) -> None:
    (tmp_path / "empty").mkdir()

    report = build([tmp_path / given], into=tmp_path / "store")

    assert report.refused
    assert report.as_json()["generation"] is None


# Rows beside each other


def test_an_application_waits_for_its_invoice(tmp_path: Path) -> None:
    """It is set aside while nobody knows the invoice, and in the books once somebody does, though it was loaded long before."""
    store = tmp_path / "store"
    build([bundle(tmp_path / "in", invoices=only(invoices(), *range(4, 101)))], into=store)
    assert rows(store, "select count(*) from applications") == [(7,)]
    assert rows(store, "select count(*) from quarantine where by_reference") == [(3,)]

    build([parquet(tmp_path / "more", invoices=only(invoices(), 1, 2, 3))], into=store, append=True)

    assert rows(store, "select count(*) from applications") == [(10,)]
    assert rows(store, "select count(*) from quarantine") == [(0,)]


def test_a_right_row_takes_the_place_of_the_one_set_aside(tmp_path: Path) -> None:
    store = tmp_path / "store"
    build([bundle(tmp_path / "in", invoices=spoiled(invoices(), "status", "opne"))], into=store)
    assert rows(store, "select code from quarantine order by by_reference") == [("unknown_value",), ("invoice_quarantined",)]

    build([parquet(tmp_path / "more", invoices=only(invoices(), 3))], into=store, append=True)

    assert rows(store, "select count(*) from quarantine") == [(0,)]
    assert rows(store, "select (select count(*) from invoices), (select count(*) from applications)") == [(100, 10)]


def test_an_application_that_loses_its_invoice_is_set_aside_and_comes_back(tmp_path: Path) -> None:
    store = tmp_path / "store"
    build([bundle(tmp_path / "in")], into=store)

    report = build([parquet(tmp_path / "fewer", invoices=only(invoices(), *range(2, 101)))], into=store)

    assert "1 applications of earlier loads do not fit the books any more and are set aside" in messages(report)
    assert rows(store, "select count(*) from applications") == [(9,)]
    build([parquet(tmp_path / "all", invoices=invoices())], into=store)
    assert rows(store, "select count(*) from applications") == [(10,)]


def test_a_payment_that_names_its_invoice_is_applied_to_it(tmp_path: Path) -> None:
    named = payments() | {"invoice_id": [f"INV-{number:05d}" for number in range(1, 11)], "kind": ["refund", *["receipt"] * 9]}
    build([bundle(tmp_path / "in", payments=named, applications=None)], into=tmp_path / "store")

    found = rows(
        tmp_path / "store",
        "select application_id, source, source_id, invoice_id, applied_date, amount from applications order by 1 limit 2",
    )

    assert found == [
        ("payment:P-00001", "payment", "P-00001", "INV-00001", None, Decimal("-600.8800")),
        ("payment:P-00002", "payment", "P-00002", "INV-00002", None, Decimal("601.7600")),
    ]


def test_a_payment_with_applications_of_its_own_gets_no_other(tmp_path: Path) -> None:
    named = payments() | {"invoice_id": [f"INV-{number:05d}" for number in range(1, 11)]}
    build([bundle(tmp_path / "in", payments=named, applications=only(applications(), 1))], into=tmp_path / "store")

    found = rows(tmp_path / "store", "select application_id from applications order by 1 limit 2")

    assert found == [("A-00001",), ("payment:P-00002",)]


def test_a_derived_application_is_marked_again_where_somebody_has_its_id(tmp_path: Path) -> None:
    named = payments() | {"invoice_id": [f"INV-{number:05d}" for number in range(1, 11)]}
    taken = only(applications(), 1) | {"application_id": ["payment:P-00002"]}
    build([bundle(tmp_path / "in", payments=named, applications=taken)], into=tmp_path / "store")

    found = rows(tmp_path / "store", "select application_id, source_id from applications order by 2 limit 3")

    assert found == [("payment:P-00002", "P-00001"), ("payment:P-00002:derived", "P-00002"), ("payment:P-00003", "P-00003")]


def test_derived_applications_follow_their_payments_through_later_loads(tmp_path: Path) -> None:
    store = tmp_path / "store"
    named = payments() | {"invoice_id": [f"INV-{number:05d}" for number in range(1, 11)]}
    build([bundle(tmp_path / "in", payments=named, applications=None)], into=store)

    build([parquet(tmp_path / "regions", invoices=invoices() | {"region": ["South"] * 100})], into=store)
    assert rows(store, "select count(*), sum(amount) from applications") == [(10, Decimal("6048.4000"))]

    build([parquet(tmp_path / "fewer", payments=only(named, 1, 2))], into=store)
    assert rows(store, "select application_id from applications order by 1") == [("payment:P-00001",), ("payment:P-00002",)]


def test_a_payment_of_an_unknown_invoice_stays_unapplied(tmp_path: Path) -> None:
    named = payments() | {"invoice_id": ["INV-99999", *[None] * 9]}

    report = build([bundle(tmp_path / "in", payments=named, applications=None)], into=tmp_path / "store")

    assert verdicts(report)["payments"] == "warn"
    assert "payments.parquet row 1: invoice 'INV-99999' is not known; the payment is loaded unapplied" in messages(report)
    assert rows(tmp_path / "store", "select (select count(*) from payments), (select count(*) from applications)") == [(10, 0)]


def split(*amounts: str) -> Columns:
    """Installments of INV-00001, whose total is 600.88, a month apart."""
    return {
        "invoice_id": ["INV-00001"] * len(amounts),
        "installment_no": list(range(1, len(amounts) + 1)),
        "due_date": [date(2026, month, 28) for month in range(2, 2 + len(amounts))],
        "amount": [Decimal(amount) for amount in amounts],
    }


@pytest.mark.parametrize(
    ("amounts", "stored", "verdict"),
    [
        (("300.44", "300.44"), ["300.4400", "300.4400"], "accept"),
        (("300.43", "300.43"), ["300.4300", "300.4500"], "warn"),
        (("300.45", "300.45"), ["300.4500", "300.4300"], "warn"),
        (("300.42", "300.43"), [], "quarantine"),
        (("601.88", "-1.00"), [], "quarantine"),
    ],
)
def test_installments_add_up_to_their_invoice(tmp_path: Path, amounts: tuple[str, ...], stored: list[str], verdict: str) -> None:
    report = build([bundle(tmp_path / "in", installments=split(*amounts))], into=tmp_path / "store")

    assert verdicts(report)["installments"] == verdict
    found = rows(tmp_path / "store", "select amount from installments order by installment_no")
    assert [str(amount) for (amount,) in found] == stored


def test_lines_that_do_not_add_up_are_pointed_out(tmp_path: Path) -> None:
    lines = {"invoice_id": ["INV-00001"] * 2, "line_no": [1, 2], "total": [Decimal("600.00"), Decimal("0.87")]}

    report = build([bundle(tmp_path / "in", invoice_lines=lines)], into=tmp_path / "store", check=True)

    assert "invoice_lines.parquet row 2: lines of 'INV-00001' add up to 600.87, not to its total 600.88" in messages(report)


def test_parts_of_unknown_invoices_are_quarantined(tmp_path: Path) -> None:
    lines = {"invoice_id": ["X"], "line_no": [1], "total": [Decimal("1.00")]}
    disputes = {"invoice_id": ["INV-00001", "X"], "opened_date": [date(2026, 5, 1)] * 2}

    report = build(
        [bundle(tmp_path / "in", invoice_lines=lines, installments=split("600.88") | {"invoice_id": ["X"]}, disputes=disputes)],
        into=tmp_path / "store",
        check=True,
    )

    assert {file.table: file.quarantined for file in report.files if file.quarantined} == {
        "invoice_lines": 1,
        "installments": 1,
        "disputes": 1,
    }


def test_unlikely_contracts_disputes_and_rates_are_pointed_out(tmp_path: Path) -> None:
    days = {"start_date": [date(2026, 5, 1)], "end_date": [date(2026, 4, 1)]}
    contracts = {"contract_id": ["K1"], "customer_id": ["C001"], "currency": ["USD"], **days, "amount": [Decimal("-5.00")]}
    disputes = {"invoice_id": ["INV-00001"], "opened_date": [date(2026, 5, 1)], "amount": [Decimal("-5.00")]}
    rates = {"rate_date": [date(2026, 5, 1)], "currency": ["EUR"], "base": ["EUR"], "rate": [Decimal("1.10")]}
    report = build([bundle(tmp_path / "in", contracts=contracts, disputes=disputes, fx_rates=rates)], into=tmp_path / "store", check=True)

    assert {
        "contracts.parquet row 1: end_date 2026-04-01 is before start_date 2026-05-01: it counts on no day",
        "contracts.parquet row 1: amount -5.00 is negative",
        "disputes.parquet row 1: amount -5.00 is negative",
        "fx_rates.parquet row 1: rate 1.10 of EUR to itself is never used",
    } <= set(messages(report).splitlines())


def test_a_row_that_is_set_aside_keeps_every_digit(tmp_path: Path) -> None:
    total = Decimal("1234567890123.4567")
    invoice = {name: cells[:1] for name, cells in invoices().items()} | {"subtotal": [None], "tax": [None], "total": [total]}
    odd = arrow(invoice, {"total": pa.decimal128(18, 4)})
    build([bundle(tmp_path / "in", invoices=odd, payments=None, applications=None)], into=tmp_path / "store")

    assert rows(tmp_path / "store", "select content ->> '$.total' from quarantine") == [("1234567890123.4567",)]


def test_files_are_read_by_a_source_or_by_a_mapping(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="name a source or give a mapping"):
        build([bundle(tmp_path / "in")], into=tmp_path / "store", source="xero", mapping=tmp_path / "book.toml")


def test_parts_of_an_invoice_have_the_decimals_of_its_currency(tmp_path: Path) -> None:
    lines = {"invoice_id": ["INV-00001"] * 2, "line_no": [1, 2], "total": [Decimal("600.875"), Decimal("0.005")]}
    disputes = {"invoice_id": ["INV-00001"], "opened_date": [date(2026, 5, 1)], "amount": [Decimal("100.005")]}
    given = {"invoice_lines": lines, "installments": split("300.435", "300.445"), "disputes": disputes}
    tables = {name: arrow(columns, dict.fromkeys(("total", "amount"), pa.decimal128(18, 3))) for name, columns in given.items()}
    report = build([bundle(tmp_path / "in", **tables)], into=tmp_path / "store")

    assert {file.table: file.quarantined for file in report.files if file.quarantined} == {
        "invoice_lines": 2,
        "installments": 2,
        "disputes": 1,
    }
    assert "installments.parquet row 1: amount 300.435 has more decimals than USD allows" in messages(report)
    assert "disputes.parquet row 1: amount 100.005 has more decimals than USD allows" in messages(report)


@pytest.mark.parametrize(("rates", "verdict"), [(["1.1", "0"], "quarantine"), (["1.1", "1.1"], "quarantine"), (["1.1", "1.2"], "reject")])
def test_one_day_has_one_rate_above_zero(tmp_path: Path, rates: list[str], verdict: str) -> None:
    days = [date(2026, 5, 1), date(2026, 5, 2) if rates[1] == "0" else date(2026, 5, 1)]
    table = {"rate_date": days, "currency": ["EUR"] * 2, "base": ["USD"] * 2, "rate": [Decimal(rate) for rate in rates]}

    report = build([bundle(tmp_path / "in", fx_rates=table)], into=tmp_path / "store", check=True)

    assert verdicts(report)["fx_rates"] == verdict


def test_customers_in_a_circle_are_pointed_out(tmp_path: Path) -> None:
    parents = ["C001", "C002", "C000", "C000", *[None] * 16]

    report = build([bundle(tmp_path / "in", customers=customers() | {"parent_id": parents})], into=tmp_path / "store")

    assert [problem.row for file in report.files for problem in file.problems if problem.code == "parent_circle"] == [1, 2, 3]
    assert report.generation == 1


def test_sums_are_kept_per_currency_as_it_stands(tmp_path: Path) -> None:
    columns = invoices() | {"currency": ["EUR", " usd", "Dollar", None, *["USD"] * 96]}

    report = build([parquet(tmp_path / "in", invoices=columns)], into=tmp_path / "store", check=True)

    assert report.as_json()["files"][0]["sums"] == {
        "": {"accepted": "0.00", "quarantined": "603.52"},
        "Dollar": {"accepted": "0.00", "quarantined": "602.64"},
        "EUR": {"accepted": "600.88", "quarantined": "0.00"},
        "USD": {"accepted": "62636.96", "quarantined": "0.00"},
    }


# One load at a time, all of it or nothing


def test_a_second_load_is_refused_while_one_is_under_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from analytics.store import lock

    folder = bundle(tmp_path / "in")
    monkeypatch.setattr(lock, "PATIENCE", 0.2)
    with lock.locked(tmp_path / "store"), ThreadPoolExecutor() as pool:
        report = pool.submit(build, [folder], into=tmp_path / "store").result()

    assert (report.refused, report.generation) == (True, None)
    assert "another load into" in messages(report)
    assert build([folder], into=tmp_path / "store").generation == 1


@pytest.mark.parametrize("step", ["marts", "equations", "read_back", "pointer"])
def test_a_failure_at_any_step_leaves_the_old_books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    store = tmp_path / "store"
    build([bundle(tmp_path / "in")], into=store)
    broken = bundle(tmp_path / "new", invoices=invoices() | {"region": ["South"] * 100})

    def fail(*_arguments: Any) -> list[str]:
        if step == "equations":
            return ["the buckets do not add up"]
        raise OSError("no space left on device")

    targets = {
        "marts": "analytics.store.marts.derive",
        "equations": "analytics.store.equations.failures",
        "read_back": "analytics.store.publish._read_back",
        "pointer": "analytics.store.generations.point",
    }
    with monkeypatch.context() as patched:
        patched.setattr(targets[step], fail)
        report = build([broken], into=store)

    assert (report.refused, report.generation) == (True, None)
    assert ("the buckets do not add up" if step == "equations" else "no space left on device") in messages(report)
    assert list(places.inbox(store).iterdir()) == []
    assert rows(store, "select distinct region from invoices") == [("North",)]
    assert build([broken], into=store).generation is not None
    assert rows(store, "select distinct region from invoices") == [("South",)]


DYING = """
import os, signal, sys
from analytics.store import build
build([sys.argv[1]], into=sys.argv[2], progress=lambda message, _done: "equations" in message and os.kill(os.getpid(), signal.SIGKILL))
"""
"""A load that is killed while it checks the equations."""


def test_a_load_killed_in_the_middle_leaves_the_old_books(tmp_path: Path) -> None:
    store = tmp_path / "store"
    build([bundle(tmp_path / "in")], into=store)
    new = bundle(tmp_path / "new", invoices=invoices() | {"region": ["South"] * 100})

    died = subprocess.run([sys.executable, "-c", DYING, new, store], timeout=60, check=False)

    assert died.returncode == -signal.SIGKILL
    assert rows(store, "select distinct region from invoices") == [("North",)]
    assert len(list(places.inbox(store).iterdir())) == 1
    assert build([new], into=store).generation == 2
    assert list(places.inbox(store).iterdir()) == []
    assert [entry.event for entry in journal.entries(store)] == ["published", "killed", "published"]


@pytest.mark.parametrize(
    ("held", "said", "limit"),
    [(0, None, "572.2 MiB"), (4_000_000, None, "713.3 MiB"), (10**9, None, "2.4 GiB"), (10**9, "300MB", "286.1 MiB")],
    ids=["few rows", "many rows", "more than there may be", "somebody has said how much"],
)
def test_a_load_takes_memory_in_proportion_to_its_rows(monkeypatch: pytest.MonkeyPatch, held: int, said: str | None, limit: str) -> None:
    monkeypatch.delenv("AR_MEMORY", raising=False)
    with duckdb.connect(config={"memory_limit": said or "2600MB"}) as connection:
        if said:
            monkeypatch.setenv("AR_MEMORY", said)
        stage.bound(connection, held)
        assert connection.execute("select current_setting('memory_limit')").fetchall() == [(limit,)]


def test_progress_rises_to_one(tmp_path: Path) -> None:
    shares: list[float] = []

    build([bundle(tmp_path / "in")], into=tmp_path / "store", progress=lambda _message, done: shares.append(done))

    assert shares == sorted(shares)
    assert shares[-1] == 1.0


# Generations


def test_the_last_generations_are_kept_and_the_pinned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert generations.KEPT == 5
    monkeypatch.setattr(generations, "KEPT", 2)
    store = tmp_path / "store"
    for number in range(1, 6):
        build([parquet(tmp_path / "in", invoices=only(invoices() | {"region": [str(number)] * 100}, 1))], into=store)
        if number < 3:
            generations.pin(store, number, "June close" if number == 2 else "")
    generations.unpin(store, 1)
    generations.prune(store)

    kept = generations.listing(store)
    assert [(one.number, one.pinned, one.name, one.current, one.parent) for one in kept] == [
        (2, True, "June close", False, 1),
        (4, False, None, False, 3),
        (5, False, None, True, 4),
    ]


def test_the_last_generation_of_each_month_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generations, "KEPT", 1)
    folder, months = tmp_path / "in", (1, 1, 2, 2, 3, 3)
    for number, month in enumerate(months, start=1):
        moment = datetime(2026, month, number, tzinfo=UTC)
        monkeypatch.setattr("analytics.dates.now", lambda moment=moment: moment)
        build([bundle(folder, invoices=invoices() | {"region": [str(number)] * 100})], into=tmp_path / "store")

    assert [kept.number for kept in generations.listing(tmp_path / "store")] == [2, 4, 6]


def test_an_older_generation_can_be_used_and_numbers_are_never_given_twice(tmp_path: Path) -> None:
    store = tmp_path / "store"
    for region in ("North", "South"):
        build([parquet(tmp_path / region, invoices=invoices() | {"region": [region] * 100})], into=store)

    generations.use(store, 1)
    assert rows(store, "select distinct region from invoices") == [("North",)]
    assert build([tmp_path / "South"], into=store).generation == 3
    with pytest.raises(GenerationMissing):
        generations.use(store, 9)


def test_every_load_is_in_the_journal(tmp_path: Path) -> None:
    folder = bundle(tmp_path / "in")
    build([folder], into=tmp_path / "store")
    build([folder], into=tmp_path / "store")
    build([tmp_path / "nowhere"], into=tmp_path / "store")

    assert [entry.event for entry in journal.entries(tmp_path / "store")] == ["published", "unchanged", "refused"]


def test_books_that_do_not_add_up_to_what_was_accepted_are_not_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = bundle(tmp_path / "in")
    monkeypatch.setattr(
        "analytics.store.marts.derive",
        lambda connection: connection.execute("update documents set total = 1 where invoice_id = 'INV-00001'"),
    )

    report = build([folder], into=tmp_path / "store")

    assert report.refused
    assert "invoices.parquet: 100 rows were accepted, 100 stored, or their sums differ; nothing was published" in messages(report)


# What is legal and strange


def test_ids_that_are_nearly_the_same_are_pointed_out(tmp_path: Path) -> None:
    columns = spoiled(spoiled(invoices(), "invoice_id", "inv 00001", 2), "invoice_id", "INV-1", 4)

    report = build([parquet(tmp_path / "in", invoices=columns)], into=tmp_path / "store", check=True)

    found = [problem.message for problem in report.files[0].problems if problem.code == "near_duplicate"]
    assert sorted(found) == [
        "invoices.parquet row 1: invoice_id 'INV-00001' is nearly 'inv 00001': the same document twice?",
        "invoices.parquet row 2: invoice_id 'inv 00001' is nearly 'INV-00001': the same document twice?",
        "invoices.parquet row 4: invoice_id 'INV-1' is nearly 'INV-00001': the same document twice?",
    ]


def test_an_id_that_comes_later_is_compared_with_all_that_are_there(tmp_path: Path) -> None:
    build([bundle(tmp_path / "in")], into=tmp_path / "store")
    one = only(spoiled(invoices(), "invoice_id", "inv-50", 1), 1)

    report = build([parquet(tmp_path / "new", invoices=one)], into=tmp_path / "store", append=True)

    assert "invoices.parquet row 1: invoice_id 'inv-50' is nearly 'INV-00050': the same document twice?" in messages(report)


def test_a_payment_of_nobody_is_pointed_out(tmp_path: Path) -> None:
    report = build([bundle(tmp_path / "in", payments=spoiled(payments(), "customer_id", None))], into=tmp_path / "store", check=True)

    assert "payments.parquet row 3: customer_id is empty, and no invoice is named: the payment is nobody's" in messages(report)


def test_a_life_that_ends_before_it_begins_is_pointed_out(tmp_path: Path) -> None:
    void = invoices() | {"status": ["void", *["posted"] * 99], "voided_date": [date(2025, 12, 31), *[None] * 99]}
    reversed_ = payments() | {"reversed_date": [None, date(2025, 12, 31), *[None] * 8]}

    report = build([bundle(tmp_path / "in", invoices=void, payments=reversed_)], into=tmp_path / "store", check=True)

    assert "row 1: voided_date 2025-12-31 is before issue_date 2026-01-02: it counts on no day" in messages(report)
    assert "row 2: reversed_date 2025-12-31 is before received_date" in messages(report)


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from analytics.store import publish

    folder = csv(tmp_path / "in", text(invoices()))
    whole = os.open

    def growing(path: Any, *arguments: Any, **options: Any) -> int:
        handle = whole(path, *arguments, **options)
        if str(path).endswith("invoices.csv"):
            monkeypatch.setattr(publish.os, "open", whole)
            real = os.fstat(handle)
            monkeypatch.setattr(publish.os, "fstat", lambda given, first=[real]: first.pop() if first else os.stat(given))
            with open(path, "ab") as file:
                file.write(b"INV-1,")
        return handle

    monkeypatch.setattr(publish.os, "open", growing)
    report = build([folder], into=tmp_path / "store")

    assert report.refused
    assert "invoices.csv changed while it was read; load it again when it is whole" in messages(report)


def test_a_table_of_which_nothing_can_be_accepted_does_not_empty_the_books(tmp_path: Path) -> None:
    build([bundle(tmp_path / "good")], into=tmp_path / "store")
    unknown = invoices() | {"currency": ["XXZ"] * 100}
    report = build([parquet(tmp_path / "bad", invoices=unknown)], into=tmp_path / "store")

    assert report.refused
    assert "invoices.parquet: no row of it can be accepted, the books hold 100 invoices" in [
        problem.message for problem in report.files[0].problems
    ]
    assert rows(tmp_path / "store", "select number from generation") == [(1,)]


def test_a_table_of_which_little_can_be_accepted_is_pointed_out(tmp_path: Path) -> None:
    build([bundle(tmp_path / "good")], into=tmp_path / "store")
    unknown = invoices() | {"currency": ["XXZ"] * 99 + ["USD"]}
    report = build([parquet(tmp_path / "bad", invoices=unknown)], into=tmp_path / "store")

    assert not report.refused
    assert [problem.message for problem in report.files[0].problems if problem.code == "shrunk"] == [
        "invoices.parquet: 1 invoices, 100 in the books (-99 %): make sure that the export is complete"
    ]


def test_rows_that_only_wait_for_others_may_replace_a_table(tmp_path: Path) -> None:
    build([bundle(tmp_path / "good")], into=tmp_path / "store")
    later = applications() | {"invoice_id": [f"LATER-{place}" for place in range(10)]}
    report = build([parquet(tmp_path / "later", applications=later)], into=tmp_path / "store")

    assert not report.refused
    assert (report.files[0].quarantined, [each.code for each in report.files[0].problems if each.code in ("shrunk", "no_rows")]) == (10, [])


def test_a_source_that_knows_none_of_the_files_is_refused(tmp_path: Path) -> None:
    report = build([bundle(tmp_path / "canonical")], into=tmp_path / "store", source="xero")

    assert report.refused
    assert "invoices.parquet" in report.files[0].problems[0].message
    assert "no file that its system's connector knows" in report.files[0].problems[0].message
    assert not places.pointer(tmp_path / "store").exists()


def test_the_folder_of_a_table_that_is_a_link_is_refused(tmp_path: Path) -> None:
    folder = parquet(tmp_path / "in", invoices=invoices())
    (folder / "payments").symlink_to(parquet(tmp_path / "elsewhere", payments=payments()))
    report = build([folder], into=tmp_path / "store")

    assert report.refused
    assert "payments is a link, not a folder; give the folder itself" in [
        problem.message for file in report.files for problem in file.problems
    ]


@pytest.mark.parametrize("nothing", ["\u00a0", "\u200b ", "\ufeff"])
def test_an_id_of_blanks_that_nobody_sees_is_none(tmp_path: Path, nothing: str) -> None:
    report = build([bundle(tmp_path / "in", invoices=spoiled(invoices(), "invoice_id", nothing, row=50))], into=tmp_path / "store")

    assert [(problem.code, problem.row) for problem in report.files[0].problems] == [("no_id", 50)]
