"""Every kind of bad Parquet file: its verdict, the sentence, the sums, and that a rejected one changes nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics.store import build
from tests.store import bundles
from tests.store.bundles import applications, arrow, customers, invoices, parquet, payments, spoiled

FLOAT = pa.float64()
UINT = pa.uint64()
AFTER_MIDNIGHT = 1_772_323_200_000_000_001
"""A nanosecond after the first moment of 2026-03-01."""


@dataclass(frozen=True)
class Case:
    """`make` gives the tables of the bundle; `table` is the one at fault, `says` what its problems must say."""

    name: str
    verdict: str
    says: str
    make: Callable[[], dict[str, Any]]
    table: str = "invoices"
    quarantined: int | None = None


def spoiled_invoices(column: str, value: Any, row: int = 3) -> Callable[[], dict[str, Any]]:
    return lambda: {"invoices": spoiled(invoices(), column, value, row)}


def typed_invoices(**types: pa.DataType) -> Callable[[], dict[str, Any]]:
    def make() -> dict[str, Any]:
        table = arrow(invoices())
        for name, kind in types.items():
            table = table.set_column(table.schema.get_field_index(name), name, table.column(name).cast(kind))
        return {"invoices": table}

    return make


def float_invoices(value: float, row: int = 3, kind: pa.DataType = FLOAT) -> Callable[[], dict[str, Any]]:
    cells = [float(total) for total in invoices()["total"]]
    return lambda: {"invoices": arrow(spoiled(invoices() | {"total": cells}, "total", value, row), {"total": kind})}


def rates(rate: Decimal | float) -> bundles.Columns:
    """What a dong was in dollars, on two days."""
    days = [date(2025, 12, 30), date(2025, 12, 31)]
    return {"rate_date": days, "currency": ["VND"] * 2, "base": ["USD"] * 2, "rate": [rate] * 2}


def renamed(old: str, new: str) -> pa.Table:
    table = arrow(invoices())
    return table.append_column(new, table.column(old))


def named_customers(value: str | None) -> Callable[[], dict[str, Any]]:
    return lambda: {"invoices": invoices(), "customers": spoiled(customers(), "name", value)}


def with_payments(**tables: Any) -> dict[str, Any]:
    return {"invoices": invoices(), "payments": payments(), "applications": applications()} | tables


def joined(columns: bundles.Columns, more: bundles.Columns) -> bundles.Columns:
    return {name: [*cells, *more[name]] for name, cells in columns.items()}


def refund() -> bundles.Columns:
    """The third payment, paid back a month later."""
    third = {name: [cells[2]] for name, cells in payments().items()}
    return third | {"payment_id": ["R-1"], "kind": ["refund"], "received_date": [date(2026, 3, 13)]}


def taken_back() -> bundles.Columns:
    """The refund applied to the third invoice, which is open again."""
    third = {name: [cells[2]] for name, cells in applications().items()}
    return third | {"application_id": ["A-R-1"], "source_id": ["R-1"], "applied_date": [date(2026, 3, 13)], "amount": [-third["amount"][0]]}


def twice(columns: bundles.Columns, column: str, value: Any) -> bundles.Columns:
    """The third row again at the end, with another value in one column."""
    return {name: [*cells, value if name == column else cells[2]] for name, cells in columns.items()}


CASES = [
    Case("a good file is accepted", "accept", "", lambda: {"invoices": invoices()}),
    Case(
        "dictionaries and large strings are text",
        "accept",
        "",
        typed_invoices(customer_id=pa.dictionary(pa.int32(), pa.string()), invoice_id=pa.large_string(), currency=pa.string_view()),
    ),
    Case("names may be of any script", "accept", "", named_customers("שלום \u200f العربية 🚀 — Ærø"), "customers"),
    Case("names may hold markdown", "accept", "", named_customers("[x](http://y) **b** $\\alpha$ :red[z]"), "customers"),
    Case("an id may hold SQL", "accept", "", spoiled_invoices("invoice_id", "'; drop table invoices; --")),
    Case(
        "an unknown column is ignored",
        "warn",
        "column 'foo' is not known and was ignored",
        lambda: {"invoices": invoices() | {"foo": ["x"] * 100}},
    ),
    Case(
        "an index of pandas is ignored",
        "warn",
        "column '__index_level_0__' ignored",
        lambda: {"invoices": invoices() | {"__index_level_0__": list(range(100))}},
    ),
    Case("a column twice is rejected", "reject", "column 'total' appears 2 times", lambda: {"invoices": renamed("total", "total")}),
    Case(
        "columns that differ in case are rejected",
        "reject",
        "columns 'total' and 'Total' differ only in case",
        lambda: {"invoices": renamed("total", "Total")},
    ),
    Case(
        "a missing column is rejected",
        "reject",
        "column 'total' is missing",
        lambda: {"invoices": arrow(invoices()).drop_columns(["total"])},
    ),
    Case("whole cents may be floating point", "warn", "column 'total' is floating point; 100 values rounded", float_invoices(602.64)),
    Case("parts of a cent in floating point are rejected", "reject", "column 'total' is floating point", float_invoices(10.005)),
    Case("float32 cannot hold cents", "reject", "column 'total' is float: cannot hold cents", float_invoices(602.64, kind=pa.float32())),
    Case("an infinite total is quarantined", "quarantine", "row 3: total is infinite", float_invoices(float("inf")), quarantined=1),
    Case(
        "a total that is not a number is quarantined",
        "quarantine",
        "row 3: total is not a number",
        float_invoices(float("nan")),
        quarantined=1,
    ),
    Case(
        "whole numbers are no money",
        "reject",
        "column 'total' is int64, expected decimal",
        lambda: {"invoices": invoices() | {"total": list(range(100))}},
    ),
    Case(
        "a part of a cent is quarantined",
        "quarantine",
        "row 3: total 10.005 has more decimals than USD allows",
        lambda: {
            "invoices": arrow(
                spoiled(invoices(), "total", Decimal("10.0050")), dict.fromkeys(("total", "subtotal", "tax"), pa.decimal128(18, 4))
            )
        },
        quarantined=1,
    ),
    Case(
        "more decimals than can be held are too many",
        "quarantine",
        "row 3: total 10.00… has more decimals than USD allows",
        lambda: {"invoices": arrow(spoiled(invoices(), "total", Decimal("10.00000000001")), {"total": pa.decimal128(38, 14)})},
        quarantined=1,
    ),
    Case(
        "a whole number beyond all limits is quarantined",
        "quarantine",
        f"row 3: payment_terms_days '{2**64 - 1}' above limit",
        lambda: {"invoices": arrow(invoices() | {"payment_terms_days": [30, 30, 2**64 - 1, *[30] * 97]}, {"payment_terms_days": UINT})},
        quarantined=1,
    ),
    Case(
        "rates beyond ten decimals are pointed out",
        "warn",
        "fx_rates.parquet: column 'rate': 2 values rounded to ten decimals",
        lambda: {"invoices": invoices(), "fx_rates": arrow(rates(Decimal("0.00003912345678")), {"rate": pa.decimal128(38, 14)})},
        "fx_rates",
    ),
    Case(
        "rates in floating point that lose digits are pointed out",
        "warn",
        "fx_rates.parquet: column 'rate': 2 values rounded to ten decimals",
        lambda: {"invoices": invoices(), "fx_rates": rates(0.00003912345678)},
        "fx_rates",
    ),
    Case("the noise of a rate in floating point is none", "accept", "", lambda: {"invoices": invoices(), "fx_rates": rates(1 / 3)}),
    Case(
        "a nanosecond after midnight is a time of the day",
        "reject",
        "column 'due_date' is timestamp[ns] with times of the day",
        lambda: {"invoices": arrow(invoices() | {"due_date": [AFTER_MIDNIGHT] * 100}, {"due_date": pa.timestamp("ns")})},
    ),
    Case(
        "nanoseconds of a moment are pointed out",
        "warn",
        "column 'recorded_at' holds nanoseconds; read to the microsecond",
        lambda: with_payments(
            applications=arrow(applications() | {"recorded_at": [AFTER_MIDNIGHT] * 10}, {"recorded_at": pa.timestamp("ns")})
        ),
        "applications",
    ),
    Case(
        "a moment in a zone is no date",
        "reject",
        "column 'due_date' is timestamp[us, tz=UTC]",
        typed_invoices(due_date=pa.timestamp("us", "UTC")),
    ),
    Case("midnights without a zone are dates", "warn", "column 'due_date' holds midnights", typed_invoices(due_date=pa.timestamp("ns"))),
    Case(
        "times of the day are no dates",
        "reject",
        "column 'due_date' is timestamp[us] with times of the day",
        lambda: {"invoices": arrow(invoices() | {"due_date": [datetime.fromisoformat("2026-03-01T12:00:00")] * 100})},
    ),
    Case(
        "dates as text are rejected",
        "reject",
        "column 'due_date' is string, expected date",
        typed_invoices(due_date=pa.string()),
    ),
    Case("a binary id is rejected", "reject", "column 'invoice_id' is binary, expected text", typed_invoices(invoice_id=pa.binary())),
    Case("an empty total is quarantined", "quarantine", "row 3: total is empty", spoiled_invoices("total", None), quarantined=1),
    Case("an empty id is quarantined", "quarantine", "row 3: invoice_id is empty", spoiled_invoices("invoice_id", None), quarantined=1),
    Case("an empty currency is quarantined", "quarantine", "row 3: currency is empty", spoiled_invoices("currency", None), quarantined=1),
    Case(
        "a total that is not subtotal and tax is quarantined",
        "quarantine",
        "row 3: total 1.00 ≠ subtotal + tax 602.64",
        spoiled_invoices("total", Decimal("1.00")),
        quarantined=1,
    ),
    Case(
        "a negative total is quarantined",
        "quarantine",
        "row 3: total -602.64 is negative",
        lambda: {"invoices": spoiled(spoiled(invoices(), "total", Decimal("-602.64")), "subtotal", Decimal("-603.64"))},
        quarantined=1,
    ),
    Case(
        "the same id with other content is rejected",
        "reject",
        "rows 3, invoices.parquet row 101: invoice_id INV-00003 appears 2 times with different total".replace("rows 3", "row 3"),
        lambda: {"invoices": twice({k: v for k, v in invoices().items() if k != "subtotal"}, "total", Decimal("5.00"))},
    ),
    Case(
        "an exact copy is kept once",
        "quarantine",
        "row 101: is an exact copy",
        lambda: {"invoices": twice(invoices(), "", None)},
        quarantined=1,
    ),
    Case(
        "a due date before the issue date is quarantined",
        "quarantine",
        "row 3: due_date 2025-12-31 is before issue_date 2026-01-04",
        spoiled_invoices("due_date", date(2025, 12, 31)),
        quarantined=1,
    ),
    Case(
        "the year 9999 is quarantined",
        "quarantine",
        "row 3: due_date 9999-12-31 out of range",
        spoiled_invoices("due_date", date(9999, 12, 31)),
        quarantined=1,
    ),
    Case(
        "1970-01-01 is pointed out",
        "warn",
        "row 3: issue_date 1970-01-01 looks like an empty date",
        spoiled_invoices("issue_date", date(1970, 1, 1)),
    ),
    Case(
        "1899-12-30 is pointed out",
        "warn",
        "row 3: issue_date 1899-12-30 looks like an empty date",
        spoiled_invoices("issue_date", date(1899, 12, 30)),
    ),
    Case("a missing due date is pointed out", "warn", "row 3: due_date is empty; issue date used", spoiled_invoices("due_date", None)),
    Case("a currency is trimmed and capitalised", "warn", "row 3: currency ' usd' read as USD", spoiled_invoices("currency", " usd")),
    Case(
        "an unknown currency is quarantined",
        "quarantine",
        "row 3: currency 'DOLLAR' is not a currency",
        spoiled_invoices("currency", "DOLLAR"),
        quarantined=1,
    ),
    Case(
        "an unknown status is quarantined",
        "quarantine",
        "row 3: status 'opne' is not one of draft, posted, void",
        spoiled_invoices("status", "opne"),
        quarantined=1,
    ),
    Case(
        "a total far from the others is pointed out",
        "warn",
        "row 3: total 500000000.00 is 774,809× the median",
        lambda: {"invoices": spoiled(spoiled(invoices(), "total", Decimal(500_000_000)), "subtotal", Decimal(499_999_999))},
    ),
    Case(
        "a total near the end of the type is quarantined",
        "quarantine",
        "row 3: total 9999999999999999.99 above limit",
        spoiled_invoices("total", Decimal("9999999999999999.99")),
        quarantined=1,
    ),
    Case(
        "ten million letters are no name",
        "quarantine",
        "row 3: name is 10,485,760 characters (limit 500)",
        named_customers("x" * 10_485_760),
        "customers",
        1,
    ),
    Case(
        "an override of the direction is quarantined",
        "quarantine",
        "row 3: name holds control characters",
        named_customers("ab\u202ecd"),
        "customers",
        1,
    ),
    Case("an isolate is quarantined", "quarantine", "row 3: name holds control characters", named_customers("ab\u2066cd"), "customers", 1),
    Case(
        "NUL and ESC are quarantined", "quarantine", "row 3: name holds control characters", named_customers("ab\x00c\x1bd"), "customers", 1
    ),
    Case(
        "a customer with two names is rejected",
        "reject",
        "customer C002 has 2 names",
        lambda: {"invoices": invoices(), "customers": twice(customers(), "name", "B")},
        "customers",
    ),
    Case(
        "an application to nobody's invoice is quarantined",
        "quarantine",
        "applications.parquet row 3: invoice 'INV-99999' is not known",
        lambda: with_payments(applications=spoiled(applications(), "invoice_id", "INV-99999")),
        "applications",
        1,
    ),
    Case(
        "an application of nobody's payment is quarantined",
        "quarantine",
        "row 3: payment 'P-99999' is not known",
        lambda: with_payments(applications=spoiled(applications(), "source_id", "P-99999")),
        "applications",
        1,
    ),
    Case(
        "an application to a quarantined invoice is quarantined",
        "quarantine",
        "row 3: invoice 'INV-00003' is quarantined (total is empty)",
        lambda: with_payments(invoices=spoiled(invoices(), "total", None)),
        "applications",
        1,
    ),
    Case(
        "an application of a quarantined payment is quarantined",
        "quarantine",
        "row 3: payment 'P-00003' is quarantined (amount is empty)",
        lambda: with_payments(payments=spoiled(payments(), "amount", None)),
        "applications",
        1,
    ),
    Case(
        "an application to a credit note is quarantined",
        "quarantine",
        "row 3: 'INV-00003' is a credit note",
        lambda: with_payments(invoices=invoices() | {"kind": ["invoice", "invoice", "credit_note", *["invoice"] * 97]}),
        "applications",
        1,
    ),
    Case(
        "more applied than invoiced is pointed out",
        "warn",
        "invoice 'INV-00003': 1205.28 applied, more than its 602.64",
        lambda: with_payments(applications=spoiled(applications(), "amount", Decimal("1205.28"))),
        "applications",
    ),
    Case(
        "more taken back than was applied is pointed out",
        "warn",
        "invoice 'INV-00003': -602.64 applied, less than nothing: more is taken back than was applied",
        lambda: with_payments(applications=spoiled(applications(), "amount", Decimal("-602.64"))),
        "applications",
    ),
    Case(
        "more given back to a payment than was taken from it is pointed out",
        "warn",
        "payment 'P-00003': -602.64 applied, less than nothing",
        lambda: with_payments(applications=spoiled(applications(), "amount", Decimal("-602.64"))),
        "applications",
    ),
    Case(
        "a refund that pays an invoice is pointed out",
        "warn",
        "refund 'P-00003': 602.64 applied, a refund of 602.64 takes back, it pays nothing",
        lambda: with_payments(payments=payments() | {"kind": ["receipt", "receipt", "refund", *["receipt"] * 7]}),
        "applications",
    ),
    Case(
        "a refund may take back what a payment had paid",
        "accept",
        "",
        lambda: with_payments(
            payments=joined(payments() | {"kind": ["receipt"] * 10}, refund()), applications=joined(applications(), taken_back())
        ),
        "applications",
    ),
    Case(
        "applied before it was received is pointed out",
        "warn",
        "row 3: applied 2026-01-05, before the payment was received on 2026-02-13",
        lambda: with_payments(applications=spoiled(applications(), "applied_date", date(2026, 1, 5))),
        "applications",
    ),
    Case(
        "a payment in another currency is quarantined",
        "quarantine",
        "row 3: EUR payment on USD invoice 'INV-00003'",
        lambda: with_payments(payments=spoiled(payments(), "currency", "EUR")),
        "applications",
        1,
    ),
    Case(
        "a payment twice is rejected",
        "reject",
        "payment_id P-00003 appears 2 times with different amount",
        lambda: with_payments(payments=twice(payments(), "amount", Decimal("1.00"))),
        "payments",
    ),
    Case(
        "20,000 columns are rejected",
        "reject",
        "20,011 columns: limit 200",
        lambda: {"invoices": invoices() | {f"column {place}": [None] * 100 for place in range(20_000)}},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "_"))
def test_a_bad_file_gets_its_verdict_and_its_sentence(case: Case, tmp_path: Path) -> None:
    report = build([parquet(tmp_path / "in", **case.make())], into=tmp_path / "store", check=True)
    files = {file["table"]: file for file in report.as_json()["files"]}
    file = files[case.table]

    assert file["verdict"] == case.verdict, file["problems"][:5]
    assert not case.says or case.says in "\n".join(problem["message"] for problem in file["problems"])
    assert file["accepted"] + file["quarantined"] == file["rows"]
    if case.quarantined is not None:
        assert file["quarantined"] == case.quarantined
    assert report.refused == (case.verdict == "reject")
    assert report.generation is None


def test_the_old_timestamps_of_spark_hold_the_day_without_end(tmp_path: Path) -> None:
    endless = arrow(
        spoiled(invoices() | {"due_date": [datetime.fromisoformat("2026-05-01")] * 100}, "due_date", datetime.fromisoformat("9999-12-31"))
    )
    (tmp_path / "in").mkdir()
    pq.write_table(endless, tmp_path / "in" / "invoices.parquet", use_deprecated_int96_timestamps=True)
    file = build([tmp_path / "in"], into=tmp_path / "store", check=True).files[0]

    assert "invoices.parquet row 3: due_date 9999-12-31 out of range (1900-01-01 to 2100-12-31)" in [p.message for p in file.problems]
    assert (file.accepted, file.quarantined) == (99, 1)


def test_cells_that_cannot_be_held_are_named_wherever_they_are(tmp_path: Path) -> None:
    terms = [2**64 - 1 if row in (1, 50, 51, 100) else 30 for row in range(1, 101)]
    odd = arrow(invoices() | {"payment_terms_days": terms}, {"payment_terms_days": UINT})
    file = build([parquet(tmp_path / "in", invoices=odd)], into=tmp_path / "store", check=True).files[0]

    assert [problem.row for problem in file.problems if problem.column == "payment_terms_days"] == [1, 50, 51, 100]


def test_accepted_and_quarantined_sums_are_the_sum_of_the_file(tmp_path: Path) -> None:
    columns = spoiled(invoices(), "status", "opne")
    report = build([parquet(tmp_path / "in", invoices=columns)], into=tmp_path / "store", check=True)

    sums = report.as_json()["files"][0]["sums"]
    assert sums == {"USD": {"accepted": "63841.36", "quarantined": "602.64"}}
    assert Decimal(sums["USD"]["accepted"]) + Decimal(sums["USD"]["quarantined"]) == bundles.TOTAL


def damaged(path: Path, spoil: Callable[[bytearray], bytes | bytearray]) -> None:
    path.write_bytes(spoil(bytearray(path.read_bytes())))


def test_a_file_cut_off_is_rejected(tmp_path: Path) -> None:
    folder = parquet(tmp_path / "in", invoices=invoices())
    damaged(folder / "invoices.parquet", lambda content: content[: len(content) * 9 // 10])

    report = build([folder], into=tmp_path / "store")

    assert "invoices.parquet is not a complete Parquet file" in report.files[0].problems[0].message


def test_a_flipped_bit_under_a_checksum_is_rejected_with_its_column(tmp_path: Path) -> None:
    path = tmp_path / "in" / "invoices.parquet"
    path.parent.mkdir()
    pq.write_table(arrow(invoices()), path, write_page_checksum=True, compression="none", use_dictionary=False)
    offset = pq.ParquetFile(path).metadata.row_group(0).column(8).data_page_offset + 300

    def flip(content: bytearray) -> bytearray:
        content[offset] ^= 1
        return content

    damaged(path, flip)
    report = build([path], into=tmp_path / "store")

    assert report.as_json()["files"][0]["verdict"] == "reject"
    assert "page checksum mismatch in column total" in report.files[0].problems[0].message


def test_statistics_are_not_believed(tmp_path: Path) -> None:
    """The file is loaded whole whatever its footer says: a flaw outside the claimed range is still found."""
    path = tmp_path / "in" / "invoices.parquet"
    path.parent.mkdir()

    def lower_the_maximum(content: bytearray) -> bytes:
        footer = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
        return bytes(content[:footer]) + bytes(content[footer:]).replace(b"2026-05-11", b"2026-01-31")

    columns = invoices() | {"po_number": [str(day) for day in invoices()["due_date"]]}
    pq.write_table(arrow(columns), path, compression="none", use_dictionary=False)
    damaged(path, lower_the_maximum)
    assert pq.ParquetFile(path).metadata.row_group(0).column(10).statistics.max == "2026-01-31"
    report = build([path], into=tmp_path / "store", check=True)

    assert report.as_json()["files"][0]["sums"]["USD"]["accepted"] == "64444.00"


def test_a_name_with_a_pattern_reads_exactly_that_file(tmp_path: Path) -> None:
    folder = parquet(tmp_path / "in", **{"invoices-[ab]": invoices(), "invoices-a": spoiled(invoices(), "total", None)})

    report = build([folder / "invoices-[ab].parquet"], into=tmp_path / "store", check=True)

    assert [(file["path"], file["verdict"]) for file in report.as_json()["files"]] == [(str(folder / "invoices-[ab].parquet"), "accept")]


def test_a_name_that_is_a_pattern_is_refused(tmp_path: Path) -> None:
    folder = parquet(tmp_path / "in", **{"*": invoices()})

    report = build([folder / "*.parquet"], into=tmp_path / "store")

    assert "*.parquet: not named for a table" in report.files[0].problems[0].message


def test_folders_links_and_pipes_are_refused(tmp_path: Path) -> None:
    good = parquet(tmp_path / "in", invoices=invoices()) / "invoices.parquet"
    (tmp_path / "folder" / "invoices.parquet").mkdir(parents=True)
    (tmp_path / "link").mkdir()
    (tmp_path / "link" / "invoices.parquet").symlink_to(good)
    (tmp_path / "pipe").mkdir()
    os.mkfifo(tmp_path / "pipe" / "invoices.csv")

    for given in ("folder/invoices.parquet", "folder", "link", "link/invoices.parquet", "pipe", "pipe/invoices.csv"):
        report = build([tmp_path / given], into=tmp_path / "store")
        assert report.refused, given
        assert "not a regular file" in report.files[0].problems[0].message


@pytest.mark.parametrize(
    ("name", "says"),
    [("invoices.xlsx", "Excel"), ("invoices.csv.gz", "compressed"), ("invoices.xls", ".xls format"), ("invoices.ods", "neither")],
)
def test_other_formats_are_refused_with_what_to_do(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / name).write_bytes(b"anything")

    for given in (tmp_path / name, tmp_path):
        report = build([given], into=tmp_path / "store")
        assert report.refused
        assert says in report.files[0].problems[0].message
