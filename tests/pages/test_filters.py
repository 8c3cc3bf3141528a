"""The filters: what the URL says is what is shown, and what it cannot say falls back."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analytics.store import Store
from tests.ledger import Ledger
from tests.pages.conftest import Show


def caption(app: AppTest) -> str:
    return str(app.caption[0].value).replace("\\", "")


def headline(app: AppTest, label: str) -> str:
    return str(next(metric.value for metric in app.metric if metric.label == label))


def test_the_url_narrows_the_day_and_the_population(show: Show, two_currencies: Store) -> None:
    app = show(two_currencies, as_of="2026-06-30", segment="Large")
    assert headline(app, "Open receivables") == "€100"
    assert caption(app).startswith("As of 30 Jun 2026 · EUR at closing rates · segment Large")


def test_a_past_day_shows_what_was_open_then(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    book = ledger.invoice("I1", "C1", "100.00", issue="2026-01-10", due="2026-02-09")
    book = book.receipt("P1", "C1", "70.00", "2026-03-01", applied={"I1": "70.00"})
    with book.store(tmp_path) as store:
        assert headline(show(store, as_of="2026-02-28"), "Open receivables") == "$100"
        assert headline(show(store), "Open receivables") == "$30"


def test_a_book_of_several_currencies_is_converted_to_that_of_most_documents(show: Show, two_currencies: Store) -> None:
    app = show(two_currencies, as_of="2026-06-30")
    assert headline(app, "Open receivables") == "€205"
    assert "1 item of ¥900 without a rate" in caption(app)


def test_own_currencies_are_shown_one_at_a_time(show: Show, two_currencies: Store) -> None:
    app = show(two_currencies, as_of="2026-06-30", currency="own currencies")
    assert headline(app, "Open receivables") == "€160"
    app = show(two_currencies, as_of="2026-06-30", currency="own currencies", shown="USD")
    assert headline(app, "Open receivables") == "$50"


def test_values_that_the_book_does_not_offer_fall_back(show: Show, two_currencies: Store) -> None:
    plain = show(two_currencies)
    odd = show(two_currencies, as_of="2026-02-30", currency="XYZ", fx="tomorrow", region="Nowhere", bucket="13-14", customer="C9")
    assert headline(odd, "Open receivables") == headline(plain, "Open receivables")
    assert len(odd.error) == 0
    assert any("No customer has the id" in each.value for each in odd.caption)


def test_a_customer_is_filtered_by_the_bare_id(show: Show, two_currencies: Store) -> None:
    app = show(two_currencies, as_of="2026-06-30", customer="C1")
    assert headline(app, "Open receivables") == "€100"
    assert "customer C1" in caption(app)


def test_a_bucket_narrows_the_debtors(show: Show, two_currencies: Store) -> None:
    app = show(two_currencies, as_of="2026-06-30", bucket="Not due")
    assert list(app.dataframe[0].value["name"]) == ["Borg"]
    assert list(app.dataframe[0].value["ranked"]) == [60.0]


def test_clearing_the_filters_shows_everyone_again(show: Show, two_currencies: Store) -> None:
    app = show(two_currencies, as_of="2026-06-30", segment="Large", region="North")
    next(button for button in app.button if button.label == "Clear filters").click()
    app.run()
    assert "all customers" in caption(app)


def test_a_load_shows_on_the_next_run_and_what_was_known_before_it_stays(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    from analytics import store as books

    first = ledger.invoice("I1", "C1", "100.00", issue="2026-01-10")
    with first.store(tmp_path) as store:
        app = show(store)
    second = first.invoice("I2", "C1", "11.00", issue="2026-01-10")
    books.build([second.write(tmp_path / "more")], into=tmp_path / "store")
    app.run()
    assert headline(app, "Open receivables") == "$111"
    app.selectbox(key="known").select("generation 1").run()
    assert headline(app, "Open receivables") == "$100"
    assert "as known in generation 1" in caption(app)


def test_text_of_the_books_is_never_markup(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    book = ledger.customer("C1", name="**Bold** [link](http://x) :red[x]", region="# Head", email="a@b.example")
    with book.invoice("I1", "C1", "100.00", issue="2026-01-10").store(tmp_path) as store:
        app = show(store, "receivables/customers", of="C1")
        assert app.header[0].value == "\\*\\*Bold\\*\\* \\[link\\]\\(http\\:\\/\\/x\\) \\:red\\[x\\]".replace("\\/", "/")
        assert "# Head" in app.text[0].value


def test_every_filter_is_part_of_the_answers_key(show: Show, demo_store: Store) -> None:
    whole = headline(show(demo_store), "Open receivables")
    parts = {headline(show(demo_store, segment=name), "Open receivables") for name in ("Enterprise", "Mid-market")}
    assert whole not in parts
    assert len(parts) == 2


@pytest.mark.parametrize("asked", ["1999-01-01", "2030-01-01", "2026-02-30"])
def test_a_link_to_a_day_outside_the_books_says_which_day_is_shown(show: Show, ledger: Ledger, tmp_path: Path, asked: str) -> None:
    with ledger.invoice("I1", "C1", "100.00", issue="2026-01-10").store(tmp_path) as store:
        app = show(store, as_of=asked)
        said = [each.value.replace("\\", "") for each in app.warning]
        assert said == [f"The link asks for {asked}, which is no day from 10 Jan 2026 to 11 Jan 2027: 10 Jan 2026 is shown."]
        app.run()
        assert len(app.warning) == 0
        app = show(store, "receivables/movements", as_of="2026-01-10", period="Another day", **{"from": "2026-03-01"})
        assert "The link asks for 2026-03-01" in app.warning[0].value.replace("\\", "")


def test_a_day_after_the_end_of_the_books_says_that_they_ended(show: Show, ledger: Ledger, tmp_path: Path) -> None:
    with ledger.invoice("I1", "C1", "100.00", issue="2026-01-10").store(tmp_path) as store:
        assert "the books end on 10 Jan 2026" in caption(show(store, as_of="2026-02-01"))
        assert "the books end" not in caption(show(store, as_of="2026-01-10"))
