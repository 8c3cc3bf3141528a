"""The command line as its users meet it: what it answers, in which form, and what it says when it will not."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from analytics.__main__ import main
from tests.ledger import Ledger, ledger

DAY = "2026-06-30"


def small_book() -> Ledger:
    return (
        ledger()
        .customer("C1", name="Acme", region="North", segment="Enterprise")
        .customer("C2", name="=cmd|' /C calc'!A0", region="South", parent_id="C1")
        .invoice("I1", "C1", "100.00", issue="2026-05-01", due="2026-05-31")
        .invoice("I2", "C2", "50.50", issue="2026-06-10", due="2026-07-10")
        .invoice("J1", "C2", "1500", issue="2026-03-01", due="2026-03-31", currency="XPF")
        .receipt("P1", "C1", "40.00", "2026-06-15", applied={"I1": "30.00"})
        .rate("2026-06-29", "XPF", "USD", "0.006")
    )


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("books")
    files = small_book().write(folder / "files")
    assert main(["load", str(files), "--store", str(folder / "store")]) == 0
    return folder / "store"


@pytest.fixture
def ask(books: Path, capsys: pytest.CaptureFixture[str]):
    def answer(*words: str) -> Any:
        capsys.readouterr()
        assert main([*words, "--store", str(books), "--format", "json"]) == 0
        return json.loads(capsys.readouterr().out)

    return answer


def test_aging_answers_the_contract_to_the_letter(ask) -> None:
    assert ask("aging", "--as-of", DAY, "--by", "customer") == {
        "as_of": DAY,
        "basis": "due",
        "edges": [0, 30, 60, 90],
        "labels": ["Not due", "1-30", "31-60", "61-90", "Over 90"],
        "rows": [
            {"currency": "USD", "customer": "C1", "buckets": ["0.00", "70.00", "0.00", "0.00", "0.00"], "total": "70.00", "items": 1},
            {"currency": "USD", "customer": "C2", "buckets": ["50.50", "0.00", "0.00", "0.00", "0.00"], "total": "50.50", "items": 1},
            {"currency": "XPF", "customer": "C2", "buckets": ["0", "0", "0", "0", "1500"], "total": "1500", "items": 1},
        ],
        "unapplied": [{"currency": "USD", "customer": "C1", "amount": "10.00"}],
        "net": [{"currency": "USD", "amount": "110.50"}, {"currency": "XPF", "amount": "1500"}],
    }


def test_a_converted_answer_names_what_has_no_rate(ask) -> None:
    converted = ask("aging", "--as-of", DAY, "--currency", "USD")
    assert [row["total"] for row in converted["rows"]] == ["129.50"]
    assert converted["unconverted"] == []
    too_old = ask("aging", "--as-of", "2026-07-31", "--currency", "USD")
    assert [row["total"] for row in too_old["rows"]] == ["120.50"]
    assert too_old["unconverted"] == [{"currency": "XPF", "items": 1, "amount": "1500"}]


def test_an_undefined_figure_is_null_and_a_ratio_has_four_decimals(ask) -> None:
    dollar, franc = ask("kpis", "--as-of", DAY, "--days", "61")["rows"]
    assert dollar["dso"] == "48.8405"
    assert (dollar["sales"], dollar["days_to_pay"], dollar["days_late"]) == ("150.50", "45.0000", "15.0000")
    assert (franc["sales"], franc["dso"], franc["cei"]) == ("0", None, "0.0000")


def test_the_list_of_overdue_items_ties_to_the_aging(ask) -> None:
    found = ask("overdue", "--as-of", DAY)
    assert found["total_items"] == 2
    assert found["total_amount"] == {"USD": "70.00", "XPF": "1500"}
    assert [(row["invoice_id"], row["days_late"], row["open_amount"], row["bucket"]) for row in found["rows"]] == [
        ("J1", 91, "1500", "Over 90"),
        ("I1", 30, "70.00", "1-30"),
    ]


def test_a_bucket_is_shown_whole_even_where_nothing_in_it_is_due(ask) -> None:
    assert [row["invoice_id"] for row in ask("overdue", "--as-of", DAY, "--bucket", "Not due")["rows"]] == ["I2"]


def test_filters_on_one_column_mean_either_and_on_two_mean_both(ask) -> None:
    def total(*words: str) -> list[str]:
        return [row["total"] for row in ask("aging", "--as-of", DAY, *words)["rows"]]

    assert total("--where", "region=North", "--where", "region=South") == ["120.50", "1500"]
    assert total("--where", "region=South", "--where", "currency=USD") == ["50.50"]
    assert total("--where", "segment=") == ["50.50", "1500"]
    assert total("--where", "customer=C1", "--with-children") == ["120.50", "1500"]


def test_the_movements_close(ask) -> None:
    found = ask("movements", "--from", "2026-05-31", "--to", DAY)
    assert found["closes"] is True
    assert {name: found["rows"][0][name] for name in ("opening", "invoices", "receipts", "closing")} == {
        "opening": "100.00",
        "invoices": "50.50",
        "receipts": "40.00",
        "closing": "110.50",
    }


def test_a_trend_has_a_row_for_every_currency_at_every_period_end(ask) -> None:
    rows = ask("trend", "--as-of", DAY, "--from", "2026-05-01")["rows"]
    assert [(row["date"], row["currency"], row["total"], row["sales"]) for row in rows] == [
        ("2026-05-31", "USD", "100.00", "100.00"),
        ("2026-05-31", "XPF", "1500", "0"),
        ("2026-06-30", "USD", "120.50", "150.50"),
        ("2026-06-30", "XPF", "1500", "0"),
    ]


def test_a_customer_comes_with_documents_applications_aging_figures_and_behaviour(ask) -> None:
    found = ask("customer", "C1", "--as-of", DAY)
    assert found["customer"]["name"] == "Acme"
    assert [(row["invoice_id"], row["open_amount"], row["days_late"]) for row in found["documents"]] == [("I1", "70.00", 30)]
    assert [(row["source_id"], row["invoice_id"], row["amount"]) for row in found["applications"]] == [("P1", "I1", "30.00")]
    assert found["aging"][0]["total"] == "70.00"
    assert {"figures", "behaviour", "payments"} <= found.keys()


def test_every_equation_of_the_books_holds(ask) -> None:
    found = ask("check", "--as-of", DAY)
    assert found["holds"] is True
    assert {row["equation"] for row in found["checks"]} >= {"net_both_ways", "buckets_add_up", "movements_close"}


def test_csv_neutralises_formulas_and_keeps_every_digit(books: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["overdue", "--min-days", "-100", "--as-of", DAY, "--store", str(books), "--format", "csv", "--currency", "USD"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["name"] for row in rows} == {"Acme", "'=cmd|' /C calc'!A0"}
    assert [row["open_amount"] for row in rows] == ["70.00", "50.50", "9.00"]


def test_parquet_and_workbooks_hold_the_same_figures(books: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for style in ("parquet", "xlsx"):
        out = tmp_path / f"aging.{style}"
        assert main(["aging", "--as-of", DAY, "--store", str(books), "--format", style, "--out", str(out)]) == 0
    assert capsys.readouterr().out == ""
    assert pq.read_table(tmp_path / "aging.parquet").column("total").to_pylist() == [Decimal("120.5000"), Decimal("1500.0000")]
    sheet = openpyxl.load_workbook(tmp_path / "aging.xlsx").worksheets[0]
    header = [cell.value for cell in sheet[1]]
    assert [sheet.cell(row, header.index("total") + 1).value for row in (2, 3)] == [120.5, 1500]


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (["aging", "--as-of", "2026-02-30"], 2, "as-of"),
        (["aging", "--edges", "30,0"], 2, "rising days"),
        (["aging", "--by", "colour"], 2, "'colour' is not one of entity"),
        (["aging", "--where", "colour=red"], 2, "COLUMN=VALUE"),
        (["aging", "--where", "disputed=maybe"], 2, "disputed is true or false"),
        (["aging", "--currency", "ZZZ"], 2, "'ZZZ' is not a currency"),
        (["aging", "--generation", "9"], 1, "generation 9 is not kept"),
        (["overdue", "--sort", "amount", "--as-of", DAY], 2, "amounts of several currencies"),
        (["overdue", "--page", "0"], 2, "pages count from 1"),
        (["overdue", "--bucket", "1-45"], 2, "'1-45' is not one of Not due"),
        (["movements", "--from", "2026-07-01", "--to", DAY], 2, "after their end"),
        (["customer", "C9"], 1, "customer 'C9' is not in the books"),
        (["kpis", "--format", "xlsx"], 2, "needs --out FILE"),
        (["kpis", "--days", "0"], 2, "at least one day"),
        (["generations", "use"], 2, "takes 1 number"),
        (["load", "in", "--source", "xero", "--mapping", "book.toml"], 2, "--mapping: not allowed with argument --source"),
    ],
)
def test_a_wrong_question_gets_one_sentence(
    books: Path, capsys: pytest.CaptureFixture[str], words: list[str], status: int, sentence: str
) -> None:
    try:
        ended = main([*words, "--store", str(books)])
    except SystemExit as left:
        ended = left.code
    said = capsys.readouterr()
    assert (ended, said.out) == (status, "")
    assert sentence in said.err
    assert said.err.count("\n") == 1


def test_no_books_are_no_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["aging", "--store", str(tmp_path)]) == 1
    assert "no books at" in capsys.readouterr().err


def test_a_pinned_generation_is_listed_and_an_older_one_can_be_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = ["--store", str(tmp_path / "store")]
    files = small_book().write(tmp_path / "june")
    assert main(["load", str(files), *store]) == 0
    later = small_book().invoice("I3", "C1", "9.00", issue=DAY, due=DAY).write(tmp_path / "july")
    assert main(["load", str(later), *store]) == 0
    assert main(["generations", "pin", "1", "--name", "close 2026-06", *store]) == 0
    capsys.readouterr()

    assert main(["generations", "--format", "json", *store]) == 0
    listed = json.loads(capsys.readouterr().out)["generations"]
    assert [(row["number"], row["current"], row["pinned"], row["name"]) for row in listed] == [
        (1, False, True, "close 2026-06"),
        (2, True, False, None),
    ]

    assert main(["generations", "diff", "1", "2", "--as-of", DAY, "--format", "json", *store]) == 0
    difference = json.loads(capsys.readouterr().out)
    assert difference["net"] == {"USD": "9.00"}
    assert [(row["change"], row["id"], row["difference"]) for row in difference["rows"]] == [("new", "I3", "9.00")]

    assert main(["aging", "--generation", "1", "--as-of", DAY, "--format", "json", *store]) == 0
    assert [row["total"] for row in json.loads(capsys.readouterr().out)["rows"]] == ["120.50", "1500"]


def test_the_module_runs_as_a_program(books: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "analytics", "kpis", "--store", str(books), "--as-of", DAY],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "120.50" in ran.stdout


@pytest.mark.parametrize(
    ("command", "digits"),
    [
        (["pivot", "--rows", "region", "--columns", "month"], '"total": null'),
        (["pivot", "--measure", "overdue_share", "--rows", "region"], '"total": "0.5809"'),
        (["changes", "--from", "2026-05-31"], '"paid": "30.00"'),
        (["cohorts", "--edges", "0,60"], '"paid_0": "0.0000"'),
        (["cohorts", "--behind", "2026-05-10"], '"month": "2026-05"'),
        (["time-to-pay"], '"median": null'),
        (["at-risk", "--days", "0"], '"rate": "1.0000"'),
        (["rolls"], '"rate": "0.7000"'),
        (["concentration"], '"share": "0.5809"'),
        (["allowance", "--factor", "1.1"], '"billed_from": "2024-07-01"'),
        (["tie-out"], '"net": "110.50"'),
        (["tie-out", "--all"], '"reasons": []'),
    ],
)
def test_what_analysts_ask_has_a_command(books: Path, capsys: pytest.CaptureFixture[str], command: list[str], digits: str) -> None:
    assert main([*command, "--store", str(books), "--as-of", DAY, "--where", "currency=USD", "--format", "json"]) == 0
    assert digits in capsys.readouterr().out
