"""Workbooks: typed cells are read as they are meant, what a person would overlook is reported, what is hostile is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from analytics.sources import sheet
from analytics.store import LoadReport, Store, build
from tests.store.bundles import TOTAL, invoices, spoiled
from tests.store.workbooks import reopened, with_part, workbook


def load(folder: Path, **options: Any) -> LoadReport:
    return build([folder], into=folder.parent / "store", **options)


def messages(report: LoadReport, severity: str = "") -> list[str]:
    return [problem.message for file in report.files for problem in file.problems if not severity or problem.severity == severity]


def sums(report: LoadReport) -> tuple[Decimal, Decimal]:
    return report.files[0].sums["USD"]


def test_a_good_workbook_is_accepted_to_the_cent(tmp_path: Path) -> None:
    report = load(workbook(tmp_path / "in", invoices()))

    assert (report.files[0].verdict, report.files[0].rows, sums(report)) == ("accept", 100, (TOTAL, Decimal(0)))
    with Store.open(tmp_path / "store") as store:
        assert store.rows("select invoice_id, issue_date, due_date, total from invoices order by 1 limit 1") == [
            {"invoice_id": "INV-00001", "issue_date": date(2026, 1, 2), "due_date": date(2026, 2, 1), "total": Decimal("600.8800")}
        ]


def test_binary_shadows_of_cents_are_none(tmp_path: Path) -> None:
    folder = workbook(tmp_path / "in", {**invoices(1), "subtotal": [None], "tax": [None]})
    reopened(folder, lambda cells: cells.__setitem__("I2", 0.1 + 0.2))

    report = load(folder)

    assert (report.files[0].verdict, sums(report)) == ("accept", (Decimal("0.3"), Decimal(0)))


def test_texts_keep_their_zeros_and_lines(tmp_path: Path) -> None:
    columns = spoiled(spoiled(invoices(), "invoice_id", "0000000003"), "po_number", 'a "quoted"\nsecond line, é <&>')

    load(workbook(tmp_path / "in", columns))

    with Store.open(tmp_path / "store") as store:
        assert store.rows("select po_number from invoices where invoice_id = '0000000003'") == [
            {"po_number": 'a "quoted"\nsecond line, é <&>'}
        ]


def test_the_1904_date_system_is_read_and_reported(tmp_path: Path) -> None:
    report = load(workbook(tmp_path / "in", invoices(), since_1904=True))

    assert messages(report) == ["invoices.xlsx: workbook uses the 1904 date system; its dates were read by it"]
    with Store.open(tmp_path / "store") as store:
        assert store.rows("select min(issue_date) as day from invoices") == [{"day": date(2026, 1, 2)}]


def test_hidden_rows_are_data_and_other_sheets_are_named(tmp_path: Path) -> None:
    def spoil(cells: Any) -> None:
        for row in range(2, 12):
            cells.row_dimensions[row].hidden = True
        cells.parent.create_sheet("Notes")["A1"] = "to do"

    report = load(reopened(workbook(tmp_path / "in", invoices()), spoil))

    assert (report.files[0].verdict, report.files[0].accepted) == ("warn", 100)
    assert messages(report) == [
        "invoices.xlsx: 10 hidden rows were read",
        "invoices.xlsx: sheet 'Sheet1' was read; the others were not ('Notes')",
    ]


def test_a_hidden_column_is_data(tmp_path: Path) -> None:
    def hide(cells: Any) -> None:
        cells.column_dimensions["I"].hidden = True

    report = load(reopened(workbook(tmp_path / "in", invoices()), hide))

    assert messages(report) == ["invoices.xlsx: column 'total' is hidden, and was read"]
    assert report.files[0].sums == {"USD": (TOTAL, Decimal(0))}


def two_sheets(folder: Path, first: str, state: str = "visible") -> Path:
    """The invoices on the second sheet, `Data`, after a sheet of one note."""

    def add(sheet: Worksheet) -> None:
        sheet.title = "Data"
        notes = sheet.parent.create_sheet(first, 0)
        notes["A1"] = "Printed for the meeting"
        notes.sheet_state = state

    return reopened(workbook(folder, invoices()), add)


def test_of_the_sheets_the_first_that_a_person_sees_is_read(tmp_path: Path) -> None:
    report = load(two_sheets(tmp_path / "in", "Lookups", "veryHidden"))

    assert (report.files[0].accepted, messages(report)) == (
        100,
        ["invoices.xlsx: sheet 'Data' was read; the others were not ('Lookups')"],
    )


def test_a_hidden_sheet_of_the_tables_name_is_read_with_a_word(tmp_path: Path) -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.title = "invoices"
        sheet.parent.create_sheet("Notes")
        sheet.sheet_state = "hidden"

    report = load(reopened(workbook(tmp_path / "in", invoices()), hide))

    assert report.files[0].accepted == 100
    assert "invoices.xlsx: sheet 'invoices' is hidden, and was read" in messages(report, "warn")


def test_a_sheet_that_does_not_fit_is_refused_with_those_that_may_be_meant(tmp_path: Path) -> None:
    assert messages(load(two_sheets(tmp_path / "in", "Notes"), check=True), "reject") == [
        "invoices.xlsx: column 'currency' is missing; sheet 'Notes' was read: to read 'Data', set sheet in a mapping"
    ]


def test_cells_beyond_the_header_are_pointed_out(tmp_path: Path) -> None:
    folder = reopened(workbook(tmp_path / "in", invoices()), lambda cells: cells.__setitem__("N7", "paid by phone"))

    assert messages(load(folder), "warn") == [
        "invoices.xlsx: row 7: what stands right of the last column, 'po_number', has no name and was ignored"
    ]


INLINE = """<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1">{header}</row><row r="2">{cells}</row>{more}</sheetData></worksheet>"""


def inline(folder: Path, po_number: str, more: str = "") -> Path:
    """A sheet of one invoice whose texts stand in its cells; `po_number` is written as it is given."""
    header = ("invoice_id", "customer_id", "currency", "issue_date", "total", "po_number")
    values = [f"<t>{cell}</t>" for cell in ("I1", "C1", "USD", "2026-05-01")]
    texts = [f'<c t="inlineStr"><is>{cell}</is></c>' for cell in values]
    last = f'<c t="inlineStr"><is>{po_number}</is></c>'
    names = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in header)
    sheet = INLINE.format(header=names, cells=f"{''.join(texts)}<c><v>10.5</v></c>{last}", more=more)
    return with_part(workbook(folder, invoices()), "xl/worksheets/sheet1.xml", sheet.encode())


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<t>first_x000D_\nsecond</t>", "first\r\nsecond"),
        ("<t>a_x005F_x0041_b</t>", "a_x0041_b"),
        ("<r><t>東京</t></r><rPh sb='0' eb='2'><t>トウキョウ</t></rPh>", "東京"),
    ],
)
def test_a_text_is_what_a_person_reads(tmp_path: Path, written: str, read: str) -> None:
    report = load(inline(tmp_path / "in", written))

    assert report.files[0].accepted == 1, messages(report)
    with Store.open(tmp_path / "store") as store:
        assert store.rows("select po_number from invoices") == [{"po_number": read}]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ('<row r="2"><c><v>1</v></c></row>', "row 2 comes after row 2"),
        ('<row r="3"><c r="A3"><v>1</v></c><c r="A3"><v>2</v></c></row>', "row 3 has a cell twice"),
    ],
)
def test_a_row_or_a_cell_that_comes_twice_is_no_whole_workbook(tmp_path: Path, more: str, sentence: str) -> None:
    assert messages(load(inline(tmp_path / "in", "<t>PO 1</t>", more), check=True), "reject") == [
        f"invoices.xlsx is not a whole Excel workbook ({sentence})"
    ]


def test_the_sentence_on_a_column_speaks_of_rows(tmp_path: Path) -> None:
    totals = [f"{total:.2f}".replace(".", ",") for total in invoices()["total"]]

    assert messages(load(workbook(tmp_path / "in", invoices() | {"total": totals}), check=True), "reject") == [
        "invoices.xlsx: column 'total' row 2: '600,88' uses a decimal comma; set the number format in a mapping"
    ]


def test_ids_of_more_digits_than_excel_keeps_are_pointed_out(tmp_path: Path) -> None:
    def number(cells: Any) -> None:
        cells["A5"] = 12345678901234567890

    said = messages(load(reopened(workbook(tmp_path / "in", invoices()), number)))

    assert "invoices.xlsx: column 'invoice_id' holds numbers of more than 15 digits; Excel has lost the last" in said


def test_an_error_cell_sets_its_row_aside(tmp_path: Path) -> None:
    def spoil(cells: Any) -> None:
        cells["I5"] = "#REF!"
        cells["I5"].data_type = "e"

    report = load(reopened(workbook(tmp_path / "in", invoices()), spoil))

    assert (report.files[0].verdict, report.files[0].quarantined) == ("quarantine", 1)
    assert messages(report) == ["invoices.xlsx row 5: total '#REF!' is not a number"]


def test_merged_cells_leave_rows_without_a_customer(tmp_path: Path) -> None:
    report = load(reopened(workbook(tmp_path / "in", invoices()), lambda cells: cells.merge_cells("B4:B6")))

    assert (report.files[0].verdict, report.files[0].quarantined) == ("quarantine", 2)
    assert messages(report) == [
        "invoices.xlsx: cells B4:B6 are merged; only the first of them has a value",
        "invoices.xlsx row 5: customer_id is empty",
        "invoices.xlsx row 6: customer_id is empty",
    ]


def test_a_formula_without_its_value_is_rejected(tmp_path: Path) -> None:
    report = load(reopened(workbook(tmp_path / "in", invoices()), lambda cells: cells.__setitem__("I4", "=G4+H4")))

    assert report.files[0].verdict == "reject"
    assert messages(report) == ["invoices.xlsx row 4: column 'total' holds a formula without its value; open it in Excel and save it"]


def test_a_formula_with_its_value_is_the_value(tmp_path: Path) -> None:
    first = invoices()["total"][0]
    folder = workbook(tmp_path / "in", invoices(), spoil=lambda cells: cells.write_formula("I2", "=G2+H2", None, str(first)))

    assert sums(load(folder)) == (TOTAL, Decimal(0))


def test_numbers_in_a_column_of_text_are_their_digits_with_a_word(tmp_path: Path) -> None:
    report = load(reopened(workbook(tmp_path / "in", invoices()), lambda cells: cells.__setitem__("A4", 3)))

    assert messages(report) == ["invoices.xlsx: column 'invoice_id' holds numbers; read as their digits, without leading zeros"]


def test_a_time_of_the_day_is_no_date(tmp_path: Path) -> None:
    folder = reopened(
        workbook(tmp_path / "in", invoices()), lambda cells: cells.__setitem__("D4", datetime.fromisoformat("2026-01-04T13:30:00"))
    )

    assert messages(load(folder)) == ["invoices.xlsx row 4: issue_date '2026-01-04T13:30:00' is not a date"]


def test_title_rows_are_pointed_out(tmp_path: Path) -> None:
    folder = workbook(tmp_path / "in", invoices(), above=4, spoil=lambda cells: cells.write_string(0, 0, "Invoices of the year"))

    assert messages(load(folder)) == [
        "invoices.xlsx: header not in row 1 (found in row 5): set skip_rows = 4 in a mapping, or remove the rows above it"
    ]


def test_a_mapped_workbook_is_read_from_its_sheet_in_its_marks(tmp_path: Path) -> None:
    folder = workbook(tmp_path / "in", {"No": ["7", "8"], "Who": ["A", "B"], "Day": [date(2026, 4, 3), "04.05.2026"]}, name="book.xlsx")

    def spoil(cells: Any) -> None:
        cells["D1"], cells["D2"], cells["D3"] = "Sum", 12.5, "1.234,50"

    reopened(folder, spoil, name="book.xlsx")
    (tmp_path / "my.toml").write_text(
        '[invoices]\nfile = "book.xlsx"\nsheet = "Sheet1"\ndate = "%d.%m.%Y"\ndecimal = ","\nthousands = "."\n'
        'columns = { invoice_id = "No", customer_id = "Who", issue_date = "Day", total = "Sum" }\nconstants = { currency = "EUR" }\n',
        encoding="utf-8",
    )

    load(folder, mapping=tmp_path / "my.toml")

    with Store.open(tmp_path / "store") as store:
        assert [tuple(row.values()) for row in store.rows("select invoice_id, issue_date, total from invoices order by 1")] == [
            ("7", date(2026, 4, 3), Decimal("12.5000")),
            ("8", date(2026, 5, 4), Decimal("1234.5000")),
        ]


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    folder = workbook(tmp_path / "in", invoices())
    (tmp_path / "my.toml").write_text(
        '[invoices]\nsheet = "Data"\ncolumns = { invoice_id = "a", customer_id = "b", currency = "c", issue_date = "d", total = "e" }\n',
        encoding="utf-8",
    )

    assert messages(load(folder, mapping=tmp_path / "my.toml")) == ["invoices.xlsx has no sheet 'Data'; it has Sheet1"]


def _bomb(folder: Path) -> Path:
    return with_part(folder, "xl/worksheets/sheet1.xml", b"<worksheet>" + b" " * (sheet.UNPACKED_LIMIT + 1) + b"</worksheet>")


def _lying_bomb(folder: Path) -> Path:
    """A part whose size in the directory of the archive is a lie."""
    path = _bomb(folder) / "invoices.xlsx"
    content = path.read_bytes()
    size = (sheet.UNPACKED_LIMIT + 24).to_bytes(4, "little")
    assert content.count(size) >= 1
    path.write_bytes(content.replace(size, (1000).to_bytes(4, "little")))
    return folder


def _entities(folder: Path) -> Path:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    return with_part(folder, "xl/worksheets/sheet1.xml", f"<!DOCTYPE w [{laughs}]><worksheet>&l9;</worksheet>".encode())


def _cut(folder: Path) -> Path:
    path = folder / "invoices.xlsx"
    path.write_bytes(path.read_bytes()[:-200])
    return folder


def _old(folder: Path) -> Path:
    (folder / "invoices.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    return folder


def _csv(folder: Path) -> Path:
    (folder / "invoices.xlsx").write_text("invoice_id,total\nI1,1\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_bomb, "invoices.xlsx unpacks to more than 200 MB"),
        (_lying_bomb, "invoices.xlsx "),
        (_entities, "invoices.xlsx holds a document type, which no workbook has"),
        (_cut, "invoices.xlsx is not a whole Excel workbook"),
        (_old, "invoices.xlsx is in the old .xls format"),
        (_csv, "invoices.xlsx is not an Excel workbook, whatever its name says"),
    ],
    ids=["bomb", "lying bomb", "entities", "cut off", "old format", "no workbook"],
)
def test_a_hostile_workbook_is_rejected(tmp_path: Path, spoil: Callable[[Path], Path], sentence: str) -> None:
    report = load(spoil(workbook(tmp_path / "in", invoices())))

    assert report.refused
    assert messages(report)[0].startswith(sentence)
