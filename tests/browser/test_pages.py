"""Every page in a real browser: light and dark, wide and on a phone; clicks that filter, and files that say what is shown."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pypdf
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from analytics import debtors
from analytics.scope import Scope
from analytics.store import Store
from pages.ui import format as write
from tests.browser.conftest import PHONE, WIDE, Visit, failures, settled

pytestmark = pytest.mark.browser
PATHS = (
    "",
    "aging",
    "dso",
    "customers?of=C-000012",
    "movements",
    "figure",
    "overdue",
    "forecast",
    "backtest",
    "scenarios",
    "explore",
    "health",
    "generations",
    "guide",
)
ROW = 31


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than the screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def save(page: Page, card: str, name: str, folder: Path) -> Path:
    """Asks the export menu of `card` for the file `name`."""
    button = page.get_by_role("button", name=name, exact=True)
    if not button.is_visible():
        page.locator(f".st-key-{card}_export button").first.click()
    with page.expect_download() as download:
        button.click()
    target = folder / download.value.suggested_filename
    download.value.save_as(target)
    return target


def pick(page: Page, table: str, row: int, at: int = 16) -> None:
    """Chooses the `row`-th row of `table`: its box is drawn on a canvas, left of the first column; or clicks `at` so many pixels."""
    drawn = page.locator(f".st-key-{table} canvas").first
    drawn.scroll_into_view_if_needed()
    box = drawn.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + at, box["y"] + ROW * (row + 0.5))


@pytest.mark.parametrize("path", PATHS)
def test_a_page_stands_in_light_and_dark_and_on_a_phone(visit: Visit, path: str) -> None:
    page = visit(path)
    for viewport, scheme in ((WIDE, "light"), (PHONE, "dark")):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        settled(page)
        assert failures(page) == []
        assert overflow(page) <= 0, (viewport, scheme)
    expect(page.locator("h1")).to_have_count(1)


def test_on_a_phone_no_choice_and_no_headline_is_cut(visit: Visit) -> None:
    page = visit("movements")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.wait_for_function("() => [...document.querySelectorAll('[role=radiogroup]')].every(e => e.scrollWidth <= e.clientWidth)")
    page = visit("")
    expect(page.get_by_text("80%", exact=True)).to_be_in_viewport(ratio=1)
    box = page.get_by_text("80%", exact=True).evaluate("element => element.scrollWidth <= element.clientWidth")
    assert box


def test_three_rows_fit_on_one_screen(visit: Visit) -> None:
    page = visit("")
    expect(page.locator(".st-key-fan .js-plotly-plot")).to_be_in_viewport(ratio=1)
    expect(page.locator(".st-key-top_debtors")).to_be_in_viewport(ratio=0.95)


def test_the_quick_choices_and_the_pages_menu_share_a_row_on_a_phone(visit: Visit) -> None:
    page = visit("overdue")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.reload()
    settled(page)
    choices, menu = (page.locator(f".st-key-{key} button:visible").first for key in ("segment", "page_menu"))
    expect(choices).to_be_visible()
    expect(menu).to_be_visible()
    tops = [each.bounding_box() for each in (choices, menu)]
    assert tops[0] is not None
    assert tops[1] is not None
    assert abs(tops[0]["y"] - tops[1]["y"]) < tops[0]["height"]


def test_a_heat_map_writes_only_what_can_be_read(visit: Visit) -> None:
    page = visit("explore?chart=heat+map")
    sizes = "labels => labels.filter(label => !label.hasAttribute('visibility')).map(label => parseFloat(getComputedStyle(label).fontSize))"
    labels = page.locator(".heatmap-label text")
    expect(labels.first).to_be_visible()
    assert min(labels.evaluate_all(sizes)) >= 9
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    expect(labels.first).to_be_hidden()
    assert labels.evaluate_all(sizes) == []


def test_a_page_is_printed_on_its_side_without_what_is_for_clicking(visit: Visit) -> None:
    page = visit("")
    sheets = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert all(sheet.mediabox.width > sheet.mediabox.height for sheet in sheets)
    first = sheets[0].extract_text()
    assert "Open receivables" in first
    assert "Aging by bucket" in first
    assert "Movements" not in first
    page.emulate_media(media="print")
    expect(page.locator("[data-testid=stSidebar]")).to_be_hidden()
    expect(page.locator(".st-key-page_menu button:visible")).to_have_count(0)


def test_the_overview_is_pictured(visit: Visit, pictures: Path) -> None:
    page = visit("")
    page.wait_for_timeout(1000)  # a chart grows into place
    picture = pictures / "overview.png"
    page.screenshot(path=picture)
    assert Image.open(picture).size == (WIDE["width"], WIDE["height"])


def test_a_click_on_a_bar_filters_and_a_second_lets_go(visit: Visit) -> None:
    page = visit("")
    bar = page.locator(".st-key-aging_by_segment .barlayer .point path").nth(1)
    bar.click(force=True)
    expect(page.locator(".st-key-bucket button[aria-checked=true], .st-key-bucket [data-testid$=Active]")).to_have_text("1-30")
    settled(page)
    assert query(page)["bucket"] == ["1-30"]
    expect(page.get_by_text("1-30 ·")).to_be_visible()
    page.locator(".st-key-aging_by_segment .barlayer .point path").nth(1).click(force=True)
    expect(page.get_by_text("all overdue items")).to_be_visible()
    assert "bucket" not in query(page)


def test_a_row_opens_its_customer_and_the_filters_stay(visit: Visit, demo_store: Store) -> None:
    page = visit("?segment=Enterprise")
    scope = Scope(currency="EUR", where={"segment": "Enterprise"})
    first = debtors.ranked(demo_store, scope).rows["name"].iloc[0]
    pick(page, "top_debtors", 1)
    expect(page.locator("h2").first).to_have_text(str(first))
    settled(page)
    assert query(page)["segment"] == ["Enterprise"]
    assert str(first) in query(page)["of"][0]


def test_the_files_of_a_card_say_what_the_screen_says(visit: Visit, tmp_path: Path) -> None:
    page = visit("")
    with save(page, "aging_by_segment", "CSV", tmp_path).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    total = sum(Decimal(row["total"]) for row in rows)
    shown = page.locator("[data-testid=stMetric]", has_text="Open receivables").locator("[data-testid=stMetricValue]")
    assert shown.inner_text() == write.short(total, rows[0]["currency"])
    assert save(page, "aging_by_segment", "XLSX", tmp_path).read_bytes().startswith(b"PK")


def test_the_files_of_a_table_are_within_reach_from_it_and_by_touch(visit: Visit, browser: Browser, address: str) -> None:
    """The tools of a table come up where the pointer crosses it; where nothing hovers they would be there always."""
    page = visit("overdue")
    page.locator("[data-testid=stDataFrame]").first.hover()
    button = page.locator(".st-key-overdue_export button").first
    place = button.bounding_box()
    assert place
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] + 6)
    page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    expect(page.get_by_role("button", name="CSV", exact=True)).to_be_visible()

    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{address}/overdue")
    settled(page)
    page.locator(".st-key-overdue_export button:visible").first.tap()
    expect(page.get_by_role("button", name="CSV", exact=True)).to_be_visible()
    context.close()


def test_a_chart_is_saved_as_png_and_as_svg(visit: Visit, tmp_path: Path) -> None:
    page = visit("")
    assert save(page, "aging_by_segment", "PNG", tmp_path).read_bytes().startswith(b"\x89PNG")
    page.keyboard.press("Escape")
    assert b"<svg" in save(page, "aging_by_segment", "SVG", tmp_path).read_bytes()[:200]


def test_a_deep_link_has_the_frame_around_it(visit: Visit) -> None:
    page = visit("overdue?late=1-30")
    expect(page.get_by_role("link", name="Overview")).to_be_visible()
    expect(page.locator("[data-testid=stSidebar]").get_by_text("As of", exact=True)).to_be_visible()
    assert query(page)["late"] == ["1-30"]


def test_the_keyboard_reaches_the_pages_and_the_buckets(visit: Visit) -> None:
    page = visit("")
    pill = page.locator(".st-key-bucket button").first
    pill.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Not due ·")).to_be_visible()
