"""The one rule for money, dates and numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from pages.ui import format as write
from pages.ui import outstanding, tables
from tests.ledger import Ledger
from tests.pages.conftest import Show


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1234.5", "EUR", "€1,234.50"),
        ("1234.565", "USD", "$1,234.57"),
        ("-12", "CHF", "-CHF\N{NO-BREAK SPACE}12.00"),
        ("1234.5", "JPY", "¥1,235"),
        ("1.2345", "KWD", "KWD\N{NO-BREAK SPACE}1.235"),
    ],
)
def test_money_has_its_currencys_decimals_half_up(amount: str, currency: str, text: str) -> None:
    assert write.money(Decimal(amount), currency) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("7731234", "€7.73M"),
        ("999499", "€999k"),
        ("999500", "€1.00M"),
        ("364000", "€364k"),
        ("54049", "€54.0k"),
        ("-1680000", "-€1.68M"),
        ("12.4", "€12"),
        ("0", "€0"),
        ("4550000000", "€4.55B"),
    ],
)
def test_a_headline_has_three_digits(amount: str, text: str) -> None:
    assert write.short(Decimal(amount), "EUR") == text


def test_what_is_undefined_is_never_zero() -> None:
    assert {write.money(None, "EUR"), write.short(None, "EUR"), write.percent(None), write.days(None), write.day(None)} == {"n/a"}


def test_shares_days_and_dates_are_written_one_way() -> None:
    assert write.percent(Fraction(411, 1000)) == "41.1%"
    assert write.days(Decimal("56.849")) == "56.8\N{NO-BREAK SPACE}days"
    assert write.day(date(2026, 11, 2)) == "2 Nov 2026"
    assert write.items(1, "item") == "1 item"
    assert write.items(2000, "item") == "2,000 items"


def test_money_numbers_and_dates_follow_the_settings(follow: Callable[..., None]) -> None:
    follow(currency="code", negative="parentheses", numbers="1.234,50", dates="20.11.2026")
    assert write.money(Decimal("-1234.5"), "EUR") == "(EUR\N{NO-BREAK SPACE}1.234,50)"
    assert write.amount(Decimal("-1234.5"), "EUR") == "(1.234,50)"
    assert write.short(Decimal("-1680000"), "EUR") == "(EUR\N{NO-BREAK SPACE}1,68M)"
    assert [write.percent(Fraction(part, 1000)) for part in (411, -6, 0)] == ["41,1%", "(0,6%)", "0,0%"]
    assert write.items(2000) == "2.000 items"
    assert write.day(date(2026, 11, 2)) == "02.11.2026"
    assert write.separators() == ",."


def test_a_negative_amount_has_its_sign_before_its_currency_in_tables_too() -> None:
    assert _texts({"a": [-85.0, 12.5]}, {"a": tables.Column("A", "money")}, "EUR") == {"a": ["-€85.00", "€12.50"]}


def test_a_table_is_written_again_wherever_it_would_read_otherwise(follow: Callable[..., None]) -> None:
    amount, days = {"a": tables.Column("A", "money")}, {"a": tables.Column("A", "days")}
    assert _texts({"a": [1234.5, None]}, amount, "EUR") == {"a": ["€1,234.50", ""]}
    assert _texts({"a": [1234.5, None]}, amount, "USD") == {"a": ["$1,234.50", ""]}
    assert _texts({"a": [1234.5, 0.5]}, amount, "USD") == {"a": ["$1,234.50", "$0.50"]}
    assert _texts({"a": [12, 0]}, days, None) == {"a": ["12\N{NO-BREAK SPACE}d", "due today"]}
    assert _texts({"a": [12, 0]}, {"a": tables.Column("A", "count")}, None) == {"a": ["12", "0"]}
    follow(numbers="1.234,50")
    assert _texts({"a": [1234.5, None]}, amount, "EUR") == {"a": ["€1.234,50", ""]}


def test_a_table_that_reads_the_same_is_written_once() -> None:
    twice = [tables._styled({"a": [12.5]}, {"a": tables.Column("A", "money")}, "EUR").message for _ in range(2)]
    assert twice[0] is twice[1]


def test_a_share_with_a_decimal_comma_is_a_number_beside_its_bar(follow: Callable[..., None]) -> None:
    frame, columns = pd.DataFrame({"share": [Decimal("0.411"), None]}), {"share": tables.Column("Share", "share")}
    assert list(tables._with_bars_apart(frame, columns)[1]) == ["share"]
    follow(numbers="1.234,50")
    apart, shown = tables._with_bars_apart(frame, columns)
    assert [(name, column.kind) for name, column in shown.items()] == [("share", "percent"), ("share_bar", "share")]
    values = {name: tables._values(apart, name, column.kind, None) for name, column in shown.items()}
    assert _texts(values, shown, None)["share"] == ["41,1%", ""]
    assert tables._config(shown["share_bar"], None, values["share_bar"])["type_config"]["format"] == " "


def test_what_is_not_late_says_when_it_is_due() -> None:
    assert [write.late(days) for days in (1200, 0, -12)] == ["1,200\N{NO-BREAK SPACE}d", "due today", "due in 12\N{NO-BREAK SPACE}d"]


def test_no_line_break_parts_a_number_from_its_unit_or_its_own_digits(follow: Callable[..., None]) -> None:
    follow(currency="code", numbers="1 234,50")
    amount, days = Decimal("1234567.5"), Decimal("1234.5")
    written = [write.money(amount, "EUR"), write.short(amount, "EUR"), write.count(1234), write.days(days), write.size(12_600_000)]
    written += [write.late(1200), write.measure(days, 2, " x"), write.change(days, 1, " d"), outstanding.written(days, "times")]
    assert {text: text.split(" ") for text in written} == {text: [text] for text in written}
    assert write.money(amount, "EUR").split() == ["EUR", "1", "234", "567,50"]


def test_a_change_has_its_sign_whatever_the_settings_say_of_negatives(follow: Callable[..., None]) -> None:
    follow(negative="parentheses", numbers="1.234,50")
    assert [write.change(Fraction(part, 10), 1, "%") for part in (-65, 22, 0)] == ["-6,5%", "+2,2%", "+0,0%"]


def test_the_settings_beside_the_books_are_those_of_the_pages(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    with ledger.invoice("I1", "C1", "100.00", issue="2026-01-10").store(tmp_path) as store:
        (store.directory / "settings.toml").write_text('currency = "code"', encoding="utf-8")
        app = show(store)
        assert next(metric.value for metric in app.metric if metric.label == "Open receivables") == "USD\N{NO-BREAK SPACE}100"
        (store.directory / "settings.toml").write_text('currency = "shells"', encoding="utf-8")
        assert "currency is 'shells'" in show(store).error[0].value.replace("\\", "")
        (store.directory / "settings.toml").unlink()
        assert next(metric.value for metric in show(store).metric if metric.label == "Open receivables") == "$100"


@pytest.mark.parametrize("text", ["Acme * Sons", "**2** <b>", "a\\b", "$1 ~ 2 [x](y)"])
def test_what_is_made_harmless_for_markdown_reads_as_it_was(text: str) -> None:
    assert write.bare(f"**Customer.** {write.plain(text)}") == f"Customer. {text}"


def _texts(values: Mapping[str, list[Any]], columns: Mapping[str, tables.Column], currency: str | None) -> dict[str, list[str]]:
    """What a browser is told to write in the cells of a table."""
    message = tables._styled(values, columns, currency).message
    texts: dict[str, list[str]] = pa.ipc.open_stream(message.styler.display_values).read_all().to_pydict()
    return texts


def test_the_header_of_numbers_begins_from_the_right_as_they_do_and_a_verdict_has_its_colour() -> None:
    amount, word, verdict = (tables._config(tables.Column("Open", kind), "EUR", []) for kind in ("money", "text", "verdict"))
    assert amount["label"] == tables.TO_THE_RIGHT + "Open"
    assert word["label"] == "Open"
    colours = {each["value"]: each["color"] for each in verdict["type_config"]["options"]}
    assert colours == tables.VERDICTS
