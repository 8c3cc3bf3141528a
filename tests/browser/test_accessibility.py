"""What axe finds on each page, light and dark, wide and on a phone: nothing that keeps anyone from it; and what the keyboard reaches."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, WIDE, Visit, settled
from tests.browser.test_pages import PATHS

pytestmark = pytest.mark.browser
RULES = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}}
GRAVE = ("serious", "critical")


def found(page: Page) -> list[str]:
    """A line for each grave thing that axe finds: the rule, and where."""
    answer: dict[str, Any] = Axe().run(page, options=RULES).response
    return [
        f"{each['id']} ({each['impact']}): {'; '.join(node['html'][:200] for node in each['nodes'][:3])}"
        for each in answer["violations"]
        if each["impact"] in GRAVE
    ]


@pytest.mark.parametrize(
    "path", [*PATHS, "load", *(f"explore?explore={view}" for view in ("Cohorts", "Time to pay", "Concentration", "Allowance"))]
)
def test_axe_finds_nothing_grave(visit: Visit, path: str) -> None:
    page = visit(path)
    for viewport, scheme in ((WIDE, "light"), (WIDE, "dark"), (PHONE, "light"), (PHONE, "dark")):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        settled(page)
        assert found(page) == [], (viewport, scheme)


def test_the_keyboard_reaches_pages_filters_cards_and_tables(visit: Visit) -> None:
    page = visit("aging")
    reached = set()
    for _ in range(90):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                """() => {
                    const here = document.activeElement
                    const named = here.closest("[class*=st-key-]")?.className.match(/st-key-(\\S+)/)?.[1]
                    return here.getAttribute("data-testid") ?? named ?? here.tagName
                }"""
            )
        )
    assert reached >= {"stSidebarNavLink", "as_of", "aging_by_segment", "data-grid-canvas"}
