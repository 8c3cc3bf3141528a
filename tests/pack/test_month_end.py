"""The month-end pack: every figure in it is a report's, in every form, and every table adds up to the whole."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import openpyxl
import pytest

from analytics import Scope, Store, aging, debtors, forecast, kpis, movements, overdue, tie_out
from analytics.__main__ import main
from analytics.exports import files
from analytics.exports.document import Column, Document, Row, Sentence, Table
from analytics.exports.writing import written
from analytics.formats import money
from analytics.pack import month_end, trust
from analytics.pack.parts import ROUNDING, tied
from analytics.store.equations import Verdict
from tests.answers import rows
from tests.exports.documents import html_tables, pdf_text, recomputed
from tests.ledger import Ledger

MADE = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
DAY = date(2026, 6, 30)


def pack(store: Store, **asked: object) -> Document:
    options = {name: asked.pop(name) for name in ("top", "days", "with_forecast") if name in asked}
    return month_end(store, Scope(as_of=DAY, **asked), made_at=MADE, **options)


def called(document: Document, title: str) -> Table:
    return next(each for each in document.tables() if each.title.startswith(title))


@pytest.fixture(scope="module")
def in_euros(demo_store: Store) -> Document:
    return pack(demo_store, currency="EUR", top=5)


@pytest.fixture(scope="module")
def summary(demo_store: Store) -> dict[str, Decimal]:
    return kpis.summary(demo_store, Scope(as_of=DAY, currency="EUR")).to_dict("records")[0]


def test_every_cut_of_the_aging_adds_up_to_the_open_receivables(in_euros: Document, summary: dict[str, Decimal]) -> None:
    for title in ("By days past due", "By segment", "By customer"):
        table = called(in_euros, title)
        names = [column.name for column in table.columns]
        assert table.total.values[names.index("Open" if "Open" in names else "Total")] == summary["open"], title


def test_the_buckets_of_customers_add_up_to_those_of_the_aging(demo_store: Store, in_euros: Document) -> None:
    whole = aging.summary(demo_store, Scope(as_of=DAY, currency="EUR")).to_dict("records")[0]
    table = called(in_euros, "By customer")
    assert len(table.rows) == 6
    assert "other customers" in table.rows[-1].values[0]
    sums = dict(zip((column.name for column in table.columns), table.total.values, strict=True))
    assert {name: sums[name] for name in ("Not due", "1-30", "31-60", "61-90", "Over 90")} == {
        name: whole[name] for name in ("Not due", "1-30", "31-60", "61-90", "Over 90")
    }


def test_the_named_customers_and_items_are_the_largest(demo_store: Store, in_euros: Document) -> None:
    scope = Scope(as_of=DAY, currency="EUR")
    largest = debtors.ranked(demo_store, scope, bucket="total", size=5).rows["customer_id"].tolist()
    assert called(in_euros, "By customer").values("Id")[:5] == largest
    page = overdue.page(demo_store, scope, sort="amount", size=5)
    items = called(in_euros, "Overdue")
    assert items.values("Open")[:5] == page.rows["open_amount"].tolist()
    assert items.total.values[5] == page.total_amount["EUR"]
    assert items.title == f"Overdue: the 5 largest of {page.total_items:,} items"


def test_the_movements_lead_from_the_month_end_before_to_the_closing_balance(demo_store: Store, in_euros: Document) -> None:
    row = movements.roll_forward(demo_store, Scope(as_of=DAY, currency="EUR"), start=date(2026, 5, 31)).to_dict("records")[0]
    table = next(each for each in in_euros.tables() if each.columns[0].name == "Movement")
    assert table.rows[0].values == ("Opening, 31 May 2026", row["opening"])
    assert table.total.values == ("Closing, 30 Jun 2026", row["closing"])
    lines = dict(line.values for line in table.rows[1:])
    assert (lines["Invoices"], lines["Receipts"], lines["Credit notes"]) == (row["invoices"], -row["receipts"], -row["credit_notes"])
    assert "Rounding" not in lines


def test_control_accounts_are_compared_with_what_is_owed_to_each_entity(demo_store: Store, in_euros: Document) -> None:
    found = tie_out.accounts(demo_store, Scope(as_of=DAY)).latest()
    wanted = [row for row in rows(found.balances) if row["currency"] == "EUR" and row["balance"] is not None]
    shown = called(in_euros, "Tie-out to the ledger, EUR")
    assert wanted
    assert [(row.values[0], *row.values[2:5], row.values[-1]) for row in shown.rows] == [
        (row["entity"], row["net"], row["balance"], row["difference"], row["unexplained"]) for row in wanted
    ]


def test_a_table_names_what_it_lacks_for_what_it_is() -> None:
    def last_line(whole: str, rest: str = ROUNDING) -> tuple[object, ...]:
        rows = (Row(("a", Decimal("1.00"))), Row(("b", Decimal("2.00"))))
        return tied(Table("t", (Column("who"), Column("Open", "amount", True)), rows, "EUR"), (None, Decimal(whole)), rest).rows[-1].values

    assert last_line("3.00") == ("b", Decimal("2.00"))
    assert last_line("3.02") == ("Rounding", Decimal("0.02"))
    assert last_line("3.03") == ("Unexplained difference", Decimal("0.03"))
    assert last_line("9.00", "4 other items") == ("4 other items", Decimal("6.00"))


def test_the_forecast_is_the_reports_with_its_coverage(demo_store: Store, in_euros: Document) -> None:
    found = forecast.receipts(demo_store, Scope(as_of=DAY, currency="EUR"))
    assert called(in_euros, "Forecast by week").values("Expected") == found.totals["mean"].tolist()
    assert called(in_euros, "Forecast added up").values("High, 80%") == found.cumulative["hi80"].tolist()
    said = [block.text for section in in_euros.sections for block in section.blocks if isinstance(block, Sentence)]
    assert any(f"Replayed at {found.coverage.cutoffs} past days, the 80% interval held" in text for text in said)


def test_paper_and_page_show_the_figures_of_the_reports(in_euros: Document, summary: dict[str, Decimal]) -> None:
    paper, page = pdf_text(files.rendered(in_euros, ".pdf")), files.rendered(in_euros, ".html").decode()
    amounts = [money(summary[name], "EUR") for name in ("open", "overdue", "unapplied", "net")]
    ratios = [written(summary[name], "days") for name in ("dso", "dso_average", "dso_countback_daily", "dso_best_possible", "add")]
    assert [text for text in (*amounts, *ratios) if text not in paper] == []
    assert [text for text in (*amounts, *ratios) if text not in page] == []


def test_every_cell_of_the_document_is_on_paper_and_on_the_page(in_euros: Document) -> None:
    paper = pdf_text(files.rendered(in_euros, ".pdf")).replace(" ", "")
    tables = html_tables(files.rendered(in_euros, ".html"))
    for table, shown in zip(in_euros.tables(), tables, strict=True):
        total = [table.total] if table.total else []
        cells = [
            [written(value, table.kind(row, place), table.currency) for place, value in enumerate(row.values)]
            for row in (*table.rows, *total)
        ]
        assert cells == shown[1:], table.title
        numbers = [cell for row in cells for cell in row if cell.replace(",", "").replace(".", "").lstrip("-").isdigit()]
        assert [number for number in numbers if number not in paper] == [], table.title


def test_the_totals_of_the_workbook_work_out_again(in_euros: Document, summary: dict[str, Decimal]) -> None:
    sums = recomputed(files.rendered(in_euros, ".xlsx"))
    assert all(again == pytest.approx(stored, abs=0.005) for sheet in sums.values() for again, stored in sheet.values())
    for sheet in ("By days past due", "By segment", "By customer"):
        heading = "Open" if sheet == "By days past due" else "Total"
        assert sums[sheet][heading][0] == pytest.approx(float(summary["open"]), abs=0.005)
    assert sums["Movements"]["Amount"][0] == pytest.approx(float(summary["net"]), abs=0.005)


def test_currencies_are_kept_apart_each_in_its_chapter(demo_store: Store) -> None:
    document = pack(demo_store, with_forecast=False)
    codes = kpis.summary(demo_store, Scope(as_of=DAY))["currency"].tolist()
    assert len(codes) > 1
    assert [section.heading for section in document.sections if section.chapter] == [*codes, "Data health"]
    opened = [table.total.values[1] for table in document.tables() if table.title == "By days past due"]
    assert opened == kpis.summary(demo_store, Scope(as_of=DAY))["open"].tolist()
    names = openpyxl.load_workbook(io.BytesIO(files.rendered(document, ".xlsx"))).sheetnames
    assert {f"{code} By customer" for code in codes} <= set(names)


def test_filters_narrow_the_pack_and_are_named_on_it(demo_store: Store) -> None:
    scope = {"currency": "EUR", "where": {"segment": ["Enterprise"]}}
    document = pack(demo_store, with_forecast=False, **scope)
    assert "segment Enterprise, EUR at closing rates" in document.addressed
    whole = kpis.summary(demo_store, Scope(as_of=DAY, **scope))["open"].tolist()[0]
    assert called(document, "By days past due").total.values[1] == whole


@pytest.fixture
def small(ledger: Ledger, tmp_path: Path) -> Iterator[Store]:
    book = (
        ledger.customer("C1", name="شركة النور 日本")
        .invoice("I1", "C1", "100.00", issue="2026-05-01", due="2026-05-31", currency="EUR")
        .invoice("I2", "C1", "900", issue="2026-05-01", due="2026-05-31", currency="JPY")
        .receipt("P1", "C1", "30.00", "2026-06-10", currency="EUR")
        .rate("2026-06-29", "USD", "EUR", "0.9")
    )
    with book.store(tmp_path) as store:
        yield store


def test_what_has_no_rate_is_a_warning_on_the_cover(small: Store) -> None:
    cover = pack(small, currency="EUR").sections[0]
    said = [block.text for block in cover.blocks if isinstance(block, Sentence) and block.warning]
    assert said == ["1 open item of ¥900 without a rate to EUR: in no figure."]


def test_a_book_of_one_invoice_says_how_it_stands(small: Store) -> None:
    cover = pack(small, where={"currency": "EUR"}).sections[0]
    said = " ".join(block.text for block in cover.blocks if isinstance(block, Sentence))
    assert said.startswith(
        "€100.00 is open, of which €100.00 is past due. Net of €30.00 unapplied credit, receivables are €70.00, down €30.00"
    )


@pytest.mark.parametrize("suffix", sorted(files.FORMS))
def test_an_empty_book_is_a_pack_that_says_so(ledger: Ledger, tmp_path: Path, suffix: str) -> None:
    with ledger.store(tmp_path) as store:
        document = pack(store)
        assert any("nothing to report" in block.text for block in document.sections[0].blocks if isinstance(block, Sentence))
        assert files.rendered(document, suffix)


def test_a_failed_equation_is_a_warning_on_the_cover() -> None:
    found = trust.verdict([Verdict("a", "a = b", 0, None), Verdict("c", "c = d", 2, "day 1")])
    assert found.warning
    assert found.text == "1 of 2 equations of the books do not hold: c = d."


def test_the_command_writes_the_pack_and_a_draft_that_brings_it(
    demo_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, draft = tmp_path / "pack.pdf", tmp_path / "pack.eml"
    words = ["report", "--store", str(demo_store.directory), "--as-of", str(DAY), "--currency", "EUR", "--without-forecast"]
    assert main([*words, "--out", str(out), "--email-draft", str(draft)]) == 0
    assert capsys.readouterr().out == ""
    (attached,) = message_from_bytes(draft.read_bytes(), policy=default).iter_attachments()
    assert attached.get_content() == out.read_bytes()
    assert "Receivables at the close of 30 Jun 2026" in pdf_text(out.read_bytes())


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (["--out", "pack.docx"], 2, "pack.docx: a document is written as .pdf, .html, .xlsx"),
        (["--out", "pack.pdf", "--email-draft", "pack.txt"], 2, "an e-mail draft is written as .eml"),
        (["--out", "nowhere/at/all/pack.pdf"], 1, "cannot be written"),
        (["--out", "pack.pdf", "--top", "0"], 2, "at least 1"),
        ([], 2, "--out"),
    ],
)
def test_what_cannot_be_written_is_a_sentence(
    small: Store, words: list[str], status: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        ended = main(["report", "--store", str(small.directory), *words])
    except SystemExit as left:
        ended = left.code
    said = capsys.readouterr()
    assert (ended, said.out) == (status, "")
    assert sentence in said.err


def test_what_is_due_on_the_day_itself_is_open_and_not_overdue(ledger: Ledger, tmp_path: Path) -> None:
    book = (
        ledger.invoice("TODAY", "C1", "500.00", issue="2026-05-31", due="2026-06-30")
        .invoice("LATE", "C1", "100.00", issue="2026-05-30", due="2026-06-29")
        .invoice("EARLY", "C2", "40.00", issue="2026-06-01", due="2026-07-01")
    )
    with book.store(tmp_path) as store:
        made = pack(store, with_forecast=False)
        items = next(section for section in made.sections if section.heading == "Overdue items").blocks[0]
        assert isinstance(items, Table)
        assert (items.values("Document"), items.total.values[5]) == (["LATE"], Decimal("100.00"))
        assert [row.values[:2] for row in called(made, "By days past due").rows[:2]] == [
            ("Not due", Decimal("540.00")),
            ("1-30", Decimal("100.00")),
        ]
