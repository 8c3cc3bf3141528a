"""The aging page: from which day an age counts, and where buckets end, are chosen on it and said by its address."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analytics.store import Store
from tests.ledger import Ledger
from tests.pages.conftest import Show

AGING = "receivables/aging"


@pytest.fixture
def three(ledger: Ledger, tmp_path: Path) -> Store:
    """At the end of June: $100 is 10 days late, $50 is 40 days late, $25 is due in July."""
    return (
        ledger.invoice("I1", "C1", "100.00", issue="2026-05-21", due="2026-06-20")
        .invoice("I2", "C1", "50.00", issue="2026-05-01", due="2026-05-21")
        .invoice("I3", "C1", "25.00", issue="2026-06-20", due="2026-07-20")
        .receipt("P1", "C1", "1.00", "2026-06-30")
        .store(tmp_path)
    )


def bars(app: AppTest) -> dict[str, float]:
    """The amount of each bucket in the first chart, which has one segment."""
    trace = next(each for each in json.loads(app.get("plotly_chart")[0].proto.spec)["data"] if each["type"] == "bar")
    return {label: amount for label, amount in zip(trace["x"], trace["y"], strict=True) if amount}


def test_buckets_end_where_the_address_says(show: Show, three: Store) -> None:
    app = show(three, AGING, edges="0, 7, 45")
    assert bars(app) == {"Not due": 25.0, "8-45": 150.0}
    assert list(app.dataframe[1].value["bucket"]) == ["8-45", "8-45", "Not due"]


def test_ages_count_from_issue_where_that_is_chosen(show: Show, three: Store) -> None:
    app = show(three, AGING, basis="issue date", edges="30, 50")
    assert bars(app) == {"Up to 30": 25.0, "31-50": 100.0, "Over 50": 50.0}


def test_the_whole_page_follows_the_days_since_issue(show: Show, three: Store) -> None:
    app = show(three, AGING, basis="issue date", edges="30, 50")
    next(group for group in app.button_group if group.key == "bucket").set_value("31-50").run()
    customers, items = (each.value for each in app.dataframe)
    assert customers[["ranked", "oldest"]].to_numpy().tolist() == [[100.0, 60]]
    assert items[["number", "bucket", "days_late"]].to_numpy().tolist() == [["I1", "31-50", 10]]
    over_time = json.loads(app.get("plotly_chart")[1].proto.spec)["data"]
    assert {trace["name"]: trace["y"][-1] for trace in over_time} == {"Up to 30": 25.0, "31-50": 100.0, "Over 50": 50.0}


def test_edges_that_cannot_be_are_said_and_the_usual_ones_used(show: Show, three: Store) -> None:
    app = show(three, AGING, edges="30,soon")
    assert "must be whole days" in app.warning[0].value
    assert bars(app) == {"Not due": 25.0, "1-30": 100.0, "31-60": 50.0}


def test_a_bucket_of_other_edges_narrows_nothing(show: Show, three: Store) -> None:
    app = show(three, AGING, edges="0, 45", bucket="1-30")
    assert len(app.dataframe[1].value) == 3


@pytest.mark.parametrize(
    ("page", "bucket", "leads_to"),
    [
        ("receivables/overview", "1-30", "overdue?late=1-30"),
        ("receivables/overview", "Not due", "aging?bucket=Not+due"),
        (AGING, "31-60", "overdue?late=31-60"),
        (AGING, "Not due", None),  # they are listed below
    ],
)
def test_a_bucket_leads_to_exactly_its_items(show: Show, three: Store, page: str, bucket: str, leads_to: str | None) -> None:
    app = show(three, page, bucket=bucket)
    next(group for group in app.button_group if group.key == "bucket").set_value(bucket).run()
    links = [f"{link.proto.page}?{link.proto.query_string}" for link in app.get("page_link")]
    assert links == ([leads_to] if leads_to else [])


def test_the_overdue_list_has_the_items_of_a_bucket(show: Show, three: Store) -> None:
    assert list(show(three, "collections/overdue", late="31-60").dataframe[0].value["number"]) == ["I2"]
