"""Relatives of the sample of bad input: the same kinds of damage in other places and other clothes."""

from __future__ import annotations

import bz2
import lzma
import os
import re
import resource
import subprocess
import sys
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics.store import LoadReport, build
from tests.cases.test_bad_input import CASES, OF_TWO_LOADS
from tests.store.bundles import TOTAL, Columns, csv, customers, invoices, lines, parquet, payments, spoiled, text


def checked(folder: Path) -> LoadReport:
    """What `load --check` says of the files of `folder`."""
    return build([folder], into=folder.parent / "store", check=True)


def said(report: LoadReport, table: str = "invoices") -> tuple[str, str]:
    """The verdict on the file of `table`, and all of its sentences."""
    file = next(file for file in report.files if file.table == table)
    return file.verdict, "\n".join(problem.message for problem in file.problems)


CELLS = [
    ("invoice_id", "1.23457E+17", "warn", "line 4: invoice_id '1.23457E+17' looks like an id of which a spreadsheet has made a number"),
    (
        "invoice_id",
        "2026-03-05",
        "warn",
        "line 4: invoice_id '2026-03-05' looks like an id of which a spreadsheet has made a number or a day",
    ),
    ("invoice_id", "  ", "quarantine", "line 4: invoice_id '  ' is no id"),
    ("invoice_id", "X-3 ", "warn", "line 4: invoice_id 'X-3 ' has a blank at an end"),
    ("customer_id", "\u00a0C003", "warn", "line 4: customer_id '\u00a0C003' has a blank at an end"),
    ("customer_id", '"C\n3"', "warn", "has a blank at an end, or a line end in it"),
    ("invoice_id", "#REF!", "quarantine", "line 4: invoice_id '#REF!' is no id"),
    ("invoice_id", "Grand total", "quarantine", "line 4: invoice_id 'Grand total' is the word of a row of totals"),
    ("customer_id", "Total", "warn", "line 4: customer_id 'Total' is the word of a row of totals"),
    ("customer_id", "#N/A", "quarantine", "line 4: customer_id '#N/A' is no id"),
    ("customer_id", "n/a", "warn", "line 4: customer_id 'n/a' reads like a word for nothing"),
    ("customer_id", "TOTALENERGIES", "accept", ""),
    ("invoice_id", "INV-12E+4", "accept", ""),
    ("region", "MÃ¼nchen", "warn", "line 4: region 'MÃ¼nchen' was read in another encoding"),
    ("region", "Itâ€™s", "warn", "line 4: region 'Itâ€™s' was read in another encoding"),
    ("region", "M�nchen", "warn", "line 4: region 'M�nchen' was read in another encoding"),
    ("region", "SÃO PAULO Âncora", "accept", ""),
    ("region", "München", "accept", ""),
    ("issue_date", "1926-01-04", "warn", "line 4: issue_date 1926-01-04 is before 1980: a slip?"),
    ("due_date", "2062-02-03", "warn", "line 4: due_date 2062-02-03 is more than 10 years after issue_date 2026-01-04: a slip?"),
    ("due_date", "infinity", "quarantine", "line 4: due_date is infinite"),
    ("due_date", "0026-02-04", "quarantine", "line 4: due_date 0026-02-04 out of range"),
    ("total", "(602.64)", "quarantine", "line 4: total '(602.64)' is not a number"),
    ("total", "602.64-", "quarantine", "line 4: total '602.64-' is not a number"),
    ("total", "６０２.64", "quarantine", "line 4: total '６０２.64' is not a number"),
    ("total", "0x25a", "quarantine", "line 4: total '0x25a' is not a number"),
    ("total", "602.640", "accept", ""),
    ("total", "602.640000000001", "quarantine", "line 4: total 602.64… has more decimals than USD allows"),
    ("currency", "XXX", "quarantine", "line 4: currency 'XXX' is not a currency code"),
]


@pytest.mark.parametrize(("column", "cell", "verdict", "says"), CELLS, ids=lambda part: str(part)[:24])
def test_a_cell_that_is_not_what_it_should_be(tmp_path: Path, column: str, cell: str, verdict: str, says: str) -> None:
    report = checked(csv(tmp_path / "in", text(spoiled(invoices(), column, cell))))

    found, sentences = said(report)
    assert (found, says in sentences) == (verdict, True), sentences
    assert report.files[0].quarantined == (verdict == "quarantine")


def test_a_rate_beyond_ten_decimals_is_pointed_out(tmp_path: Path) -> None:
    folder = csv(tmp_path / "in", text(invoices()))
    csv(folder, "rate_date,currency,base,rate\n2026-01-01,VND,USD,0.00003912345678\n2026-01-02,VND,USD,0.0000391234\n", "fx_rates.csv")

    assert said(checked(folder), "fx_rates") == ("warn", "fx_rates.csv line 2: rate '0.00003912345678' is held to ten decimals")


def in_points(*cells: str, currency: str = "USD") -> str:
    """Three invoices without a tax, whose totals are written like that."""
    rows = [f"I{number},C1,{currency},2026-05-01,{cell}" for number, cell in enumerate(cells, start=1)]
    return "\n".join(["invoice_id,customer_id,currency,issue_date,total", *rows]) + "\n"


def test_a_point_that_may_part_thousands_is_pointed_out(tmp_path: Path) -> None:
    doubtful = "invoices.csv line 3: all 2 amounts of 'total' that have a point have three digits after it, like 1.250, and were read as"

    assert said(checked(csv(tmp_path / "in", in_points("950", "1.250", "12.500"))))[1].startswith(doubtful)
    for cells in (("950", "1.250", "12.500", "3.5"), ("950", "1250.000", "12.500")):
        assert "three digits" not in said(checked(csv(tmp_path / "in", in_points(*cells))))[1]
    assert "three digits" not in said(checked(csv(tmp_path / "in", in_points("950", "1.250", "12.500", currency="KWD"))))[1]


def with_total() -> Columns:
    """The invoices, and a row of totals that has everything an invoice has."""
    given = invoices()
    last = {name: cells[0] for name, cells in given.items()} | {"invoice_id": "9999", "subtotal": None, "tax": None, "total": TOTAL}
    return {name: [*cells, last[name]] for name, cells in given.items()}


def test_a_row_of_totals_that_looks_like_an_invoice_is_pointed_out(tmp_path: Path) -> None:
    assert said(checked(csv(tmp_path / "in", text(with_total())))) == (
        "warn",
        "invoices.csv line 102: total 64444.00 is the sum of the 100 others in USD: a row of totals?",
    )
    others = spoiled(with_total(), "total", TOTAL - Decimal("0.01"), 101)
    assert said(checked(csv(tmp_path / "in", text(others))))[0] == "accept"


FILES = [
    (b"<!DOCTYPE html>\n<html><body>Please sign in</body></html>\n", "is a web page, perhaps one that asks to sign in"),
    (b"%PDF-1.7\n1 0 obj\n", "is a PDF"),
    (b'{"invoices": []}\n', "is JSON"),
    (b'<?xml version="1.0"?><Workbook/>\n', "is XML"),
    (bz2.compress(b"invoice_id\n"), "is compressed"),
    (lzma.compress(b"invoice_id\n"), "is compressed"),
    ("\r".join(lines(invoices())).encode() + b"\r", "line 1: a carriage return without a line feed"),
    (b"\xef\xbb\xbf", "file is empty"),
    (b'\n[\n {"invoice_id": "1"}\n]\n', "is JSON"),
    ("".join(f'"{line}"\n' for line in lines(invoices())).encode(), "line 1: each line is in quotes as a whole"),
    ("\n".join(lines(invoices())).encode("utf-16-le"), "file is UTF-16"),
    ("\n".join(lines(invoices())).encode("utf-32"), "file is UTF-32"),
    (text(invoices()).encode().replace(b"PO 5\n", b"PO \xc0\xaf\n"), "line 6: not UTF-8"),
    (text(invoices()).encode().replace(b"PO 5\n", b"PO \xed\xa0\x80\n"), "line 6: not UTF-8"),
    (text(invoices()).encode() + b"\x1a", "file ends inside line 102"),
    (b"sep=,\n" + text(invoices()).encode(), "header not on line 1 (found on line 2)"),
    (
        text(invoices()).encode().replace(b"invoice_id", b"Invoice ID", 1),
        "column 'invoice_id' is missing; 'Invoice ID' is written differently",
    ),
    (text(invoices()).replace(",total", ",ｔotal", 1).encode(), "column 'total' is missing; 'ｔotal' is written differently"),
    (text(invoices()).replace(",total", ",total ", 1).encode(), "column 'total' is missing; 'total ' is written differently"),
]


@pytest.mark.parametrize(("content", "says"), FILES, ids=lambda part: part[:24] if isinstance(part, str) else "file")
def test_a_file_that_is_none_is_rejected_with_what_it_is(tmp_path: Path, content: bytes, says: str) -> None:
    report = checked(csv(tmp_path / "in", content))

    assert said(report)[0] == "reject"
    assert says in said(report)[1]


BOUND = 4 * 2**30


@pytest.mark.parametrize("kind", ["arrow", "parquet"])
def test_a_parquet_file_that_unpacks_to_more_than_there_is_memory_is_rejected(tmp_path: Path, kind: str) -> None:
    """A customer id of a million letters, written once and meant a hundred thousand times."""
    ids = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), pa.array(["C" * 1_000_000]))
    columns = {"invoice_id": [f"I{number}" for number in range(100_000)], "customer_id": ids, "currency": ["USD"] * 100_000}
    days = pa.repeat(pa.scalar(date(2026, 1, 1)), 100_000)
    table = pa.table(columns | {"issue_date": days, "total": pa.repeat(pa.scalar(Decimal("1.00")), 100_000)})
    (tmp_path / "in").mkdir()
    pq.write_table(table, tmp_path / "in" / "invoices.parquet", store_schema=kind == "arrow")
    words = [sys.executable, "-m", "analytics", "load", "--check", tmp_path / "in", "--store", tmp_path / "store"]
    bound = partial(resource.setrlimit, resource.RLIMIT_AS, (BOUND, BOUND))
    done = subprocess.run(words, preexec_fn=bound, capture_output=True, text=True, timeout=120, check=False)

    assert (tmp_path / "in" / "invoices.parquet").stat().st_size < 2**20
    assert done.returncode == 1
    assert "column 'customer_id' unpacks to more than there is memory" in done.stdout + done.stderr


def test_a_name_that_no_report_could_hold_is_refused(tmp_path: Path) -> None:
    folder = csv(tmp_path / "in", text(invoices()))
    (folder / os.fsdecode(b"payments-\xff.csv")).write_bytes(b"")
    file = build([folder], into=tmp_path / "store").files[0]

    assert (Path(file.path).name, file.problems[0].message) == (
        "payments-\ufffd.csv",
        "payments-\ufffd.csv has letters in its path that are not UTF-8; rename it",
    )


def test_a_contradiction_names_each_part_of_its_key(tmp_path: Path) -> None:
    folder = csv(tmp_path / "in", text(invoices()))
    balances = "account,balance_date,currency,balance\n1200,2026-06-30,USD,5.00\n1200,2026-06-30,USD,6.00\n"

    assert said(checked(csv(folder, balances, "gl_balances.csv")), "gl_balances") == (
        "reject",
        "gl_balances.csv line 2, gl_balances.csv line 3: account 1200, balance_date 2026-06-30, currency USD appears 2 times with "
        "different balance; keep the right one",
    )


def test_a_header_in_the_middle_of_a_file_is_a_row_that_is_set_aside(tmp_path: Path) -> None:
    rows = lines(invoices())
    report = checked(csv(tmp_path / "in", "\n".join([*rows[:50], rows[0], *rows[50:]]) + "\n"))

    assert (report.files[0].rows, report.files[0].quarantined) == (101, 1)
    assert "line 51: total 'total' is not a number" in said(report)[1]


def test_accents_written_in_two_ways_make_ids_that_are_nearly_the_same(tmp_path: Path) -> None:
    twins = spoiled(spoiled(invoices(), "invoice_id", "É-7"), "invoice_id", "E\u0301-7", 4)

    assert "line 4: invoice_id 'É-7' is nearly 'E\u0301-7'" in said(checked(csv(tmp_path / "in", text(twins))))[1]


def test_a_customer_that_is_not_among_the_customers_is_pointed_out_with_the_one_that_is_meant(tmp_path: Path) -> None:
    of = spoiled(spoiled(invoices(), "customer_id", "C-3"), "customer_id", "Somebody", 4)
    paid = spoiled(payments(), "customer_id", "c007")
    known = spoiled(customers(), "customer_id", "C-0003", 4) | {"parent_id": ["C099", *[None] * 19]}
    report = checked(parquet(tmp_path / "in", invoices=of, customers=known, payments=paid))

    assert "row 3: customer_id 'C-3' is not among the customers, nearly 'C-0003' is" in said(report)[1]
    assert "row 4: customer_id 'Somebody' is not among the customers\n" in said(report)[1] + "\n"
    assert said(report, "payments") == ("warn", "payments.parquet row 3: customer_id 'c007' is not among the customers, nearly 'C007' is")
    assert said(report, "customers") == ("warn", "customers.parquet row 1: parent_id 'C099' is not among the customers")


def test_customers_that_nobody_has_brought_are_not_missed(tmp_path: Path) -> None:
    assert said(checked(parquet(tmp_path / "in", invoices=invoices(), payments=payments()))) == ("accept", "")


def test_half_of_the_rows_are_pointed_out(tmp_path: Path) -> None:
    build([parquet(tmp_path / "in", invoices=invoices())], into=tmp_path / "store")

    assert "50 invoices, 100 in the books (-50 %)" in said(checked(parquet(tmp_path / "half", invoices=invoices(50))))[1]
    assert said(checked(parquet(tmp_path / "most", invoices=invoices(51))))[0] == "accept"


def test_a_careful_load_leaves_no_table_with_half_of_its_rows(tmp_path: Path) -> None:
    store = tmp_path / "store"
    build([parquet(tmp_path / "in", invoices=invoices(), payments=payments())], into=store)
    half = parquet(tmp_path / "half", invoices=invoices(50))
    refused = build([half], into=store, careful=True)

    assert (refused.generation, said(refused)[0]) == (None, "reject")
    assert "invoices.parquet: the books would lose rows; a careful load does not do that, and nothing was published" in said(refused)[1]
    assert build([half], into=store).generation == 2
    assert build([parquet(tmp_path / "most", invoices=invoices(26))], into=store, careful=True).generation == 3


def test_every_kind_of_damage_is_held_by_a_test_that_is_there() -> None:
    root = Path(__file__).parents[2]
    page = (root / "docs" / "safety.md").read_text(encoding="utf-8")
    defined = "\n".join(path.read_text(encoding="utf-8") for path in (root / "tests").rglob("test_*.py"))
    cases = {int(number) for listed in re.findall(r"cases? ((?:\d{3}(?:, )?)+)", page) for number in listed.split(", ") if number}
    rows = [row for row in page.splitlines() if row.startswith("|") and not row.startswith(("| kind", "|---"))]

    assert [name for name in re.findall(r"`(test_\w+)`", page) if f"def {name}(" not in defined] == []
    assert sorted({int(name[:3]) for name in (*CASES, *OF_TWO_LOADS)} - cases) == [0, 2]
    assert [row for row in rows if not re.search(r"case|`test_", row.split("|")[4])] == []


def test_every_place_that_answers_damage_is_there() -> None:
    root = Path(__file__).parents[2]
    page = (root / "docs" / "safety.md").read_text(encoding="utf-8")
    places = [place for place in re.findall(r"`([a-z]+/\w+\.(?:py|sql))`", page) if "/test_" not in place]

    roots = (root, root / "analytics", root / "analytics" / "sql")
    assert [place for place in places if not any((folder / place).exists() for folder in roots)] == []
