"""Documents as PDF, HTML and workbooks: the same cells in each, typed, totalled, and whole whatever a name is written in."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from email import message_from_bytes
from email.policy import default
from itertools import pairwise

import openpyxl
import pandas as pd
import pypdf
import pytest

from analytics.errors import UsageError
from analytics.exports import Stamp, files, lettering, to_csv, to_xlsx
from analytics.exports.document import Chart, Column, Document, Figure, Figures, Row, Section, Sentence, Table
from analytics.exports.drawing import HEIGHT, WIDTH, shapes
from analytics.exports.shapes import Box, Label, Path
from analytics.exports.writing import written
from analytics.formats import brief
from analytics.scope import Scope
from tests.exports.documents import html_addresses, html_tables, pdf_text, recomputed, sheet_rows

STAMP = Stamp("Pack", Scope(as_of=date(2026, 6, 30)), "by due date", 4, datetime(2026, 7, 1, 8, 30, tzinfo=UTC))
COLUMNS = (Column("Customer", "name"), Column("Due", "date"), Column("Open", "amount", summed=True), Column("Share", "percent"))
EVERY_FORM = sorted(files.FORMS)


def table(*names: str, amount: str = "1234.50", currency: str = "EUR") -> Table:
    rows = tuple(Row((name, date(2026, 6, 30), Decimal(amount), Decimal("0.25"))) for name in names)
    return Table("Open items", COLUMNS, rows, currency, "Total")


def document(*tables: Table, addressed: tuple[str, ...] = ("For Acme",)) -> Document:
    blocks = [block for each in tables for block in (Chart("stacked", "A picture", each, "Customer", ("Open",)), each)]
    cover = Figures("EUR", (Figure("Owed", Decimal("-5.5"), "amount", "since May"), Figure("DSO", None, "days")))
    return Document("Pack", addressed, (Section("Cover", (cover, Sentence("All is well."))), Section("Items", tuple(blocks))), STAMP)


def shown(content: bytes, suffix: str) -> str:
    """Everything a reader sees of the cells."""
    if suffix == ".pdf":
        return pdf_text(content)
    if suffix == ".html":
        return " ".join(cell for each in html_tables(content) for row in each for cell in row)
    return " ".join(str(cell) for row in sheet_rows(content, "Open items") for cell in row)


def test_paper_and_page_write_the_same_cells() -> None:
    made = document(table("Acme", "Borg"))
    cells = ["Acme", "30 Jun 2026", "1,234.50", "25.0%", "Total", "2,469.00", "-€5.50", "n/a", "All is well."]
    for suffix in (".pdf", ".html"):
        text = files.rendered(made, suffix).decode("utf-8", "ignore") if suffix == ".html" else pdf_text(files.rendered(made, suffix))
        assert [cell for cell in cells if cell not in text] == [], suffix


def test_a_workbook_has_types_formulas_a_frozen_header_and_a_chart() -> None:
    content = files.rendered(document(table("Acme", "Borg")), ".xlsx")
    assert sheet_rows(content, "Open items")[1] == ["Acme", datetime.fromisoformat("2026-06-30"), 1234.5, 0.25]
    assert recomputed(content) == {"Open items": {"Open": (2469.0, 2469.0)}}
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Open items"]
    assert (sheet.freeze_panes, sheet["C5"].number_format, sheet["D5"].number_format) == ("B5", "#,##0.00", "0.0%")
    assert len(sheet._charts) == 1


@pytest.mark.parametrize(
    ("currency", "amount", "text"), [("JPY", "1500", "1,500"), ("KWD", "1.2345", "1.235"), ("CLF", "1.2345", "1.2345")]
)
def test_amounts_have_the_decimals_of_their_currency(currency: str, amount: str, text: str) -> None:
    made = document(table("Acme", amount=amount, currency=currency))
    for suffix in (".pdf", ".html"):
        assert f" {text} " in shown(files.rendered(made, suffix), suffix)
    book = openpyxl.load_workbook(io.BytesIO(files.rendered(made, ".xlsx")))
    assert book["Open items"]["C5"].number_format.partition(".")[2] == text.partition(".")[2].translate(
        str.maketrans("123456789", "000000000")
    )


def test_a_number_beyond_a_spreadsheets_digits_is_text_and_so_is_its_total() -> None:
    rows = sheet_rows(files.rendered(document(table("Acme", amount="12345678901234.5678", currency="CLF")), ".xlsx"), "Open items")
    assert [row[2] for row in rows] == ["Open", "12345678901234.5678", "12345678901234.5678"]


@pytest.mark.parametrize("suffix", EVERY_FORM)
@pytest.mark.parametrize(
    "name",
    ["", "x" * 400, "word " * 80, "a\u0000b\u200bc", "<b>&amp;</b>", "=1+1", "שלום בע״מ 12", "شركة النور", "日本商事", "👩‍👩‍👧 & Söhne"],
)
def test_no_name_breaks_a_document(suffix: str, name: str) -> None:
    made = document(table(name or "Acme", "Borg"), addressed=(name,))
    assert "Borg" in shown(files.rendered(made, suffix), suffix)


@pytest.mark.parametrize("name", ["Łódź Ἑλλάς Газпром €", "شركة النور", "שלום בע״מ", "日本商事", "<b>&</b>"])
def test_pages_and_workbooks_keep_every_letter(name: str) -> None:
    for suffix in (".html", ".xlsx"):
        assert name in shown(files.rendered(document(table(name)), suffix), suffix)


def test_hebrew_and_arabic_are_drawn_as_they_are_read() -> None:
    assert "".join(letters for _, letters in lettering.runs("אבג 12")) == "12 גבא"
    assert not lettering.missing("شركة النور")
    assert [face for face, _ in lettering.runs("Łódź €")] == [lettering.REGULAR]


def test_a_pdf_says_where_it_lacks_letters_and_draws_no_other_in_their_place() -> None:
    lacking, whole = (pdf_text(files.rendered(document(table(name)), ".pdf")) for name in ("日本商事", "Łódź Газпром"))
    assert "□□□□" in lacking
    assert "1 text in this document has letters that its typefaces do not hold" in lacking
    assert "typefaces" not in whole
    assert "Газпром" in whole


def test_a_pdf_embeds_its_typefaces() -> None:
    reader = pypdf.PdfReader(io.BytesIO(files.rendered(document(table("Газпром")), ".pdf")))
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    used = [font for font in fonts if "+" in font["/BaseFont"]]
    assert {font["/BaseFont"].partition("+")[2] for font in used} >= {"Inter-Regular", "Inter-SemiBold", "DejaVuSans"}
    assert all("/FontFile2" in font["/FontDescriptor"] for font in used)


def test_a_page_names_no_other_host() -> None:
    content = files.rendered(document(table("Acme"), addressed=("http://evil.example <img src=//x.example>",)), ".html")
    assert [address for address in html_addresses(content) if not address.startswith(("data:", "//evil.example", "//x.example"))] == []
    assert b"<img" not in content
    assert b"default-src 'none'" in content


def test_the_stamp_is_in_every_form() -> None:
    made = document(table("Acme"))
    for text in ("2026-06-30", "2026-07-01 08:30:00", "none: the whole book", "each in its own currency"):
        assert text in pdf_text(files.rendered(made, ".pdf"))
        assert text in files.rendered(made, ".html").decode()
        contents = openpyxl.load_workbook(io.BytesIO(files.rendered(made, ".xlsx")))["Contents"]
        assert any(text in str(cell.value) for row in contents.iter_rows() for cell in row)


@pytest.mark.parametrize("suffix", [".pdf", ".html"])
def test_the_same_document_gives_the_same_bytes(suffix: str) -> None:
    assert files.rendered(document(table("Acme")), suffix) == files.rendered(document(table("Acme")), suffix)


def test_a_table_without_rows_is_a_table() -> None:
    for suffix in EVERY_FORM:
        assert "Open" in shown(files.rendered(document(table()), suffix), suffix)


def test_a_long_table_goes_on_over_pages_under_its_header() -> None:
    reader = pypdf.PdfReader(io.BytesIO(files.rendered(document(table(*(f"C{number}" for number in range(200)))), ".pdf")))
    assert len(reader.pages) > 3
    assert all("Customer" in page.extract_text() for page in reader.pages[1:])


@pytest.mark.parametrize("shape", ["stacked", "ages", "bridge"])
def test_bars_of_a_chart_are_as_high_as_their_amounts(shape: str) -> None:
    rows = tuple(Row((name, Decimal(amount))) for name, amount in (("a", "100"), ("b", "-50"), ("c", "25")))
    book = Table("t", (Column("n"), Column("v", "amount", summed=True)), rows, "EUR", "end")
    bars = [shape for shape in shapes(Chart(shape, "t", book, "n", ("v",))) if isinstance(shape, Box) and shape.height != 6]
    heights = [bar.height / bars[0].height for bar in bars]
    assert heights == pytest.approx([1, 0.5, 0.25, 0.75] if shape == "bridge" else [1, 0.5, 0.25])


@pytest.mark.parametrize("amounts", [["0"], ["1e12", "-3"], ["-0.0005"], ["7"] * 60])
@pytest.mark.parametrize("shape", ["stacked", "ages", "line", "bridge"])
def test_every_shape_lies_on_the_sheet(shape: str, amounts: list[str]) -> None:
    rows = tuple(Row((str(place), Decimal(amount))) for place, amount in enumerate(amounts))
    book = Table("t", (Column("n"), Column("v", "amount", summed=True)), rows, "EUR", "end")
    for drawn in shapes(Chart(shape, "t", book, "n", ("v",))):
        points = drawn.points if isinstance(drawn, Path) else [(drawn.x, drawn.y)]
        assert all(-0.1 <= x <= WIDTH + 0.1 and -0.1 <= y <= HEIGHT + 0.1 for x, y in points)
        assert not isinstance(drawn, Label) or drawn.text != "nan"


def test_a_draft_brings_the_file_and_no_receiver() -> None:
    content = files.rendered(document(table("Acme")), ".pdf")
    message = message_from_bytes(files.email(document(table("Acme")), "pack.pdf", content), policy=default)
    (attached,) = message.iter_attachments()
    assert (message["Subject"], message["X-Unsent"], message["To"]) == ("Pack, 2026-06-30", "1", None)
    assert (attached.get_filename(), attached.get_content_type(), attached.get_content()) == ("pack.pdf", "application/pdf", content)
    assert "All is well." in message.get_body().get_content()


@pytest.mark.parametrize("name", ["pack", "pack.doc", "pack.eml"])
def test_a_file_of_another_suffix_is_a_sentence(name: str) -> None:
    with pytest.raises(UsageError, match="written as"):
        files.form(files.Path(name))


def test_numbers_are_written_by_one_rule() -> None:
    assert written(Decimal("-1234.005"), "amount", "EUR") == "-1,234.01"
    assert [written(None, kind) for kind in ("amount", "days", "text", "date")] == ["n/a", "n/a", "", ""]
    assert [brief(Decimal(number)) for number in ("0", "7.25", "999", "999999", "1234567", "-45000", "100000")] == [
        "0",
        "7.3",
        "999",
        "1M",
        "1.23M",
        "-45k",
        "100k",
    ]


def test_a_unit_stays_on_the_line_of_its_number_on_paper() -> None:
    assert lettering.runs("due in 1,200\N{NO-BREAK SPACE}d") == [(lettering.REGULAR, "due in 1,200\N{NO-BREAK SPACE}d")]


def wide_table(names: int, *, rows: int = 1, amount: str = "1234567.10") -> Table:
    columns = (Column("Customer", "name"), *(Column(f"{place + 1} days", "amount", summed=True) for place in range(names)))
    return Table("Ages", columns, tuple(Row((f"C{row}", *[Decimal(amount)] * names)) for row in range(rows)), "EUR", "Total")


def listed(*tables: Table) -> Document:
    return Document("Pack", (), (Section("Cover", (Sentence("All is well."),)), Section("Items", tables)), STAMP)


def letters(content: bytes) -> list[tuple[int, str, float, float]]:
    """What a PDF draws: the page, the text, where it ends, and how large its letters are."""
    found: list[tuple[int, str, float, float]] = []
    for number, page in enumerate(pypdf.PdfReader(io.BytesIO(content)).pages):

        def seen(text: str, _: list[float], at: list[float], font: dict[str, str], size: float, number: int = number) -> None:
            if said := text.strip():
                face = lettering.BOLD if "SemiBold" in font["/BaseFont"] else lettering.REGULAR
                found.append((number, said, at[4] + lettering.width(said, size, face), size * abs(at[3])))

        page.extract_text(visitor_text=seen)
    return found


def lies(content: bytes) -> list[bool]:
    return [page.mediabox.width > page.mediabox.height for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def test_a_wide_table_lies_on_its_side_rather_than_to_be_small() -> None:
    content = files.rendered(listed(wide_table(10)), ".pdf")
    assert lies(content) == [False, True]
    assert lies(files.rendered(listed(wide_table(6)), ".pdf")) == [False]
    assert min(size for *_, size in letters(content)) >= 7


def test_a_table_too_wide_for_any_page_comes_in_even_parts_each_with_its_first_column() -> None:
    said = [text for _, text, *_ in letters(files.rendered(listed(wide_table(26)), ".pdf"))]
    places = [said.index(f"{place} days") for place in range(1, 27)]
    parts = [sum(start < place < end for place in places) for start, end in pairwise([*_all(said, "Customer"), len(said)])]
    assert parts == [8, 9, 9]
    assert said.count("Total") == 3


def _all(said: list[str], text: str) -> list[int]:
    return [place for place, each in enumerate(said) if each == text]


def test_digits_stand_under_digits_where_negative_amounts_have_parentheses(follow: Callable[..., None]) -> None:
    follow(negative="parentheses")
    rows = tuple(Row((name, Decimal(amount))) for name, amount in (("Acme", "-1234.50"), ("Borg", "1234.50")))
    made = listed(Table("", (Column("Customer", "name"), Column("Open", "amount")), rows, "EUR"))
    ends = {text: (end, size) for _, text, end, size in letters(files.rendered(made, ".pdf"))}
    hanging = lettering.width(")", ends["1,234.50"][1])
    assert ends["(1,234.50)"][0] - hanging == pytest.approx(ends["1,234.50"][0], abs=0.05)
    assert '<td class="number hanging">(1,234.50)</td>' in files.rendered(made, ".html").decode()


def test_a_table_begins_where_there_is_room_and_its_total_does_not_stand_alone() -> None:
    for before in range(20, 44):
        above = replace(table(*(f"B{number}" for number in range(before))), title="Above")
        said = letters(files.rendered(listed(above, wide_table(3, rows=14)), ".pdf"))
        on = {text: page for page, text, *_ in said if text in ("Ages", "C0", "C1", "C12", "C13", "Total")}
        assert on["Ages"] == on["C0"] == on["C1"], before
        assert on["C12"] == on["C13"] == on["Total"], before


def test_every_form_follows_the_settings(follow: Callable[..., None]) -> None:
    follow(currency="code", negative="parentheses", numbers="1.234,50", dates="20/11/2026")
    figures = Figures("EUR", (Figure("Open", Decimal("-1234.5"), "amount"),))
    made = Document("Pack", (), (Section("Open items", (figures, table("Acme", amount="-1234.50"))),), STAMP)
    for suffix, read in ((".pdf", pdf_text), (".html", bytes.decode)):
        said = " ".join(read(files.rendered(made, suffix)).split())
        for text in ("(EUR 1.234,50)", "(1.234,50)", "30/06/2026", "25,0%"):
            assert text in said, (suffix, text)
    sheet = openpyxl.load_workbook(io.BytesIO(files.rendered(made, ".xlsx")))["Open items"]
    assert [sheet[cell].number_format for cell in ("B5", "C5")] == ["dd\\/mm\\/yyyy", "#,##0.00_);(#,##0.00)"]
    assert [sheet[cell].value for cell in ("B5", "C5")] == [datetime(2026, 6, 30), -1234.5]  # noqa: DTZ001 - a cell has no zone


def test_a_table_of_figures_follows_the_settings_as_a_workbook_and_never_as_text(follow: Callable[..., None]) -> None:
    follow(negative="parentheses", numbers="1.234,50", dates="20.11.2026")
    frame = pd.DataFrame({"day": [date(2026, 6, 30)], "amount": [Decimal("-1234.5")]})
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(frame)))["Data"]
    assert [sheet[cell].number_format for cell in ("A2", "B2")] == ["dd.mm.yyyy", "#,##0.00_);(#,##0.00)"]
    assert to_csv(frame).decode().splitlines()[1] == "2026-06-30,-1234.5"
