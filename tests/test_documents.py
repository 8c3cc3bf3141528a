"""The documents say what is true: the README's commands exist, its pictures and links lead somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from analytics.arguments import parser
from analytics.kpis import COLUMNS
from analytics.store.marts import MARTS

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [line.partition("#")[0].strip() for line in README.splitlines() if line.startswith("python -m analytics ")]


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_the_readme_is_one_that_exists(line: str) -> None:
    asked = parser().parse_args(shlex.split(line)[3:])
    assert asked.command


@pytest.mark.parametrize("target", re.findall(r"^make (\w+)", README, re.MULTILINE))
def test_a_make_target_of_the_readme_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_link_leads_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text(encoding="utf-8"))
    assert [target for target in targets if "://" not in target and not (document.parent / target).exists()] == []


def test_every_figure_is_defined() -> None:
    metrics = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    ratios = [name for name, kind in COLUMNS.items() if kind == "ratio"]
    assert [name for name in ratios if f"`{name}`" not in metrics] == []


def test_every_mart_is_in_the_picture() -> None:
    architecture = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert [mart for mart in MARTS if f"| `{mart}` |" not in architecture] == []
