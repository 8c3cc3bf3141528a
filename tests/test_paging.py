"""Pages of lists: no page is larger than allowed, and without a size a list is whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from analytics import Scope, debtors, health, overdue
from analytics.errors import UsageError
from analytics.store import paging
from tests.ledger import Ledger

SCOPE = Scope(as_of=date(2026, 6, 30))


def test_a_list_without_a_size_is_whole(ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "LARGEST_PAGE", 2)
    book = ledger
    for number in range(5):
        book = book.invoice(f"I{number}", f"C{number}", "10.00", issue="2026-05-01", due="2026-05-31")
        book = book.receipt(f"P{number}", f"C{number}", "1.00", "2026-06-01")
    with book.store(tmp_path) as store:
        assert len(overdue.page(store, SCOPE, size=None).rows) == 5
        assert len(debtors.ranked(store, SCOPE, size=None).rows) == 5
        assert len(health.unapplied(store, SCOPE, size=None).rows) == 5
        assert len(overdue.page(store, SCOPE, page=3, size=2).rows) == 1
        with pytest.raises(UsageError, match="page 1 of size 3: pages count from 1, and hold 1 to 2 rows"):
            overdue.page(store, SCOPE, size=3)
