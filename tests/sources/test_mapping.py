"""Mapping files: what they may say, and how a source read through one comes out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics.errors import UsageError
from analytics.sources import mapping
from analytics.sources.keep import parse
from analytics.store import LoadReport, Store, build
from analytics.store.marts import VIEWS

COLUMNS = 'columns = { invoice_id = "No", customer_id = "Who", issue_date = "Day", total = "Sum" }\nconstants = { currency = "EUR" }\n'


def load(folder: Path, content: str, lines: list[str], *, check: bool = False, encoding: str = "utf-8") -> LoadReport:
    folder.mkdir(exist_ok=True)
    (folder / "book.csv").write_bytes(("\n".join(lines) + "\n").encode(encoding))
    (folder.parent / "my.toml").write_text(content, encoding="utf-8")
    return build([folder], into=folder.parent / "store", mapping=folder.parent / "my.toml", check=check)


def rows(folder: Path, sql: str) -> list[dict[str, Any]]:
    with Store.open(folder / "store") as store:
        return store.rows(sql)


def messages(report: LoadReport) -> str:
    return "\n".join(problem.message for file in report.files for problem in file.problems)


def test_a_european_file_is_read_as_declared(tmp_path: Path) -> None:
    head = '[invoices]\nfile = "book*"\ndate = "%d.%m.%Y"\ndecimal = ","\nthousands = "."\n'
    head += 'delimiter = ";"\nencoding = "cp1252"\nskip_rows = 2\n'
    lines = ["Umsätze", "", "No;Who;Day;Sum", "007;Müller;3.4.2026;1.234,50", "008;Groß;25.12.2026;-0", "009;Żółw;1.1.2026;12"]

    load(tmp_path / "in", head + COLUMNS, [line.replace("Żółw", "Zolw") for line in lines], encoding="cp1252")

    assert rows(tmp_path, "select invoice_id, customer_id, issue_date, total from invoices order by 1") == [
        {"invoice_id": "007", "customer_id": "Müller", "issue_date": date(2026, 4, 3), "total": Decimal("1234.5000")},
        {"invoice_id": "008", "customer_id": "Groß", "issue_date": date(2026, 12, 25), "total": Decimal("0.0000")},
        {"invoice_id": "009", "customer_id": "Zolw", "issue_date": date(2026, 1, 1), "total": Decimal("12.0000")},
    ]


def test_a_file_without_quotes_may_have_one_in_a_cell(tmp_path: Path) -> None:
    own = f'[invoices]\nfile = "book.csv"\ndelimiter = ";"\nquote = ""\n{COLUMNS}'

    assert not load(tmp_path / "in", own, ["No;Who;Day;Sum", '1;5" pipes;2026-05-01;1.00']).refused
    assert rows(tmp_path, "select customer_id from invoices") == [{"customer_id": '5" pipes'}]


def test_utf16_is_read_where_it_is_declared(tmp_path: Path) -> None:
    report = load(
        tmp_path / "in",
        f'[invoices]\nfile = "book.csv"\nencoding = "utf-16"\n{COLUMNS}',
        ["No,Who,Day,Sum", "1,ß,2026-01-01,1.00"],
        encoding="utf-16",
        check=True,
    )

    assert report.files[0].accepted == 1


def test_bytes_that_do_not_fit_the_encoding_are_rejected(tmp_path: Path) -> None:
    report = load(
        tmp_path / "in", f'[invoices]\nfile = "book.csv"\nencoding = "ascii"\n{COLUMNS}', ["No,Who,Day,Sum", "1,ß,2026-01-01,1.00"]
    )

    assert report.refused
    assert "book.csv" in messages(report)


def test_cents_are_hundredths(tmp_path: Path) -> None:
    load(
        tmp_path / "in",
        f'[invoices]\nfile = "book.csv"\nunit = "cents"\n{COLUMNS}',
        ["No,Who,Day,Sum", "1,A,2026-01-01,12345", "2,A,2026-01-01,12345.5"],
    )

    assert rows(tmp_path, "select invoice_id, total from invoices") == [{"invoice_id": "1", "total": Decimal("123.4500")}]
    assert rows(tmp_path, "select message from quarantine") == [{"message": "total 123.455 has more decimals than EUR allows"}]


def test_cents_of_a_typed_file_are_hundredths_too(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    table = pa.table({"No": [1, 2], "Who": ["A", "B"], "Day": [date(2026, 1, 1)] * 2, "Sum": [12345, 5]})
    pq.write_table(table, tmp_path / "in" / "book.parquet")
    (tmp_path / "my.toml").write_text(f'[invoices]\nfile = "book.parquet"\nunit = "cents"\n{COLUMNS}')

    build([tmp_path / "in"], into=tmp_path / "store", mapping=tmp_path / "my.toml")

    assert rows(tmp_path, "select invoice_id, total from invoices order by 1") == [
        {"invoice_id": "1", "total": Decimal("123.4500")},
        {"invoice_id": "2", "total": Decimal("0.0500")},
    ]


def test_words_are_translated_and_a_paid_claim_is_compared(tmp_path: Path) -> None:
    head = '[invoices]\nfile = "book.csv"\nvalues = { status = { Paid = "posted", Draft = "draft" } }\n'
    columns = COLUMNS.replace("{ invoice_id", '{ status = "State", invoice_id')

    report = load(
        tmp_path / "in",
        head + columns,
        ["No,Who,Day,Sum,State", "1,A,2026-01-01,10.00,Paid", "2,A,2026-01-01,10.00,Draft", "3,A,2026-01-01,10.00,Odd"],
    )

    assert rows(tmp_path, "select invoice_id, status from invoices order by 1") == [
        {"invoice_id": "1", "status": "posted"},
        {"invoice_id": "2", "status": "draft"},
    ]
    assert "line 2: the source says 'Paid', but 0.00 of 10.00 is applied" in messages(report)
    assert "line 4: status 'Odd' is not one of draft, posted, void" in messages(report)


def test_rows_that_are_not_kept_are_counted_and_listed(tmp_path: Path) -> None:
    head = """[invoices]\nfile = "book.csv"\nkeep = '''total > 0 and (Type = 'A' or Type = '')'''\n"""
    lines = ["No,Who,Day,Sum,Type", "1,A,2026-01-01,10.00,A", "2,A,2026-01-01,20.00,B", "3,A,2026-01-01,30.00,", "4,A,2026-01-01,0.00,A"]

    report = load(tmp_path / "in", head + COLUMNS, lines)

    file = report.as_json()["files"][0]
    assert (file["rows"], file["accepted"], file["quarantined"]) == (4, 2, 2)
    assert file["sums"] == {"EUR": {"accepted": "40.00", "quarantined": "20.00"}}
    assert [problem["row"] for problem in file["problems"] if problem["code"] == "not_kept"] == [3, 5]
    with Store.open(tmp_path / "store") as store:
        assert {row["view_name"] for row in store.rows("select view_name from duckdb_views() where not internal")} == set(VIEWS)


def test_one_file_may_fill_several_tables(tmp_path: Path) -> None:
    payments = '[payments]\nfile = "book.csv"\ncolumns = { payment_id = "No", invoice_id = "No", received_date = "Paid", amount = "Sum" }\n'
    content = f'[invoices]\nfile = "book.csv"\n{COLUMNS}{payments}constants = {{ currency = "EUR" }}\n'

    report = load(tmp_path / "in", content, ["No,Who,Day,Sum,Paid,Note", "1,A,2026-01-01,10.00,2026-02-01,x"])

    assert [(file.table, file.accepted) for file in report.files] == [("invoices", 1), ("payments", 1)]
    assert [problem.column for problem in report.files[0].problems if problem.code == "unknown_column"] == ["Note"]
    assert rows(tmp_path, "select invoice_id, amount from applications") == [{"invoice_id": "1", "amount": Decimal("10.0000")}]


def test_the_line_may_stand_for_an_id(tmp_path: Path) -> None:
    load(
        tmp_path / "in",
        f'[invoices]\nfile = "book.csv"\n{COLUMNS.replace(chr(34) + "No" + chr(34), chr(34) + "#line" + chr(34))}',
        ["Who,Day,Sum", "A,2026-01-01,1.00", "A,2026-01-01,1.00"],
    )

    assert rows(tmp_path, "select invoice_id from invoices order by 1") == [{"invoice_id": "2"}, {"invoice_id": "3"}]


def test_a_column_that_the_file_lacks_is_rejected(tmp_path: Path) -> None:
    report = load(tmp_path / "in", f'[invoices]\nfile = "book.csv"\n{COLUMNS}', ["No,Who,Sum", "1,A,1.00"])

    assert report.refused
    assert "column 'Day' is missing; the mapping names it" in messages(report)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    report = load(tmp_path / "in", f'[invoices]\nfile = "other.csv"\n{COLUMNS}', ["No,Who,Sum", "1,A,1.00"])

    assert report.refused
    assert "other.csv is not there; mapping 'my' reads invoices from it" in messages(report)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "is not one of the tables"),
        ("[invoices", "is not a TOML file"),
        ("[bills]\nfile = 'x'", "'bills' is not one of the tables"),
        ("[invoices]\ncolour = 'x'", "'colour' is not one of"),
        ("[invoices]\ndate = 5", "date must be text"),
        ("[invoices]\ncolumns = { invoice_id = 'No' }", "customer_id is required"),
        (f"[invoices]\ndate = '%Q'\n{COLUMNS}", "date format '%Q'"),
        (f"[invoices]\ndelimiter = ';;'\n{COLUMNS}", "delimiter must be one character"),
        (f"[invoices]\nthousands = '.'\n{COLUMNS}", "other than the decimal mark"),
        (f"[invoices]\nunit = 'pence'\n{COLUMNS}", "unit 'pence' is not one of units, cents"),
        (f"[invoices]\nmoney = 'double'\n{COLUMNS}", "money 'double' is not one of decimal, float"),
        (f"[invoices]\nencoding = 'klingon'\n{COLUMNS}", "'klingon' is not an encoding"),
        (f"[invoices]\nencoding = 'undefined'\n{COLUMNS}", "'undefined' is not an encoding"),
        (f"[invoices]\ndate = '%Y'\n{COLUMNS}", "date format '%Y' lacks the day and the month"),
        (f"[invoices]\ndate = '%d.%m.'\n{COLUMNS}", "date format '%d.%m.' lacks the year"),
        (f"[invoices]\nskip_rows = -1\n{COLUMNS}", "skip_rows must be a whole number"),
        (f"[invoices]\nkeep = 'total >'\n{COLUMNS}", "keep 'total >' cannot be read"),
        (f"[invoices]\nkeep = 'region > 5'\n{COLUMNS}", "region, which is no number"),
        (f"[invoices]\nvalues = {{ colour = {{ a = 'b' }} }}\n{COLUMNS}", "'colour' is not a column of invoices"),
        (
            f"[invoices]\n{COLUMNS.replace('EUR', 'EUR').replace('currency =', 'total = ' + chr(34) + '1' + chr(34) + ', currency =')}",
            "total has both a column and a constant",
        ),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused_with_the_reason(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "my.toml").write_text(content)

    with pytest.raises(UsageError) as refusal:
        mapping.read(tmp_path / "my.toml")

    assert says in str(refusal.value)


@pytest.mark.parametrize(
    "text", ["total >", "total > 0 and", "(total > 0", "total > 0)", "total = total", "drop table x", "a = 1; b = 2", "a = 'x", "5 > a", ""]
)
def test_a_condition_is_a_condition_and_nothing_else(text: str) -> None:
    with pytest.raises(UsageError):
        parse(text)


def test_and_binds_closer_than_or() -> None:
    assert parse("a = 1 or b = 2 and c = 3") == parse("a = 1 or (b = 2 and c = 3)")
    assert parse("a = 1 or b = 2 and c = 3") != parse("(a = 1 or b = 2) and c = 3")


@pytest.mark.parametrize(
    ("source", "invoices", "total", "paid"),
    [
        ("ibm_ar", 2_466, "147703.18", "147703.18"),
        ("finance_600", 600, "46444882.86", "30287408.34"),
        ("cashflow_synth", 6_000, "149344361.92", "149344361.92"),
        ("partly_settled", 8_753, "20314878.65", "19574901.73"),
    ],
)
def test_a_public_ledger_ties_to_its_own_totals(tmp_path: Path, shared: Path, source: str, invoices: int, total: str, paid: str) -> None:
    folder = shared / "data" / source
    if not folder.is_dir():
        pytest.skip(f"needs {folder.name} among the data beside the project")

    report = build([folder], into=tmp_path / "store", source=source)

    assert report.generation == 1
    assert [file.sums["USD"][0] for file in report.files] == [Decimal(total), Decimal(paid)]
    assert report.files[0].accepted == invoices
    assert rows(tmp_path, "select sum(amount) as amount from applications") == [{"amount": Decimal(paid)}]


def test_a_source_that_signs_its_amounts_is_turned(tmp_path: Path) -> None:
    head = 'file = "book.csv"\nsign = "{0}"\n'
    payments = (
        '[payments]\nfile = "paid.csv"\nsign = "{0}"\n'
        'columns = {{ payment_id = "No", customer_id = "Who", received_date = "Day", amount = "Sum" }}\n'
        'constants = {{ currency = "EUR" }}\n'
    )
    rows_of = {"signed": ["1,A,2026-01-01,10.00", "2,A,2026-01-02,-4.00"], "reversed": ["1,A,2026-01-01,-10.00", "2,A,2026-01-02,4.00"]}
    for sign, lines in rows_of.items():
        folder = tmp_path / sign / "in"
        folder.mkdir(parents=True)
        (folder / "paid.csv").write_text("\n".join(["No,Who,Day,Sum", *lines]) + "\n", encoding="utf-8")
        content = "[invoices]\n" + head.format(sign) + COLUMNS + payments.format(sign)

        report = load(folder, content, ["No,Who,Day,Sum", *lines])

        assert [file.verdict for file in report.files] == ["warn", "accept"], messages(report)
        assert rows(tmp_path / sign, "select kind, total from invoices order by invoice_id") == [
            {"kind": "invoice", "total": Decimal("10.0000")},
            {"kind": "credit_note", "total": Decimal("4.0000")},
        ]
        assert rows(tmp_path / sign, "select kind, amount from payments order by payment_id") == [
            {"kind": "receipt", "amount": Decimal("10.0000")},
            {"kind": "refund", "amount": Decimal("4.0000")},
        ]


def test_a_sign_nobody_knows_or_that_has_no_place_is_a_wrong_mapping(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="sign 'minus' is not one of positive, signed, reversed"):
        load(tmp_path / "in", f'[invoices]\nfile = "book.csv"\nsign = "minus"\n{COLUMNS}', ["No,Who,Day,Sum"])
    with pytest.raises(UsageError, match="sign is for invoices and payments only"):
        load(tmp_path / "in", '[customers]\nsign = "signed"\ncolumns = { customer_id = "No" }\n', ["No,Who,Day,Sum"])
