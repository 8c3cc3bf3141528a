"""The month-end pack and a statement of account, asked for in the browser, opened, and compared with the books."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from analytics import Scope, customers, kpis
from analytics.exports.writing import written
from analytics.formats import money
from analytics.store import Store
from tests.browser.conftest import PHONE, WIDE, Visit, failures, settled
from tests.browser.test_accessibility import found
from tests.exports.documents import html_addresses, html_tables, pdf_text, recomputed

pytestmark = pytest.mark.browser
CUSTOMER = "C-000012"


def saved(page: Page, button: str, folder: Path) -> Path:
    """The file that a button makes."""
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name=button, exact=True).click()
    target = folder / download.value.suggested_filename
    download.value.save_as(target)
    return target


def test_the_page_stands_in_light_and_dark_and_on_a_phone(visit: Visit) -> None:
    page = visit("pack")
    for viewport, scheme in ((WIDE, "light"), (PHONE, "dark")):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        settled(page)
        assert failures(page) == []
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_every_form_of_the_pack_says_what_the_books_say(visit: Visit, demo_store: Store, tmp_path: Path) -> None:
    page = visit("pack?segment=Enterprise&currency=EUR")
    scope = Scope(currency="EUR", where={"segment": ["Enterprise"]})
    known = kpis.summary(demo_store, scope).to_dict("records")[0]
    paper = saved(page, "PDF", tmp_path)
    assert paper.name == f"month-end-pack_{demo_store.last_day}_EUR_generation-1.pdf"
    assert money(known["net"], "EUR") in pdf_text(paper.read_bytes())
    html = saved(page, "HTML", tmp_path).read_bytes()
    assert set(html_addresses(html)) == {"data:"}
    assert ["Net AR", written(known["net"], "amount", "EUR")] in [row[:2] for row in html_tables(html)[0]]
    sums = recomputed(saved(page, "XLSX", tmp_path).read_bytes())
    assert sums["By customer"]["Total"][0] == pytest.approx(float(known["open"]), abs=0.005)
    (attached,) = message_from_bytes(saved(page, "E-mail draft", tmp_path).read_bytes(), policy=default).iter_attachments()
    assert attached.get_filename() == paper.name


def test_the_pack_can_be_read_on_the_page(visit: Visit) -> None:
    page = visit("pack?preview=true")
    pack = page.frame_locator("iframe").first
    expect(pack.get_by_role("heading", name="Month-end pack")).to_be_visible(timeout=60_000)
    assert pack.locator("svg[role=img]").first.get_attribute("aria-label")


@pytest.mark.parametrize("path", ["pack", "pack?preview=true"])
def test_axe_finds_nothing_grave_in_the_pack(visit: Visit, path: str) -> None:
    page = visit(path)
    for viewport, scheme in ((WIDE, "light"), (PHONE, "dark")):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        settled(page)
        assert found(page) == [], (viewport, scheme)


def test_a_statement_of_account_is_a_menu_of_the_customer(visit: Visit, demo_store: Store, tmp_path: Path) -> None:
    page = visit(f"customers?of={CUSTOMER}&segment=Enterprise")
    page.locator(".st-key-statement button").first.click()
    text = pdf_text(saved(page, "PDF", tmp_path).read_bytes())
    for row in customers.profile(demo_store, Scope(), CUSTOMER).figures.to_dict("records"):
        assert money(row["net"], row["currency"]) in text


def test_a_page_is_taken_away_as_it_is_shown(visit: Visit, tmp_path: Path) -> None:
    page = visit("?currency=EUR&segment=Enterprise")
    figures = [text.strip() for text in page.get_by_test_id("stMetricValue").all_inner_texts()]
    assert len(figures) > 3
    page.locator(".st-key-page_menu button").first.click()
    paper, html = saved(page, "Page as PDF", tmp_path), saved(page, "Page as HTML", tmp_path)
    assert paper.name.startswith("receivables-overview_")
    assert html.suffix == ".html"
    said, page_said = pdf_text(paper.read_bytes()), html.read_bytes()
    for figure in figures:
        assert " ".join(figure.split()) in said
        assert figure in page_said.decode()
    assert "segment Enterprise" in said
    assert set(html_addresses(page_said)) <= {"data:"}
    assert failures(page) == []
