"""Of random books, at random days and scopes: never more than is open, never below zero, and the parts are the whole."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics import aging, forecast
from analytics.errors import Refused
from analytics.scope import Scope
from tests.answers import rows
from tests.ledger import Ledger
from tests.properties.books import DECIMALS, NAMES, books, groupings, scopes

unhurried = settings(max_examples=10, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))


@unhurried
@given(books(), scopes(), groupings, st.sampled_from(("week", "day", "month")), st.sampled_from((7, 30, 91, 200)))
def test_a_forecast_is_between_nothing_and_what_is_open(book: Ledger, scope: Scope, by: tuple[str, ...], every: str, horizon: int) -> None:
    with book.direct_store() as store:
        try:
            found = forecast.receipts(store, scope, horizon, every, by)
        except Refused as sentence:
            assert "too large to forecast" in str(sentence)  # noqa: PT017 - one of two right answers
            assert any(row["total"] > 900 * 10**12 for row in rows(aging.summary(store, scope, by=("invoice",))))
            return
        whole = forecast.receipts(store, scope, horizon, every)
        aged = rows(aging.summary(store, scope, by=("invoice", "installment")))
    invoices, periods = rows(found.invoices), rows(found.periods)
    owed = sorted((row["currency"], row["invoice_id"], row["open_amount"]) for row in invoices if row["open_amount"])
    assert owed == sorted((row["currency"], row["invoice"], row["total"]) for row in aged if row["total"] > 0)
    for currency in {row["currency"] for row in invoices}:
        opened = [row["mean"] for row in periods if row["currency"] == currency and row["source"] == "open"]
        assert 0 <= sum(opened) <= sum(row["open_amount"] for row in invoices if row["currency"] == currency)
        mean = sum(row["mean"] for row in periods if row["currency"] == currency)
        assert mean == sum(row["mean"] for row in rows(whole.periods) if row["currency"] == currency)
    for row in periods:
        assert Decimal(0) <= row["lo90"] <= row["lo80"] <= row["p50"] <= row["hi80"] <= row["hi90"]
        assert row["lo80"] <= row["mean"] <= row["hi80"]
        assert scope.day < row["start"] <= row["end"]
    for row in rows(whole.periods):
        behind = [each for each in rows(whole.behind(row["source"], row["start"])) if each["currency"] == row["currency"]]
        assert sum(each["expected"] for each in behind) == row["mean"]
        assert all(0 < each["expected"] <= each.get("open_amount", each["expected"]) for each in behind)
    for row in invoices:
        assert row["p_paid_7"] <= row["p_paid_30"] <= row["p_paid_60"] <= row["p_paid_90"] <= 1 - row["p_never"] + Decimal("0.0001")
        assert row["p_late_0"] >= row["p_late_30"] >= 0


VALUES = {**{name: (*values, None) for name, values in NAMES.items()}, "currency": tuple(DECIMALS), "disputed": ("true", "false")}


@unhurried
@given(books(), scopes(filtered=False), st.sampled_from(sorted(VALUES)))
def test_the_parts_of_a_filter_add_up(book: Ledger, scope: Scope, column: str) -> None:
    with book.direct_store() as store:
        try:
            whole = rows(forecast.receipts(store, scope).periods)
        except Refused as sentence:
            assert "too large to forecast" in str(sentence)  # noqa: PT017 - one of two right answers
            return
        parts = [row for value in VALUES[column] for row in rows(forecast.receipts(store, scope.narrowed(column, value)).periods)]
    for row in whole:
        same = (part["mean"] for part in parts if all(part[name] == row[name] for name in ("start", "currency", "source")))
        assert sum(same) == row["mean"]
