"""Files: exact, typed, stamped, and harmless to open."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics.exports import SheetChart, Stamp, cells, filters_in_words, to_csv, to_parquet, to_xlsx, view_in_words, workbook
from analytics.scope import Scope

STAMP = Stamp(
    "Aging, by customer",
    Scope(as_of=date(2026, 6, 30), currency="EUR", where={"region": ["North", None], "disputed": False}),
    "open amounts by due date",
    4,
    datetime(2026, 7, 1, 8, 30, tzinfo=UTC),
)


def frame(**columns: pa.Array) -> pd.DataFrame:
    return pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype)


def money(*amounts: str | None) -> pa.Array:
    return pa.array([None if amount is None else Decimal(amount) for amount in amounts], pa.decimal128(38, 4))


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"))))


def sheet_of(content: bytes, name: str = "Data") -> list[list[object]]:
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(content))[name].rows]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-5 units", "@sum", "\tx", "\rx"])
class TestTextThatASpreadsheetWouldRun:
    def test_is_plain_text_in_csv(self, text: str) -> None:
        assert rows_of(to_csv(frame(name=pa.array([text]))))[1] == [f"'{text}"]

    def test_is_plain_text_in_a_workbook(self, text: str) -> None:
        assert str(sheet_of(to_xlsx(frame(name=pa.array([text]))))[1][0]).startswith("'")

    def test_is_plain_text_as_a_heading(self, text: str) -> None:
        assert rows_of(to_csv(frame(**{text: pa.array(["x"])})))[0] == [f"'{text}"]


def test_negative_amounts_stay_numbers() -> None:
    table = frame(amount=money("-7.25"))
    assert rows_of(to_csv(table))[1] == ["-7.2500"]
    assert sheet_of(to_xlsx(table))[1] == [-7.25]


def test_amounts_keep_every_digit_in_csv() -> None:
    assert rows_of(to_csv(frame(amount=money("1234567890123456789012345678901234.5678"))))[1] == ["1234567890123456789012345678901234.5678"]


def test_a_number_beyond_a_spreadsheets_digits_is_text_with_all_of_them() -> None:
    amounts = frame(amount=money("123456789012345", "12345678901234.5678"))
    assert [row[0] for row in sheet_of(to_xlsx(amounts))[1:]] == [123456789012345, "12345678901234.5678"]


def test_cells_have_their_types_and_the_header_stays_in_sight() -> None:
    table = frame(id=pa.array(["0003"]), day=pa.array([date(2026, 6, 30)]), amount=money("1234.50"), items=pa.array([3]), none=money(None))
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(table)))
    assert [cell.value for cell in book["Data"][2]] == ["0003", datetime.fromisoformat("2026-06-30"), 1234.5, 3, None]
    assert book["Data"]["C2"].number_format == "#,##0.00"
    assert book["Data"].freeze_panes == "A2"


def test_a_workbook_says_where_its_figures_come_from() -> None:
    said = {row[0]: row[1] for row in sheet_of(to_xlsx(frame(amount=money("1")), STAMP), "Stamp")}
    assert said == {
        "Title": "Aging, by customer",
        "As of": "2026-06-30",
        "Filters": "not disputed, region empty or North",
        "Currency view": "EUR at closing rates",
        "Method": "open amounts by due date",
        "Generation": "4",
        "Exported at": "2026-07-01 08:30:00+00:00",
    }


def test_every_row_of_a_csv_carries_the_stamp_after_the_data() -> None:
    heading, *rows = rows_of(to_csv(frame(amount=money("1", "2")), STAMP))
    assert heading[:3] == ["amount", "stamp: title", "stamp: as of"]
    assert {tuple(row[1:3]) for row in rows} == {("Aging, by customer", "2026-06-30")}


def test_a_workbook_may_bring_a_native_chart() -> None:
    table = frame(bucket=pa.array(["1-30", "31-60"]), amount=money("5", "7"))
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(table, STAMP, SheetChart("column", "bucket", ("amount",)))))
    assert len(book["Chart"]._charts) == 1


def test_an_empty_frame_is_a_file_with_a_header() -> None:
    empty = frame(amount=money())
    assert rows_of(to_csv(empty)) == [["amount"]]
    assert sheet_of(to_xlsx(empty, STAMP, SheetChart("line", "amount", ("amount",)))) == [["amount"]]


def test_a_files_name_says_what_when_and_of_which_state() -> None:
    assert STAMP.file_name("csv") == "aging-by-customer_2026-06-30_EUR_generation-4.csv"


def test_the_currency_view_and_the_filters_are_written_in_words() -> None:
    assert view_in_words(Scope()) == "each in its own currency"
    assert view_in_words(Scope(currency="USD", fx="document")) == "USD at document-date rates"
    assert view_in_words(Scope(currency="USD", fx=date(2026, 1, 2))) == "USD at the rates of 2026-01-02"
    assert filters_in_words(Scope(where={"customer": ["C1"]}, with_children=True)) == "customer C1 with its group"


def test_parquet_keeps_types_and_carries_the_stamp_as_metadata() -> None:
    table = frame(day=pa.array([date(2026, 6, 30)]), amount=money("1234.5678"), items=pa.array([3]), name=pa.array(["=1+1"]))
    read = pq.read_table(io.BytesIO(to_parquet(table, STAMP)))
    assert read.to_pylist() == [{"day": date(2026, 6, 30), "amount": Decimal("1234.5678"), "items": 3, "name": "=1+1"}]
    assert (read.schema.metadata[b"as of"], read.schema.metadata[b"generation"]) == (b"2026-06-30", b"4")


def test_rows_beyond_a_sheet_go_on_in_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 2)
    content = to_xlsx(frame(item=pa.array(["a", "b", "c", "d", "e"])))
    assert [[row[0] for row in sheet_of(content, name)] for name in ("Data", "Data 2", "Data 3")] == [
        ["item", "a", "b"],
        ["item", "c", "d"],
        ["item", "e"],
    ]


@pytest.mark.parametrize("write", [to_csv, to_xlsx])
def test_a_file_says_how_far_it_is_until_it_is_whole(write: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "BATCH", 2)
    monkeypatch.setattr(workbook, "MOST_ROWS", 4)
    heard: list[float] = []
    table = frame(item=pa.array(list("abcdefgh")))
    assert write(table, progress=heard.append)
    assert heard == pytest.approx([0.25, 0.5, 0.75, 1.0])


def test_rows_written_in_batches_are_the_rows_written_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    table = frame(item=pa.array(list("abcde")), amount=money("1", "2.5", None, "-4.125", "5"))
    at_once = to_csv(table), rows_in(to_xlsx(table))
    monkeypatch.setattr(cells, "BATCH", 2)
    assert (to_csv(table), rows_in(to_xlsx(table))) == at_once
    assert len(at_once[1]) == 6


def rows_in(content: bytes) -> list[tuple[object, ...]]:
    """The cells of the data sheet with how they are shown."""
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Data"]
    return [tuple((cell.value, cell.number_format) for cell in row) for row in sheet.iter_rows()]
