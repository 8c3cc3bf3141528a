"""The one rule for money, dates and numbers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from pages.ui import format as write


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1234.5", "EUR", "€1,234.50"),
        ("1234.565", "USD", "$1,234.57"),
        ("-12", "CHF", "-CHF 12.00"),
        ("1234.5", "JPY", "¥1,235"),
        ("1.2345", "KWD", "KWD 1.235"),
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
    assert write.days(Decimal("56.849")) == "56.8 days"
    assert write.day(date(2026, 11, 2)) == "2 Nov 2026"
    assert write.items(1, "item") == "1 item"
    assert write.items(2000, "item") == "2,000 items"
