"""The page of the month-end pack."""

from __future__ import annotations

from datetime import date

from analytics.store import Store
from tests.pages.conftest import Show

PACK = "share/pack"


def test_a_day_within_a_month_leads_to_the_close_of_the_month_before(show: Show, demo_store: Store) -> None:
    app = show(demo_store, PACK, as_of="2026-05-20")
    close = app.button(key="close_of_month")
    assert close.label == "Close of April"
    app = close.click().run()
    assert app.session_state["as_of"] == date(2026, 4, 30)
    assert "as of 30 Apr 2026" in " ".join(caption.value for caption in app.caption)
    assert "close_of_month" not in [button.key for button in app.button]
