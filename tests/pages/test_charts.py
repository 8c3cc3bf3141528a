"""Charts: what is drawn is neither more nor less than the figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pages.ui import charts


def test_lines_of_days_start_at_nought() -> None:
    """A cut axis would make much of a day or two."""
    figure = charts.lines([date(2026, 5, 31), date(2026, 6, 30)], {"DSO": [Decimal("54.1"), Decimal("55.3")]})
    assert figure.layout.yaxis.rangemode == "tozero"


def test_the_steps_of_a_waterfall_are_named_in_two_lines_and_no_amount_is_too_small_to_read() -> None:
    names = ["Close of 31 Aug 2026", "Receipts", "Exchange rates", "24 Nov 2026"]
    figure = charts.waterfall(names, [Decimal(5), Decimal(-2), Decimal(1), Decimal(4)], charts.DAYS)
    assert list(figure.layout.xaxis.ticktext) == ["Close<br>of 31 Aug 2026", "Receipts", "Exchange<br>rates", "24 Nov<br>2026"]
    assert list(figure.data[0].x) == list(figure.layout.xaxis.tickvals) == names
    assert figure.layout.uniformtext.minsize >= 10


def test_names_under_bars_stand_upright_where_they_would_overprint() -> None:
    months = [f"Jan {year}" for year in range(10, 22)]
    figure = charts.bars(months, {"Open": [Decimal(1)] * 12}, charts.COUNTS, stack=True)
    assert figure.layout.xaxis.tickangle is None  # 0 would hold them level whatever the room


def test_a_single_day_is_drawn_as_a_dot_since_it_has_no_line() -> None:
    assert charts.lines([date(2026, 6, 30)], {"DSO": [Decimal("55.3")]}).data[0].mode == "markers"
    assert charts.lines([date(2026, 5, 31), date(2026, 6, 30)], {"DSO": [Decimal(54), Decimal(55)]}).data[0].mode == "lines"
