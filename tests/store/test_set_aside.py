"""What is set aside is kept, shown, exported, corrected and taken; what problems concern in money is known."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from analytics import health
from analytics.__main__ import main
from analytics.errors import UsageError
from analytics.store import Store, build, places
from tests.store.bundles import applications, csv, invoices, parquet, payments, spoiled, text


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Books of 100 invoices of which one has no customer, so that its application waits."""
    lost = spoiled(invoices(), "customer_id", None)
    build([parquet(tmp_path / "in", invoices=lost, payments=payments(), applications=applications())], into=tmp_path / "store")
    return tmp_path / "store"


def test_rows_set_aside_are_listed_with_their_cells(store: Path) -> None:
    with Store.open(store) as opened:
        listed = health.quarantined(opened)

    rows = listed.rows.to_dict("records")
    assert [(row["table"], row["row"], row["code"], row["waits"]) for row in rows] == [
        ("invoices", 3, "empty", False),
        ("applications", 3, "invoice_quarantined", True),
    ]
    assert json.loads(rows[0]["content"])["invoice_id"] == "INV-00003"


def test_a_row_that_is_exported_corrected_and_loaded_again_is_taken(store: Path, tmp_path: Path) -> None:
    assert (
        main(["quarantine", "--store", str(store), "--table", "invoices", "--format", "csv", "--out", str(tmp_path / "invoices.csv")]) == 0
    )
    rows = pd.read_csv(tmp_path / "invoices.csv", dtype=str, encoding="utf-8-sig")
    assert list(rows["message"]) == ["customer_id is empty"]
    rows.assign(customer_id="C003").drop(columns="message").to_csv(tmp_path / "invoices.csv", index=False)

    report = build([tmp_path / "invoices.csv"], into=store, append=True)

    assert report.files[0].verdict == "accept"
    with Store.open(store) as opened:
        assert health.quarantined(opened).total == 0
        assert opened.rows("select count(*) as n from applications") == [{"n": 10}]


def test_the_command_lists_everything_that_is_set_aside(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["quarantine", "--store", str(store), "--format", "json"]) == 0

    answer = json.loads(capsys.readouterr().out)
    assert [(row["table"], row["row"]) for row in answer["rows"]] == [("invoices", 3), ("applications", 3)]


def test_a_table_nobody_knows_is_a_wrong_question(store: Path) -> None:
    with Store.open(store) as opened, pytest.raises(UsageError, match="'bills' is not one of customers, invoices"):
        health.quarantined_rows(opened, "bills")


def test_problems_know_the_money_that_is_at_stake(store: Path) -> None:
    with Store.open(store) as opened:
        stakes = health.stakes(opened).to_dict("records")

    assert [(row["code"], row["table"], row["currency"], row["problems"], row["amount"]) for row in stakes] == [
        ("empty", "invoices", "USD", 1, Decimal("602.64")),
        ("invoice_quarantined", "applications", "USD", 1, Decimal("602.64")),
    ]


def test_control_totals_account_for_every_row_and_cent(tmp_path: Path) -> None:
    columns = spoiled(spoiled(invoices(), "total", "abc", 2), "currency", "Dollar", 5)
    report = build([csv(tmp_path / "in", text(columns))], into=tmp_path / "store")

    file = report.files[0]
    with Store.open(tmp_path / "store") as opened:
        totals = health.control_totals(opened).to_dict("records")
    assert file.accepted + file.quarantined == file.rows == 100
    assert {row["currency"]: row["file"] for row in totals} == {
        "Dollar": Decimal("604.40"),
        "USD": Decimal("64444.00") - Decimal("604.40") - Decimal("601.76"),
    }


@pytest.mark.parametrize(
    ("expected", "says"),
    [
        (["invoices:USD=64444.00", "payments:USD=6048.40"], ""),
        (
            ["invoices:USD=64439.40"],
            "the invoices in USD add up to 64444.00, not to 64439.40 as expected (4.60 away); nothing was published",
        ),
        (["invoices:EUR=1"], "the invoices in EUR add up to 0.00, not to 1.00 as expected (-1.00 away)"),
        (["applications:USD=0"], "the applications in USD add up to 6048.40, not to 0.00"),
    ],
    ids=["as expected", "some cents away", "another currency", "another table"],
)
def test_a_load_is_refused_where_its_money_is_not_what_is_expected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], expected: list[str], says: str
) -> None:
    """A row that is set aside is part of the file, and of the sum that a person knows of it."""
    spoilt = spoiled(invoices(), "status", "opne")
    folder = parquet(tmp_path / "in", invoices=spoilt, payments=payments(), applications=applications())
    words = [f"--expect={total}" for total in expected]
    status = main(["load", str(folder), "--store", str(tmp_path / "store"), *words])

    assert status == bool(says)
    assert says in capsys.readouterr().err
    assert places.pointer(tmp_path / "store").exists() == (not says)


@pytest.mark.parametrize("total", ["invoices=1", "invoices:USD=", "customers:USD=1", "invoices:USD=1,000"])
def test_an_expected_sum_is_written_in_one_way(total: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["load", "x", f"--expect={total}"])
    assert "is not like invoices:USD=64439.40" in capsys.readouterr().err
