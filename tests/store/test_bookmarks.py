"""Saved views: kept by name for who saved them, the last word holds, and a page has one default."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.errors import Refused, UsageError
from analytics.store import bookmarks, overrides, places
from analytics.store.bookmarks import Bookmark
from analytics.store.overrides import Override


def names(root: Path, owner: str = "ann") -> list[str]:
    return [view.name for view in bookmarks.standing(root, owner, "overdue")]


def test_the_last_word_on_a_name_holds(tmp_path: Path) -> None:
    bookmarks.keep(tmp_path, "ann", Bookmark("Mine", "overdue", "?collector=Ann"))
    bookmarks.keep(tmp_path, "ann", Bookmark(" Mine ", "overdue", "?collector=Ann&min_days=30"))
    assert bookmarks.standing(tmp_path, "ann", "overdue") == (Bookmark("Mine", "overdue", "collector=Ann&min_days=30"),)


def test_a_view_is_seen_by_its_owner_on_its_page_only(tmp_path: Path) -> None:
    bookmarks.keep(tmp_path, "ann", Bookmark("Mine", "overdue", "min_days=30"))
    assert names(tmp_path) == ["Mine"]
    assert names(tmp_path, "bob") == []
    assert bookmarks.standing(tmp_path, "ann", "aging") == ()


def test_a_page_has_one_default_the_last_that_was_made_it(tmp_path: Path) -> None:
    for name in ("Old", "New"):
        bookmarks.keep(tmp_path, "ann", Bookmark(name, "overdue", f"search={name}", is_default=True))
    assert [view.name for view in bookmarks.standing(tmp_path, "ann", "overdue") if view.is_default] == ["New"]
    bookmarks.keep(tmp_path, "ann", Bookmark("New", "overdue", "search=New"))
    assert bookmarks.default(tmp_path, "ann", "overdue") is None


def test_what_is_taken_away_is_gone_and_can_come_back(tmp_path: Path) -> None:
    bookmarks.keep(tmp_path, "ann", Bookmark("Mine", "overdue", "min_days=30", is_default=True))
    bookmarks.withdraw(tmp_path, "ann", "overdue", "Mine")
    assert names(tmp_path) == []
    assert bookmarks.default(tmp_path, "ann", "overdue") is None
    bookmarks.keep(tmp_path, "ann", Bookmark("Mine", "overdue", "min_days=60"))
    assert names(tmp_path) == ["Mine"]


def test_the_same_word_sent_twice_is_written_once(tmp_path: Path) -> None:
    bookmarks.keep(tmp_path, "ann", Bookmark("Mine", "overdue", "min_days=30"), identity="one")
    bookmarks.withdraw(tmp_path, "ann", "overdue", "Mine")
    bookmarks.keep(tmp_path, "ann", Bookmark("Mine", "overdue", "min_days=30"), identity="one")
    assert names(tmp_path) == []


@pytest.mark.parametrize(("name", "query"), [("  ", ""), ("x" * 81, ""), ("Mine", "x" * 4001)])
def test_a_view_without_a_fit_name_is_refused(tmp_path: Path, name: str, query: str) -> None:
    with pytest.raises(UsageError):
        bookmarks.keep(tmp_path, "ann", Bookmark(name, "overdue", query))


def test_a_journal_that_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    places.journal(tmp_path).write_bytes(b"not a database" * 100)
    with pytest.raises(Refused, match="cannot be used"):
        bookmarks.keep(tmp_path, "ann", Bookmark("Mine", "overdue", ""))
    with pytest.raises(Refused, match="cannot be used"):
        overrides.write(tmp_path, Override("I1", "exclude", None, "Ann", ""))
