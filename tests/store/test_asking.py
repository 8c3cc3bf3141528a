"""Several questions at once: each gets its own answer."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from analytics.errors import UsageError
from analytics.store import Store
from tests.ledger import ledger

FIRST = date(2026, 1, 1)
BOOK = ledger().customer("C1").invoice("I1", "C1", "100.00", issue="2026-01-10", due="2026-02-09")


def _issued_by(store: Store, day: date) -> list[dict[str, Any]]:
    return store.rows("select $day::date as day, count(*)::integer as documents from documents where issue_date <= $day", {"day": day})


def test_questions_asked_together_are_answered_in_their_order() -> None:
    days = [FIRST + timedelta(days=later) for later in range(20)]
    store = BOOK.direct_store()
    answers = store.together(*(partial(_issued_by, store, day) for day in days))
    assert answers == [[{"day": day, "documents": 0 if day < date(2026, 1, 10) else 1}] for day in days]


def test_a_refusal_of_one_of_them_is_raised() -> None:
    store = BOOK.direct_store()

    def refuse() -> None:
        raise UsageError("no such day")

    with pytest.raises(UsageError, match="no such day"):
        store.together(partial(_issued_by, store, FIRST), refuse)
