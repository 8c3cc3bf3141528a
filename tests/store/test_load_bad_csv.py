"""Every kind of bad CSV file: its verdict and the sentence with the line; nothing is sniffed, nothing is filled up."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from analytics.store import build
from tests.store.bundles import TOTAL, csv, customers, invoices, lines, spoiled, text

Edit = Callable[[list[str]], list[str] | str | bytes]


@dataclass(frozen=True)
class Case:
    """`edit` spoils the lines of a good file (header first); `says` is what a problem must say."""

    name: str
    verdict: str
    says: str
    edit: Edit
    quarantined: int | None = None


def line(number: int, change: Callable[[str], str]) -> Edit:
    """Changes one physical line, counted from 1."""

    def edit(rows: list[str]) -> list[str]:
        return [change(row) if place == number else row for place, row in enumerate(rows, start=1)]

    return edit


def every_date(form: str) -> Edit:
    """All due dates in another form."""
    days = [day.strftime(form) for day in invoices()["due_date"]]
    return lambda _rows: lines(invoices() | {"due_date": days})


def every_total(form: Callable[[str], str]) -> Edit:
    return lambda _rows: lines(invoices() | {"total": [form(str(total)) for total in invoices()["total"]]})


def joined(rows: list[str]) -> str:
    return "\n".join(rows) + "\n"


def zipped(rows: list[str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/workbook.xml", joined(rows))
    return content.getvalue()


def quoted(row: str, opening: int, closing: int) -> str:
    """Puts quotes around cells `opening` to `closing` of a row."""
    cells = row.split(",")
    return ",".join([*cells[:opening], '"' + ",".join(cells[opening : closing + 1]) + '"', *cells[closing + 1 :]])


def swallowed(rows: list[str]) -> list[str]:
    """A quote opened in the region of line 5 and one closed in the region of line 25: a legal cell, and 20 invoices gone."""
    fifth, last = rows[4].split(","), rows[24].split(",")
    fifth[9], last[9] = '"' + fifth[9], last[9] + '"'
    return [*rows[:4], ",".join(fifth), *rows[5:24], ",".join(last), *rows[25:]]


CASES = [
    Case("a good file is accepted", "accept", "", lambda rows: rows),
    Case("a byte order mark is accepted", "accept", "", lambda rows: b"\xef\xbb\xbf" + joined(rows).encode()),
    Case("line ends of Windows are accepted", "accept", "", lambda rows: "\r\n".join(rows) + "\r\n"),
    Case("blank lines are no rows", "accept", "", lambda rows: [*rows[:3], "", *rows[3:], ""]),
    Case("quoted cells with commas are accepted", "accept", "", line(5, lambda row: row.replace("PO 4", '"PO 4, or ""5"""'))),
    Case("a quoted line end is accepted", "accept", "", line(5, lambda row: row.replace("PO 4", '"PO\n4"'))),
    Case("ids keep their zeros", "accept", "", line(5, lambda row: row.replace("INV-00004", "00000000000000000004"))),
    Case(
        "dates with day first are rejected",
        "reject",
        "column 'due_date': 01/02/2026 may be 1 February or 2 January",
        every_date("%d/%m/%Y"),
    ),
    Case(
        "dates of 8 digits are rejected",
        "reject",
        "column 'due_date' line 2: '20260201' is not a date like 2026-06-30",
        every_date("%Y%m%d"),
    ),
    Case(
        "one odd date is quarantined",
        "quarantine",
        "line 5: due_date '04/02/2026' is not a date",
        line(5, lambda row: row.replace("2026-02-04", "04/02/2026")),
        1,
    ),
    Case(
        "a day that is not in the calendar is quarantined",
        "quarantine",
        "line 5: due_date '2026-02-30' is not a date",
        line(5, lambda row: row.replace("2026-02-04", "2026-02-30")),
        1,
    ),
    Case("UTF-16 is rejected", "reject", "file is UTF-16; save as UTF-8", lambda rows: joined(rows).encode("utf-16")),
    Case("a cp1252 byte is rejected", "reject", "line 6: not UTF-8", lambda rows: joined(rows).encode().replace(b"PO 5", b"PO \xe9")),
    Case(
        "semicolons and decimal commas are rejected",
        "reject",
        "separated by a semicolon, not by a comma; set delimiter in a mapping; column 'subtotal': '599,88' uses a decimal comma",
        lambda rows: [row.replace(",", ";").replace(".", ",") for row in rows],
    ),
    Case("tabs are rejected", "reject", "separated by a tab, not by a comma", lambda rows: [row.replace(",", "\t") for row in rows]),
    Case(
        "decimal commas are rejected",
        "reject",
        "column 'total' line 2: '600,88' uses a decimal comma",
        every_total(lambda total: '"' + total.replace(".", ",") + '"'),
    ),
    Case(
        "currency signs are rejected",
        "reject",
        "column 'total' line 2: '$1,600.88' is not a number",
        every_total(lambda total: f'"$1,{total}"'),
    ),
    Case(
        "thousands marks are rejected",
        "reject",
        "column 'total' line 2: '1,600.88' has thousands marks",
        every_total(lambda total: f'"1,{total}"'),
    ),
    Case(
        "one amount that is none is quarantined",
        "quarantine",
        "line 5: total 'n/a' is not a number",
        line(5, lambda row: row.replace("603.52", "n/a")),
        1,
    ),
    Case(
        "an infinite amount is quarantined", "quarantine", "line 5: total is infinite", line(5, lambda row: row.replace("603.52", "inf")), 1
    ),
    Case(
        "an exponent is not an amount",
        "quarantine",
        "line 5: total '6e2' is not a number",
        line(5, lambda row: row.replace("603.52", "6e2")),
        1,
    ),
    Case(
        "a row of totals at the end is quarantined",
        "quarantine",
        "line 102: invoice_id is empty",
        lambda rows: [*rows, f",,,,,,,,,,{TOTAL}"],
        1,
    ),
    Case("Arabic digits are quarantined", "quarantine", "line 5: total '١٢٠.٠٠'", line(5, lambda row: row.replace("603.52", "١٢٠.٠٠")), 1),
    Case("a short row is rejected", "reject", "line 5 has 8 fields, header has 11", line(5, lambda row: ",".join(row.split(",")[:8]))),
    Case("a long row is rejected", "reject", "line 5 has 12 fields, header has 11", line(5, lambda row: row + ",x")),
    Case(
        "a quote that is never closed is rejected",
        "reject",
        "line 5: quote opened and never closed",
        line(5, lambda row: row.replace("PO 4", '"PO 4')),
    ),
    Case("a quote inside a cell is rejected", "reject", "line 5: a quote inside a cell", line(5, lambda row: row.replace("PO 4", 'PO 4"'))),
    Case(
        "text after a closing quote is rejected",
        "reject",
        "line 5: quote opened and never closed",
        line(5, lambda row: row.replace("PO 4", '"PO" 4')),
    ),
    Case(
        "a quote that swallows rows is rejected",
        "reject",
        "line 5: a quoted cell swallows what look like whole rows, down to line 25",
        swallowed,
    ),
    Case(
        "title rows are rejected",
        "reject",
        "header not on line 1 (found on line 5): set skip_rows = 4",
        lambda rows: ["Acme Inc", "Invoices", "June 2026", "", *rows],
    ),
    Case("a file cut in its last line is rejected", "reject", "file ends inside line 61", lambda rows: joined(rows[:60]) + rows[60][:30]),
    Case("a file cut in its last amount is rejected", "reject", "file ends inside line 101", lambda rows: joined(rows)[:-2]),
    Case(
        "a file cut inside quotes is rejected",
        "reject",
        "line 61: quote opened and never closed",
        lambda rows: joined(rows[:60]) + quoted(rows[60], 9, 10)[:-3],
    ),
    Case("NUL bytes are rejected", "reject", "line 50: NUL bytes", line(50, lambda row: row[:9] + "\0\0\0" + row[12:])),
    Case("an empty file is rejected", "reject", "file is empty", lambda _rows: b""),
    Case("a header and no rows is pointed out", "warn", "file has 0 rows", lambda rows: rows[:1]),
    Case("an Excel workbook is rejected", "reject", "is an Excel workbook", zipped),
    Case("a compressed file is rejected", "reject", "is compressed", lambda rows: gzip.compress(joined(rows).encode())),
    Case(
        "old line ends are rejected",
        "reject",
        "line 5: a carriage return without a line feed",
        line(5, lambda row: row[:9] + "\r" + row[9:]),
    ),
    Case("a column twice is rejected", "reject", "column 'total' appears 2 times", line(1, lambda row: row.replace("region", "total"))),
    Case(
        "columns that differ in case are rejected",
        "reject",
        "columns 'total' and 'Total' differ only in case",
        line(1, lambda row: row.replace("region", "Total")),
    ),
    Case(
        "a column in another case is missing",
        "reject",
        "column 'total' is missing; 'TOTAL' is written differently",
        line(1, lambda row: row.replace(",total", ",TOTAL")),
    ),
    Case(
        "a column without a name is ignored",
        "warn",
        "column 10 has no name and was ignored",
        line(1, lambda row: row.replace("region", "")),
    ),
    Case(
        "an unknown column is ignored",
        "warn",
        "column 'foo' is not known and was ignored",
        line(1, lambda row: row.replace("region", "foo")),
    ),
    Case(
        "a row of totals is quarantined",
        "quarantine",
        "line 102: customer_id is empty",
        lambda rows: [*rows, "TOTAL,,USD,2026-06-30,,,,,64444.00,,"],
        1,
    ),
    Case(
        "a status of another system is quarantined",
        "quarantine",
        "line 5: status 'Paid' is not one of",
        line(5, lambda row: row.replace("posted", "Paid")),
        1,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "_"))
def test_a_bad_file_gets_its_verdict_and_its_sentence(case: Case, tmp_path: Path) -> None:
    spoilt = case.edit(lines(invoices()))
    content = joined(spoilt) if isinstance(spoilt, list) else spoilt
    report = build([csv(tmp_path / "in", content)], into=tmp_path / "store", check=True)
    file = report.as_json()["files"][0]

    assert file["verdict"] == case.verdict, file["problems"][:5]
    assert not case.says or case.says in "\n".join(problem["message"] for problem in file["problems"])
    assert file["accepted"] + file["quarantined"] == file["rows"]
    if case.verdict in ("accept", "quarantine"):
        assert file["rows"] in (100, 101)
        assert file["quarantined"] == (case.quarantined or 0)


def test_rows_are_counted_as_physical_lines(tmp_path: Path) -> None:
    rows = lines(invoices())
    rows[4] = rows[4].replace("PO 4", '"PO\n\n4"')
    rows[9] = rows[9].replace("posted", "opne")

    report = build([csv(tmp_path / "in", joined(rows))], into=tmp_path / "store", check=True)

    assert [(problem.row, problem.column) for problem in report.files[0].problems] == [(12, "status")]


def test_rows_and_lines_survive_the_borders_of_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = lines(invoices())
    rows[4] = rows[4].replace("PO 4", '"PO\n""4"""')
    rows[98] = rows[98].replace("posted", "opne")
    whole = build([csv(tmp_path / "in", joined(rows))], into=tmp_path / "store", check=True).as_json()

    for size in (1, 7, 97, 1000):
        monkeypatch.setattr("analytics.sources.lines.BLOCK", size)
        assert build([tmp_path / "in"], into=tmp_path / "store", check=True).as_json() == whole


def test_late_evidence_of_the_other_order_rejects_the_file(tmp_path: Path) -> None:
    """30,000 days that fit month/day, then one that does not: the column is in the other order."""
    mapping = tmp_path / "american.toml"
    mapping.write_text(
        '[invoices]\ndate = "%m/%d/%Y"\n'
        'columns = { invoice_id = "id", customer_id = "id", issue_date = "due", due_date = "due", total = "total" }\n'
        'constants = { currency = "USD" }\n'
    )
    rows = ["id,due,total", *(f"{number},03/04/2026,1.00" for number in range(30_000)), "x,25/03/2026,1.00"]

    report = build([csv(tmp_path / "in", joined(rows))], into=tmp_path / "store", mapping=mapping, check=True)

    assert report.refused
    assert "column 'due' line 30002: 25/03/2026 does not fit %m/%d/%Y" in report.files[0].problems[0].message


def test_text_is_stored_byte_for_byte(tmp_path: Path) -> None:
    from analytics.store import Store

    names = spoiled(spoiled(customers(), "name", "  שלום 🚀 \u200f", 1), "customer_id", "0000000003", 2)
    csv(tmp_path / "in", text(names), "customers.csv")
    build([csv(tmp_path / "in", text(invoices() | {"due_date": [date(2026, 6, 30)] * 100}))], into=tmp_path / "store")

    with Store.open(tmp_path / "store") as store:
        rows = store.rows("select customer_id, name from customers order by customer_id")
    assert {"customer_id": "0000000003", "name": "Customer 1"} in rows
    assert {"customer_id": "C000", "name": "  שלום 🚀 \u200f"} in rows
