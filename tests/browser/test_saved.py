"""Saved views in a real browser: saved from the address, opened by their link, chosen as the page's default, taken away."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, settled
from tests.browser.test_pages import query

pytestmark = pytest.mark.browser


def menu(page: Page) -> None:
    page.locator(".st-key-page_menu button").first.click()


def test_a_view_is_saved_opened_made_the_default_and_taken_away(visit: Visit) -> None:
    page = visit("overdue?min_days=30&late=31-60")
    menu(page)
    page.get_by_label("Name of the view").fill("Mine, 31-60")
    page.get_by_role("button", name="Save", exact=True).click()
    link = page.get_by_role("link", name="Mine, 31-60")
    expect(link).to_be_visible()

    visit("overdue")
    assert query(page) == {}
    menu(page)
    link.click()
    page.wait_for_url("**late=31-60*")
    settled(page)
    assert query(page) == {"min_days": ["30"], "late": ["31-60"]}

    menu(page)
    page.get_by_role("button", name="Open the page with it").click()
    expect(page.get_by_role("button", name="Do not open with it")).to_be_visible()
    visit("overdue")
    page.wait_for_url("**late=31-60*")
    assert query(page) == {"min_days": ["30"], "late": ["31-60"]}

    settled(page)
    menu(page)
    page.get_by_role("button", name="Take away").click()
    expect(page.get_by_text("Nothing is saved for this page yet.")).to_be_visible()
    visit("overdue")
    assert query(page) == {}
