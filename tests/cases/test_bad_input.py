"""The sample of bad input, case by case: each a generated file with its verdict, its sentence and its sums, as `load --check` says."""

from __future__ import annotations

import gzip
import json
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics.__main__ import main
from analytics.schema import TABLES
from tests.store.bundles import TOTAL, Columns, applications, arrow, csv, customers, invoices, lines, parquet, payments, spoiled
from tests.store.workbooks import reopened, with_part, workbook

Make = Callable[[Path], Path | None]


@dataclass(frozen=True)
class Case:
    """`make` writes the file and may return what to load instead of its folder; `set_aside` is in money, None: not to be had."""

    verdict: str
    says: str
    make: Make
    set_aside: str | None = "0.00"
    table: str | None = "invoices"


def tables(**given: Columns | pa.Table) -> Make:
    return lambda folder: parquet(folder, **given)


def spoilt(column: str, value: Any) -> Make:
    """Parquet, row 3 spoilt."""
    return tables(invoices=spoiled(invoices(), column, value))


def typed(column: str, kind: pa.DataType, cells: list[Any] | None = None) -> Make:
    def make(folder: Path) -> None:
        table = arrow(invoices())
        array = pa.array(cells, kind) if cells else table.column(column).cast(kind)
        pq.write_table(table.set_column(table.schema.get_field_index(column), column, array), _at(folder, "invoices.parquet"))

    return make


def added(name: str) -> Make:
    table = arrow(invoices())
    return tables(invoices=table.append_column(name, table.column("total")))


def text(edit: Callable[[list[str]], list[str] | bytes] = lambda rows: rows, name: str = "invoices.csv") -> Make:
    def make(folder: Path) -> None:
        edited = edit(lines(invoices()))
        csv(folder, edited if isinstance(edited, bytes) else "\n".join(edited) + "\n", name)

    return make


def row(number: int, old: str, new: str) -> Make:
    """CSV, one line of it changed."""
    return text(lambda rows: [line.replace(old, new) if place == number else line for place, line in enumerate(rows, start=1)])


def cells(column: str, form: Callable[[Any], str]) -> Make:
    """CSV, a whole column written in another form."""
    return text(lambda _: lines(invoices() | {column: [form(cell) for cell in invoices()[column]]}))


def sheet(spoil: Callable[[Any], None] = lambda _: None, **options: Any) -> Make:
    return lambda folder: reopened(workbook(folder, invoices(), **options), spoil)


def damaged(spoil: Callable[[bytes], bytes], **options: Any) -> Make:
    """Parquet, its bytes spoilt."""

    def make(folder: Path) -> None:
        pq.write_table(arrow(invoices()), _at(folder, "invoices.parquet"), **options)
        path = folder / "invoices.parquet"
        path.write_bytes(spoil(path.read_bytes()))

    return make


def _at(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


def _error(cells: Any) -> None:
    cells["I5"] = "#REF!"
    cells["I5"].data_type = "e"


def _hide(cells: Any) -> None:
    for number in range(2, 12):
        cells.row_dimensions[number].hidden = True


def _only(folder: Path, name: str, content: bytes) -> Path:
    path = _at(folder, name)
    path.write_bytes(content)
    return path


def _folder(folder: Path) -> Path:
    (folder / "invoices.parquet").mkdir(parents=True)
    return folder / "invoices.parquet"


def _pattern(folder: Path) -> Path:
    parquet(folder, **{"invoices-[ab]": invoices(), "invoices-a": spoiled(invoices(), "total", None)})
    return folder / "invoices-[ab].parquet"


def _mapped_dates(folder: Path) -> Path:
    """The mapping says month first; one late row says otherwise."""
    days = [f"{number},03/04/2026,1.00" for number in range(30_000)]
    csv(folder, "\n".join(["id,due_date,total", *days, "x,25/03/2026,1.00"]) + "\n", "book.csv")
    (folder / "american.toml").write_text(
        '[invoices]\nfile = "book.csv"\ndate = "%m/%d/%Y"\nconstants = { currency = "USD" }\n'
        'columns = { invoice_id = "id", customer_id = "id", issue_date = "due_date", due_date = "due_date", total = "total" }\n',
        encoding="utf-8",
    )
    return folder / "book.csv"


def _lying_statistics(folder: Path) -> None:
    columns = invoices() | {"po_number": [str(day) for day in invoices()["due_date"]]}
    pq.write_table(arrow(columns), _at(folder, "invoices.parquet"), compression="none", use_dictionary=False)
    content = (folder / "invoices.parquet").read_bytes()
    footer = len(content) - 8 - struct.unpack("<I", content[-8:-4])[0]
    (folder / "invoices.parquet").write_bytes(content[:footer] + content[footer:].replace(b"2026-05-11", b"2026-01-31"))


def _flipped(content: bytes) -> bytes:
    at = content.index(b"INV-00050") + 4
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def _floats() -> pa.Array:
    return pa.array([float(total) for total in invoices()["total"]], pa.float64())


def _moments(kind: pa.DataType) -> Make:
    return typed("due_date", kind, [datetime(day.year, day.month, day.day) for day in invoices()["due_date"]])  # noqa: DTZ001


def _named(value: str) -> Make:
    return tables(invoices=invoices(), customers=spoiled(customers(), "name", value))


def _paid(**changed: Any) -> Make:
    """Invoices with ten payments, applied; `changed` spoils a column of the third row: `table__column`."""
    given: dict[str, Columns] = {"invoices": invoices(), "payments": payments(), "applications": applications()}
    for key, value in changed.items():
        table, _, column = key.partition("__")
        given[table] = spoiled(given[table], column, value)
    return tables(**given)


TWICE = {name: [*column, Decimal("1.00") if name in ("total", "amount") else column[2]] for name, column in payments().items()}
AGAIN = {name: [*column, column[2]] for name, column in spoiled(invoices(), "subtotal", None).items()} | {"tax": [None] * 101}
TWO_NAMES = {name: [*column, "Somebody else" if name == "name" else column[3]] for name, column in customers().items()}

CASES: dict[str, Case] = {
    "000_good_parquet": Case("accept", "", tables(invoices=invoices())),
    "002_good_xlsx": Case("accept", "", sheet()),
    "004_dictionary_and_large_string": Case("accept", "", typed("customer_id", pa.dictionary(pa.int32(), pa.large_string()))),
    "006_names_unicode_rtl_emoji": Case("accept", "", _named("שלום 🚀 Łódź"), table="customers", set_aside=None),
    "008_ids_leading_zeros_csv": Case("accept", "", row(4, "INV-00003", "00000000000000000003")),
    "101_extra_column": Case("warn", "column 'foo' is not known and was ignored", added("foo")),
    "103_duplicate_column_names_parquet": Case("reject", "column 'total' appears 2 times", added("total"), None),
    "105_case_variant_columns": Case("reject", "columns 'total' and 'Total' differ only in case", added("Total"), None),
    "107_money_as_float": Case("warn", "column 'total' is floating point; 100 values rounded to cents", typed("total", pa.float64())),
    "109_money_float32": Case("reject", "column 'total' is float: cannot hold cents", typed("total", pa.float32()), None),
    "111_decimal_scale_4": Case(
        "quarantine",
        "row 3: total 10.005 has more decimals than USD allows",
        typed("total", pa.decimal128(18, 4), [*invoices()["total"][:2], Decimal("10.0050"), *invoices()["total"][3:]]),
        "10.005",
    ),
    "113_due_date_timestamp_tz": Case("reject", "column 'due_date' is timestamp[us, tz=UTC]", _moments(pa.timestamp("us", "UTC")), None),
    "115_due_date_as_string_parquet": Case("reject", "column 'due_date' is string, expected date", typed("due_date", pa.string()), None),
    "117_blob_id": Case("reject", "column 'invoice_id' is binary, expected text", typed("invoice_id", pa.binary()), None),
    "200_total_null": Case("quarantine", "row 3: total is empty", spoilt("total", None)),
    "202_total_inf": Case(
        "quarantine",
        "row 3: total is infinite",
        typed("total", pa.float64(), [*_floats()[:2].to_pylist(), float("inf"), *_floats()[3:].to_pylist()]),
    ),
    "204_total_ne_subtotal_plus_tax": Case("quarantine", "row 3: total 1.00 ≠ subtotal + tax", spoilt("total", Decimal("1.00")), "1.00"),
    "206_duplicate_id_other_content": Case(
        "reject",
        "invoice_id INV-00003 appears 2 times with different total",
        tables(invoices=AGAIN | {"total": [*AGAIN["total"][:100], 1]}),
        None,
    ),
    "208_id_null": Case("quarantine", "row 3: invoice_id is empty", spoilt("invoice_id", None), "602.64"),
    "210_due_before_issue": Case("quarantine", "row 3: due_date", spoilt("due_date", date(2025, 12, 1)), "602.64"),
    "212_date_9999": Case("quarantine", "row 3: due_date 9999-12-31 out of range", spoilt("due_date", date(9999, 12, 31)), "602.64"),
    "214_date_epoch_1970_default": Case(
        "warn", "row 3: issue_date 1970-01-01 looks like an empty date", spoilt("issue_date", date(1970, 1, 1))
    ),
    "216_due_null": Case("warn", "row 3: due_date is empty; issue date used", spoilt("due_date", None)),
    "218_currency_lowercase_space": Case("warn", "row 3: currency ' usd' read as USD", spoilt("currency", " usd"), None),
    "220_currency_null": Case("quarantine", "row 3: currency is empty", spoilt("currency", None), None),
    "222_unknown_status": Case("quarantine", "row 3: status 'opne' is not one of", spoilt("status", "opne"), "602.64"),
    "224_huge_outlier": Case(
        "warn",
        "× the median",
        tables(invoices=spoiled(spoiled(invoices(), "total", Decimal("500000000.00")), "subtotal", Decimal("499999999.00"))),
        None,
    ),
    "226_name_10MB": Case(
        "quarantine", "row 3: name is 10,485,760 characters (limit 500)", _named("x" * 10_485_760), table="customers", set_aside=None
    ),
    "228_name_markdown": Case("accept", "", _named("[click](javascript:x) $\\LaTeX$ :red[x]"), table="customers", set_aside=None),
    "230_name_control_nul_bidi": Case(
        "quarantine", "row 3: name holds control characters", _named("A\u202eB"), table="customers", set_aside=None
    ),
    "232_sql_in_id": Case("accept", "", spoilt("invoice_id", "x'; drop table invoices; --")),
    "234_customer_two_names": Case(
        "reject", "customer C003 has 2 names", tables(invoices=invoices(), customers=TWO_NAMES), table="customers", set_aside=None
    ),
    "236_overflow_sum": Case(
        "quarantine",
        "row 3: total 9999999999999999.99 above limit",
        tables(invoices=spoiled(spoiled(invoices(), "total", Decimal("9999999999999999.99")), "subtotal", None)),
        "9999999999999999.99",
    ),
    "301_application_without_invoice": Case(
        "quarantine", "row 3: invoice 'INV-99999' is not known", _paid(applications__invoice_id="INV-99999"), None, "applications"
    ),
    "303_over_applied_invoice": Case(
        "warn",
        "applied, more than its",
        _paid(applications__amount=Decimal("1205.28"), payments__amount=Decimal("9000.00")),
        None,
        "applications",
    ),
    "305_applied_before_received": Case(
        "warn", "before the payment was received", _paid(applications__applied_date=date(2026, 1, 5)), None, "applications"
    ),
    "307_applied_currency_mismatch": Case(
        "quarantine", "row 3: EUR payment on USD invoice", _paid(payments__currency="EUR"), None, "applications"
    ),
    "309_duplicate_payment_id": Case(
        "reject", "payment_id P-00003 appears 2 times with different amount", tables(invoices=invoices(), payments=TWICE), None, "payments"
    ),
    "400_csv_ddmm_ambiguous": Case(
        "reject", "03/04/2026 may be 3 April or 4 March; set the date format", cells("due_date", lambda _: "03/04/2026"), None
    ),
    "402_csv_ddmm_late_evidence": Case("reject", "line 30002: 25/03/2026 does not fit %m/%d/%Y", _mapped_dates, None),
    "404_csv_utf16": Case(
        "reject", "file is UTF-16; save as UTF-8, or set encoding", text(lambda rows: "\n".join(rows).encode("utf-16")), None
    ),
    "406_csv_mixed_encoding": Case(
        "reject", "line 6: not UTF-8", text(lambda rows: ("\n".join(rows) + "\n").replace("PO 5\n", "PÖ 5\n").encode("cp1252")), None
    ),
    "408_csv_decimal_comma_semicolon": Case(
        "reject",
        "uses a decimal comma; set the number format",
        text(lambda rows: [line.replace(",", ";").replace(".", ",") for line in rows]),
        None,
    ),
    "410_csv_currency_symbol": Case(
        "reject", "column 'total' line 2: '$600.88' is not a number", cells("total", lambda cell: f"${cell}"), None
    ),
    "412_csv_ragged_short": Case("reject", "line 5 has 10 fields, header has 11", row(5, ",PO 4", ""), None),
    "414_csv_unclosed_quote": Case("reject", "line 5: quote opened and never closed", row(5, "PO 4", '"PO 4'), None),
    "416_csv_embedded_newline_quoted": Case("accept", "", row(5, "PO 4", '"PO\n4"')),
    "418_csv_title_rows_above_header": Case(
        "reject", "header not on line 1 (found on line 5)", text(lambda rows: ["Invoices", "2026", "all", "", *rows]), None
    ),
    "420_csv_half_written": Case("reject", "file ends inside line 61", text(lambda rows: "\n".join(rows[:61])[:-4].encode()), None),
    "422_csv_nul_bytes": Case("reject", "line 50: NUL bytes", row(50, "PO 49", "\0\0\0"), None),
    "424_csv_zero_bytes": Case("reject", "file is empty", text(lambda _: b""), None),
    "426_csv_delimiter_tab": Case("reject", "separated by a tab", text(lambda rows: [line.replace(",", "\t") for line in rows]), None),
    "428_csv_arabic_digits": Case("quarantine", "line 5: total '١٢٠.٠٠' is not a number", row(5, "603.52", "١٢٠.٠٠")),
    "430_csv_is_really_xlsx": Case(
        "reject",
        "invoices.csv is an Excel workbook",
        lambda folder: _only(folder, "invoices.csv", (workbook(folder, invoices()) / "invoices.xlsx").read_bytes()),
        None,
    ),
    "432_csv_gz_bomb": Case(
        "reject", "is compressed; unpack it first", lambda folder: _only(folder, "invoices.csv.gz", gzip.compress(bytes(10**6))), None, None
    ),
    "501_xlsx_1904_date_system": Case("warn", "workbook uses the 1904 date system", sheet(since_1904=True)),
    "503_xlsx_hidden_rows_and_sheets": Case("warn", "10 hidden rows were read", sheet(_hide)),
    "505_xlsx_error_cells": Case("quarantine", "row 5: total '#REF!' is not a number", sheet(_error)),
    "507_xlsx_merged_cells": Case("quarantine", "row 5: customer_id is empty", sheet(lambda cells: cells.merge_cells("B4:B6")), "1207.92"),
    "509_xlsx_zip_bomb": Case(
        "reject",
        "invoices.xlsx unpacks to more than 200 MB",
        lambda folder: with_part(workbook(folder, invoices()), "xl/worksheets/sheet1.xml", b" " * 300_000_000),
        None,
    ),
    "511_xls_old_binary": Case(
        "reject",
        "old .xls format; save it as .xlsx or CSV",
        lambda folder: _only(folder, "invoices.xls", b"\xd0\xcf\x11\xe0" + bytes(600)),
        None,
        None,
    ),
    "601_parquet_truncated_90pct": Case(
        "reject", "not a complete Parquet file", damaged(lambda content: content[: len(content) * 9 // 10]), None
    ),
    "603_parquet_zero_rows": Case("warn", "file has 0 rows", tables(invoices=arrow(invoices()).slice(0, 0)), None),
    "605_parquet_bitflip_with_checksum": Case(
        "reject",
        "page checksum mismatch in column invoice_id",
        damaged(_flipped, write_page_checksum=True, compression="none", use_dictionary=False),
        None,
    ),
    "607_parquet_wrong_statistics": Case("accept", "", lambda folder: _lying_statistics(folder)),
    "610_parquet_many_columns": Case(
        "reject", "20,011 columns: limit 200", tables(invoices=invoices() | {f"c{place}": [None] * 100 for place in range(20_000)}), None
    ),
    "614_glob_in_name": Case("accept", "", _pattern),
    "616_directory_named_parquet": Case("reject", "not a regular file", _folder, None),
    "620_parquet_schema_metadata_pandas_index": Case("warn", "column '__index_level_0__' ignored", added("__index_level_0__")),
}
OF_TWO_LOADS = {
    "311_row_count_shrinks_90pct": "10 invoices, 100 in the books (-90 %)",
    "313_missing_applications_file": "applications file is missing; nothing loaded",
    "603_parquet_zero_rows": "file has 0 rows, the books hold 100 invoices",
    "618_same_file_loaded_twice": "already loaded on",
}
"""Cases that need books: the sentence of the second load."""


def said(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, dict[str, Any]]:
    """The exit status of `load`, and its JSON."""
    status = main(["load", *map(str, words), "--format", "json"])
    return status, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("name", CASES)
def test_a_case_gets_its_verdict_its_sentence_and_its_sums(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = CASES[name]
    given = case.make(tmp_path / "in") or tmp_path / "in"
    mapping = ["--mapping", *(tmp_path / "in").glob("*.toml")]
    status, answer = said(capsys, given, "--check", "--store", tmp_path / "store", *(mapping if len(mapping) > 1 else []))
    file = next(file for file in answer["files"] if case.table is None or file["table"] == case.table)

    assert file["verdict"] == case.verdict, file["problems"][:5]
    assert case.says in "\n".join(problem["message"] for problem in file["problems"])
    assert (status, answer["generation"]) == (case.verdict == "reject", None)
    assert file["accepted"] + file["quarantined"] == file["rows"]
    if case.set_aside is not None:
        assert file["sums"]["USD"]["quarantined"] == case.set_aside
        if "total" in TABLES[str(file["table"])].names and case.verdict in ("accept", "warn"):
            assert Decimal(file["sums"]["USD"]["accepted"]) == TOTAL


@pytest.mark.parametrize("name", OF_TWO_LOADS)
def test_a_case_of_two_loads_gets_its_sentence(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _paid()(tmp_path / "in")
    said(capsys, tmp_path / "in", "--store", tmp_path / "store")
    first_ten = {column: values[:10] for column, values in invoices().items()}
    second: dict[str, Make] = {
        "311_row_count_shrinks_90pct": tables(invoices=first_ten, payments=payments(), applications=applications()),
        "313_missing_applications_file": tables(invoices=invoices(), payments=payments()),
        "603_parquet_zero_rows": tables(invoices=arrow(invoices()).slice(0, 0)),
        "618_same_file_loaded_twice": _paid(),
    }
    second[name](tmp_path / "again")

    _, answer = said(capsys, tmp_path / "again", "--store", tmp_path / "store")

    assert OF_TWO_LOADS[name] in "\n".join(problem["message"] for file in answer["files"] for problem in file["problems"])


def test_every_case_of_the_sample_is_here(shared: Path) -> None:
    listed = re.findall(r"^\| (\d{3}_\w+) \|", (shared / "cases" / "badinput.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert [name for name in listed if name not in CASES and name not in OF_TWO_LOADS] == []
    assert sorted({*CASES, *OF_TWO_LOADS} - {*listed}) == []
