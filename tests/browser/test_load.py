"""Loading in a real browser: files as they are, a file with a mapping that is made on the page, and going back."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from analytics.store import build, places
from tests.browser.conftest import PHONE, ROOT, WIDE, _wait, failures, settled
from tests.store.bundles import csv, invoices, spoiled, text

pytestmark = pytest.mark.browser
GERMAN = "Rechnungsnummer;Kunde;Rechnungsdatum;Fälligkeit;Betrag;Status\n007;Müller;03.04.2026;03.05.2026;1.234,50;offen\n"


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The page of loading, over no books."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", str(port)]
    environment = os.environ | {"AR_STORE": str(tmp_path / "store"), "OMP_NUM_THREADS": "1"}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    context = browser.new_context(viewport=WIDE, accept_downloads=True)
    try:
        _wait(f"http://127.0.0.1:{port}/_stcore/script-health-check", server)
        opened = context.new_page()
        opened.goto(f"http://127.0.0.1:{port}/load")
        settled(opened)
        yield opened
    finally:
        context.close()
        server.terminate()
        server.wait(10)


def test_files_are_loaded_with_their_verdict_and_their_problems(page: Page, tmp_path: Path) -> None:
    csv(tmp_path, text(spoiled(invoices(), "status", "opne")))
    page.set_input_files("input[type=file]", tmp_path / "invoices.csv")

    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_text("Checked: it would load. Nothing changed.")).to_be_visible(timeout=60_000)
    assert not (tmp_path / "store" / "current").exists()
    page.get_by_role("button", name="Load", exact=True).click()

    expect(page.get_by_text("Generation 1 is current.")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("1 row set aside: kept, listed with their reason, and in no figure.")).to_be_visible()
    settled(page)
    with page.expect_download() as download:
        page.get_by_test_id("stDownloadButton").click()
    assert "status 'opne' is not one of draft, posted, void" in download.value.path().read_text(encoding="utf-8-sig")
    assert failures(page) == []


def test_a_refused_file_says_why_and_changes_nothing(page: Page, tmp_path: Path) -> None:
    csv(tmp_path, text(invoices())[:-9])
    page.set_input_files("input[type=file]", tmp_path / "invoices.csv")

    page.get_by_role("button", name="Load", exact=True).click()

    expect(page.get_by_text("Refused: nothing changed.")).to_be_visible(timeout=60_000)
    assert not (tmp_path / "store" / "current").exists()


def test_a_load_that_would_lose_rows_asks_first(page: Page, tmp_path: Path) -> None:
    build([csv(tmp_path / "in", text(invoices()))], into=tmp_path / "store")
    csv(tmp_path, text(invoices(50)))
    page.set_input_files("input[type=file]", tmp_path / "invoices.csv")

    page.get_by_role("button", name="Load", exact=True).click()
    expect(page.get_by_text("Nothing changed yet: the books would lose rows by this load.")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("50 invoices, 100 in the books (-50 %)").first).to_be_visible()
    assert places.current(tmp_path / "store") == 1
    page.get_by_role("button", name="Load all the same").click()

    expect(page.get_by_text("Generation 2 is current.")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="Load all the same")).to_have_count(0)
    settled(page)
    assert failures(page) == []


def test_a_mapping_is_made_compared_saved_and_loaded_with(page: Page, tmp_path: Path) -> None:
    csv(tmp_path, GERMAN, "Rechnungen.csv")
    page.set_viewport_size({"width": 1440, "height": 1600})  # scrolling to a menu would close it again
    page.set_input_files("input[type=file]", tmp_path / "Rechnungen.csv")
    page.get_by_text("with a mapping", exact=True).click()

    expect(page.get_by_text("Still to be named: currency.")).to_be_visible(timeout=30_000)
    page.get_by_label("currency of every row").fill("EUR")
    page.keyboard.press("Enter")
    settled(page)
    page.get_by_label("status “offen” means").click()
    page.get_by_role("option", name="posted").click()
    page.get_by_label("Expected total").fill("1234.50")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_text("Exactly the expected total.")).to_be_visible(timeout=60_000)
    page.get_by_label("Save the mapping as").fill("our ERP")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as our_ERP.")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Load", exact=True).click()

    expect(page.get_by_text("Generation 1 is current.")).to_be_visible(timeout=60_000)
    assert 'decimal = ","' in (tmp_path / "store" / "mappings" / "our_ERP.toml").read_text(encoding="utf-8")


def test_a_file_that_no_mapping_can_read_says_why_and_nothing_else(page: Page, tmp_path: Path) -> None:
    csv(tmp_path, "foo,bar\n1,2\n3\n", "odd.csv")
    page.set_input_files("input[type=file]", tmp_path / "odd.csv")
    page.get_by_text("with a mapping", exact=True).click()

    expect(page.get_by_text("line 3 has 1 fields, header has 2")).to_be_visible(timeout=30_000)
    settled(page)
    expect(page.get_by_text("What its columns stand for")).to_have_count(0)
    expect(page.get_by_text("Something went wrong")).to_have_count(0)


def test_the_page_fits_a_phone(page: Page, tmp_path: Path) -> None:
    csv(tmp_path, GERMAN, "Rechnungen.csv")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.set_input_files("input[type=file]", tmp_path / "Rechnungen.csv")
    page.get_by_text("with a mapping", exact=True).click()
    expect(page.get_by_text("Still to be named: currency.")).to_be_visible(timeout=30_000)

    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") == 0
