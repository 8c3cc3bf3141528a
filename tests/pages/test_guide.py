"""The guide answers without books, and sends to pages that there are."""

from __future__ import annotations

from pathlib import Path

from pages.ui.guide import ANSWERS
from tests.pages.conftest import ROOT, Show


def test_the_guide_needs_no_books(show: Show, tmp_path: Path) -> None:
    app = show(tmp_path / "nowhere", "help/guide")
    assert app.title[0].value == "Guide"
    assert [header.value for header in app.header] == [answer.question for answer in ANSWERS]


def test_every_answer_names_a_page_that_there_is() -> None:
    assert [answer.page for answer in ANSWERS if not (ROOT / answer.script).is_file()] == []
