"""What an installation may choose, and what it is told when it may not."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from analytics import settings
from analytics.errors import UsageError
from analytics.settings import Settings


def test_without_a_file_nothing_is_chosen(tmp_path: Path) -> None:
    assert settings.read(tmp_path) == Settings("sign", "minus", "1,234.50", "20 Nov 2026", None)


def test_what_is_chosen_holds_and_the_rest_stays(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('numbers = "1.234,50"\ndso_target = 42.5\n', encoding="utf-8")
    assert settings.read(tmp_path) == Settings(numbers="1.234,50", dso_target=Decimal("42.5"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('colour = "red"', "'colour' is no setting"),
        ('negative = "red"', "negative is 'red', not one of minus; parentheses"),
        ("numbers = 7", "numbers is '7', not one of"),
        ("dso_target = 0", "dso_target is '0', not a number of days"),
        ("dso_target = true", "dso_target is 'True', not a number of days"),
        ("numbers =", "cannot be read"),
    ],
)
def test_a_setting_that_cannot_be_is_a_sentence(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "settings.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=says):
        settings.read(tmp_path)
