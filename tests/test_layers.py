"""The shape of the house, read from the syntax trees: who may import whom, and what may be written where."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("analytics", "pages")
SOURCES = [*sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py")), ROOT / "app.py"]
GROUND = {"scope", "dates", "money", "errors", "buckets", "schema", "frames", "settings", "formats"}
"""Modules of `analytics` that stand on nothing but each other."""

REPORTS = {"aging", "kpis", "overdue", "movements", "customers", "forecast", "dso", "debtors", "collected", "choices"}
REPORTS |= {"pivot", "cohorts", "rolls", "concentration", "changes", "evidence", "allowance", "tie_out", "time_to_pay"}
PUTS_SIDE_BY_SIDE = {"customers": {"aging", "kpis"}, "kpis": {"dso"}, "aging": {"dso"}, "pivot": {"dso"}}
"""The reports that call others: a profile shows two, and DSO is pure arithmetic that three of them need."""

FLOATS_BELONG = (
    "analytics.forecast",
    "analytics.demo",
    "analytics.exports.workbook",
    "analytics.exports.sheets",
    "analytics.exports.drawing",
)
"""Statistics, invented amounts, the cells of a workbook, which are binary numbers whatever one writes, and places on a chart."""


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def importing(path: Path, *packages: str) -> list[str]:
    return sorted({name for name in imports(path) if any(name == package or name.startswith(f"{package}.") for package in packages)})


@pytest.mark.parametrize("path", SOURCES, ids=module)
class TestEveryModule:
    def test_has_a_name_that_says_something(self, path: Path) -> None:
        assert path.stem not in {"utils", "util", "helpers", "common", "misc"}

    def test_of_analytics_knows_no_interface(self, path: Path) -> None:
        if module(path).startswith("analytics"):
            assert importing(path, "streamlit", "plotly", "pages", "app") == []

    def test_outside_the_store_opens_no_database(self, path: Path) -> None:
        if not module(path).startswith("analytics.store"):
            assert importing(path, "duckdb", "sqlite3") == []

    def test_keeps_money_away_from_floats(self, path: Path) -> None:
        if module(path).startswith("analytics") and not module(path).startswith(FLOATS_BELONG):
            text = path.read_text(encoding="utf-8")
            assert ".df()" not in text
            assert "float(" not in text

    def test_reads_the_clock_in_one_place_only(self, path: Path) -> None:
        if module(path) != "analytics.dates":
            text = path.read_text(encoding="utf-8")
            assert "date.today()" not in text
            assert "datetime.now(" not in text


def test_the_ground_stands_on_nothing_but_itself() -> None:
    for name in GROUND:
        path = ROOT / "analytics" / f"{name}.py"
        if path.exists():
            inside = {found.split(".")[1] for found in importing(path, "analytics") if found != "analytics"}
            assert inside <= GROUND, name


def test_reports_do_not_call_each_other() -> None:
    for name in REPORTS:
        path = ROOT / "analytics" / f"{name}.py"
        if path.exists():
            others = {found.split(".")[-1] for found in importing(path, "analytics")} & REPORTS - {name}
            assert others <= PUTS_SIDE_BY_SIDE.get(name, set()), name


def test_the_store_calls_no_report() -> None:
    for path in (ROOT / "analytics" / "store").glob("*.py"):
        assert importing(path, *(f"analytics.{name}" for name in REPORTS)) == [], path.name


def test_no_script_lies_directly_in_pages() -> None:
    assert [path.name for path in (ROOT / "pages").glob("*.py") if path.name != "__init__.py"] == []


def test_what_pages_share_calls_no_page() -> None:
    for path in (ROOT / "pages" / "ui").glob("*.py"):
        assert [name for name in importing(path, "pages") if not (name == "pages" or name.startswith("pages.ui"))] == [], path.name


def test_every_statement_says_its_grain_first() -> None:
    for path in (ROOT / "analytics" / "sql").rglob("*.sql"):
        assert path.read_text(encoding="utf-8").startswith("-- Grain: "), path.name
