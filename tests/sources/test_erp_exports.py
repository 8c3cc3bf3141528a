"""Real exports: the balances that the books make are the exports' own, and what differs is listed."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from analytics.store import LoadReport, Store, build
from tests.sources.exports import of_table, problems

SYSTEMS = ("quickbooks", "stripe", "xero", "zuora")
OPEN = {
    "quickbooks": ("invoice_data.csv", "id", "balance", lambda row: row["_fivetran_deleted"] == "FALSE"),
    "stripe": ("invoice_data.csv", "id", "amount_remaining", lambda row: row["status"] in ("open", "paid")),
    "xero": ("xero_invoice_data.csv", "invoice_id", "amount_due", lambda row: row["type"] == "ACCREC" and row["status"] != "DELETED"),
    "zuora": ("zuora_invoice_data.csv", "id", "balance", lambda row: row["status"] == "Posted"),
}
"""System -> the file of its invoices, their id, what is left of them, and which of them are receivable."""

IN_CENTS = {"stripe"}
STALE = {"50001"}
"""An invoice of 2021 whose balance was never updated after its payment of 2026, which stands in the same export."""


@pytest.fixture(scope="module", params=SYSTEMS)
def loaded(request: pytest.FixtureRequest, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, LoadReport, Path]:
    """A system, its folder, what the load of it said, and the store."""
    system: str = request.param
    folder = shared / "data" / "erp_exports" / system
    store = tmp_path_factory.mktemp(system) / "store"
    return system, folder, build([folder], into=store, source=system), store


def test_every_balance_is_the_one_of_the_export(loaded: tuple[str, Path, LoadReport, Path]) -> None:
    system, folder, _, directory = loaded
    name, key, left, is_receivable = OPEN[system]
    with open(folder / name, encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if is_receivable(row)]
    theirs = {row[key]: Decimal(row[left]) / (100 if system in IN_CENTS else 1) for row in rows}

    with Store.open(directory) as store:
        ours = {row["invoice_id"]: row["left"] for row in store.rows(BALANCES)}

    assert {key: ours.get(key, Decimal(0)) for key in theirs if key not in STALE} == {k: v for k, v in theirs.items() if k not in STALE}


BALANCES = (
    "select d.invoice_id, coalesce(sum(s.open_amount), 0) as left from documents d "
    "left join segments s on s.invoice_key = d.invoice_key and s.valid_to = date '2200-01-01' "
    "where d.kind <> 'credit_note' group by d.invoice_id"
)


def test_every_row_is_accepted_or_set_aside(loaded: tuple[str, Path, LoadReport, Path]) -> None:
    _, folder, report, _ = loaded

    for file in report.files:
        assert file.accepted + file.quarantined == file.rows, file.path
    for name in {file.short_name for file in report.files}:
        with open(folder / name, encoding="utf-8", newline="") as opened:
            rows = sum(1 for _ in csv.reader(opened)) - 1
        assert next(file.rows for file in report.files if file.short_name == name) == rows, name


def test_a_source_that_is_not_named_is_recognised(shared: Path, tmp_path: Path) -> None:
    for system in SYSTEMS:
        report = build([shared / "data" / "erp_exports" / system], into=tmp_path / system, check=True)
        assert not report.refused, system


def test_what_xero_says_is_paid_is_taken_and_listed(shared: Path, tmp_path: Path) -> None:
    report = build([shared / "data" / "erp_exports" / "xero"], into=tmp_path / "store", source="xero")

    paid = of_table(report, "payments")
    assert (paid.rows, paid.sums["USD"][0], paid.sums["GBP"][0]) == (103, Decimal("278378.09"), Decimal("79322.50"))
    assert len(problems(report, "stated_by_source")) == 103
    assert of_table(report, "invoices", "xero_invoice").quarantined == 484


def test_a_balance_that_its_own_rows_contradict_is_listed(shared: Path, tmp_path: Path) -> None:
    report = build([shared / "data" / "erp_exports" / "quickbooks"], into=tmp_path / "store", source="quickbooks")

    assert "invoice_data.csv line 17: the source says 1000.00 is left, its rows make 0.00" in problems(report, "balance_differs")


def test_a_status_that_its_own_amounts_contradict_is_listed(shared: Path, tmp_path: Path) -> None:
    report = build([shared / "data" / "erp_exports" / "stripe"], into=tmp_path / "store", source="stripe")

    assert problems(report, "status_contradicted") == ["invoice_data.csv line 3: the source says 'paid', but 0.00 of 10.00 is applied"]
