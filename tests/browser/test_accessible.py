"""No page, light or dark, has anything in it that axe calls serious or critical; every chart says in words what it shows."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit, settled
from tests.browser.test_pages import PATHS

pytestmark = pytest.mark.browser
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
GRAVE = ("serious", "critical")
FRAMEWORKS = {"list": "", "listitem": "", "svg-img-alt": "metric_chart"}
"""What Streamlit itself draws amiss, rule -> a word of its markup: sections within the list of pages, and the lines under headlines."""


def violations(page: Page) -> list[str]:
    """What axe finds grave on the page: the rule, where, and why."""
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{rule['id']}: {node['target']} {node['html'][:120]} {node['failureSummary'][-160:]}"
        for rule in found["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
        if FRAMEWORKS.get(rule["id"], "-") not in node["html"]
    ]


@pytest.mark.parametrize("path", [*PATHS, "load", "explore?explore=Cohorts", "explore?explore=Concentration"])
def test_axe_finds_nothing_serious_and_charts_speak(visit: Visit, path: str) -> None:
    page = visit(path)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        settled(page)
        assert violations(page) == [], scheme
    charts = page.locator("[data-testid=stPlotlyChart]")
    assert [chart for chart in charts.all() if not chart.locator("[aria-label], [role=img]").count()] == []
