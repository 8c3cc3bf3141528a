"""What a file's columns may stand for: suggested, written down as suggested, and never decided where two readings fit."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from analytics.__main__ import main
from analytics.sources import draft, mapping
from analytics.sources.draft import Form
from analytics.store import Store, build
from tests.store.bundles import csv, invoices, parquet
from tests.store.workbooks import workbook

EUROPEAN = "Rechnungsnummer;Kunde;Rechnungsdatum;Fälligkeit;Betrag\n007;Müller;03.04.2026;03.05.2026;1.234,50\n"
EUROPEAN += "008;Groß;25.12.2026;24.01.2027;12,00\n"
AMERICAN = "Invoice No,Client ID,Date,Due,Amount,Notes\n1,C1,03/04/2026,04/05/2026,10.00,x\n2,C1,05/06/2026,06/07/2026,20.00,y\n"


@pytest.mark.parametrize(
    ("cells", "forms"),
    [
        (["03/04/2026", "05/06/2026"], ["%d/%m/%Y", "%m/%d/%Y"]),
        (["03/04/2026", "25/06/2026"], ["%d/%m/%Y"]),
        (["2026-01-31", ""], ["%Y-%m-%d"]),
        (["26-Apr-11"], ["%d-%b-%y"]),
        (["31.02.2026"], []),
        (["", ""], []),
    ],
)
def test_a_form_of_days_is_one_that_every_cell_fits(cells: list[str], forms: list[str]) -> None:
    assert draft.date_forms(cells) == forms


@pytest.mark.parametrize(
    ("cells", "marks"),
    [
        (["1234.50", "7"], [(".", "")]),
        (["1,234.50"], [(".", ",")]),
        (["1.234,50"], [(",", ".")]),
        (["1.234"], [(".", ""), (",", ".")]),
        (["12 €"], []),
    ],
)
def test_marks_of_numbers_are_left_open_where_they_read_differently(cells: list[str], marks: list[tuple[str, str]]) -> None:
    assert draft.number_marks(cells) == marks


def test_delimiters_are_those_that_part_every_line_alike(tmp_path: Path) -> None:
    assert draft.delimiters(csv(tmp_path, EUROPEAN, "a.csv") / "a.csv") == [";"]
    assert draft.delimiters(csv(tmp_path, AMERICAN, "b.csv") / "b.csv") == [","]


def test_columns_are_suggested_by_their_names_and_each_once() -> None:
    names = ["Invoice No", "Client ID", "Date", "Due", "Amount", "Notes"]

    assert draft.suggested("invoices", names) == {
        "invoice_id": "Invoice No",
        "customer_id": "Client ID",
        "issue_date": "Date",
        "due_date": "Due",
        "total": "Amount",
    }


def test_what_fits_two_readings_is_left_to_a_person(tmp_path: Path) -> None:
    path = csv(tmp_path, AMERICAN, "book.csv") / "book.csv"

    made, notes = draft.drafted("invoices", "book.csv", draft.sample(path, path, Form()), Form())

    assert made.date is None
    assert "the dates fit %d/%m/%Y and %m/%d/%Y: set date to the right one" in notes
    assert "currency is required: name its column, or give it a constant" in notes
    assert "not used: Notes" in notes


def test_a_draft_that_a_person_completed_loads(tmp_path: Path) -> None:
    path = csv(tmp_path / "in", EUROPEAN, "buch.csv") / "buch.csv"
    form = Form(delimiter=";")
    made, _ = draft.drafted("invoices", "buch.csv", draft.sample(path, path, form), form)
    made.constants["currency"] = "EUR"
    (tmp_path / "my.toml").write_text(made.toml('my "book"', ["a note"]), encoding="utf-8")

    report = build([tmp_path / "in"], into=tmp_path / "store", mapping=tmp_path / "my.toml")

    assert (report.files[0].accepted, report.files[0].sums) == (2, {"EUR": (Decimal("1246.50"), Decimal(0))})
    assert mapping.read(tmp_path / "my.toml").name == 'my "book"'
    with Store.open(tmp_path / "store") as store:
        assert store.rows("select customer_id from invoices order by 1") == [{"customer_id": "Groß"}, {"customer_id": "Müller"}]


def test_words_of_a_status_are_asked_for(tmp_path: Path) -> None:
    path = csv(tmp_path, "invoice,customer,date,total,currency,status\n1,C,2026-01-31,1,EUR,Paid\n", "book.csv") / "book.csv"

    made, notes = draft.drafted("invoices", "book.csv", draft.sample(path, path, Form()), Form())

    assert made.values == {"status": {}}
    assert "status holds Paid: say in values which of draft, posted, void each one is" in notes


def test_typed_formats_are_sampled_with_their_types(tmp_path: Path) -> None:
    book = workbook(tmp_path / "in", invoices()) / "invoices.xlsx"
    table = parquet(tmp_path / "typed", invoices=invoices()) / "invoices.parquet"

    assert draft.sample(book, book, Form()).cells["total"][0] == "600.88"
    assert draft.sample(table, table, Form()).types["total"] == "decimal128(18, 2)"


def test_the_command_writes_a_draft_that_says_what_is_open(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = csv(tmp_path, AMERICAN, "book.csv") / "book.csv"

    assert main(["mapping", str(path), "--table", "invoices", "--out", str(tmp_path / "my.toml")]) == 0

    written = (tmp_path / "my.toml").read_text(encoding="utf-8")
    assert tomllib.loads(written)["invoices"]["columns"]["total"] == "Amount"
    assert "# the dates fit %d/%m/%Y and %m/%d/%Y: set date to the right one" in written
    assert "set date to the right one" in capsys.readouterr().err


def test_the_command_names_the_delimiter_that_would_fit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = csv(tmp_path, EUROPEAN, "buch.csv") / "buch.csv"

    assert main(["mapping", str(path)]) == 2
    assert "its lines are parted alike by ';', not by ','; say --delimiter ';'" in capsys.readouterr().err
    assert main(["mapping", str(path), "--delimiter", ";"]) == 0
