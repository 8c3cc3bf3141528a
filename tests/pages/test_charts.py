"""Charts: what is drawn is neither more nor less than the figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pages.ui import charts


def test_lines_of_days_start_at_nought() -> None:
    """A cut axis would make much of a day or two."""
    figure = charts.lines([date(2026, 5, 31), date(2026, 6, 30)], {"DSO": [Decimal("54.1"), Decimal("55.3")]})
    assert figure.layout.yaxis.rangemode == "tozero"
