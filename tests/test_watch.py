"""A watched folder: what arrives is loaded once it stands still, and moved with its report beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analytics import watch
from analytics.__main__ import main
from analytics.errors import UsageError
from analytics.store import Store
from tests.store.bundles import csv, invoices, payments, text

GOOD: dict[str, Any] = {"generation": 1, "files": [{"verdict": "warn", "problems": []}]}


def test_good_files_are_done_and_bad_ones_refused_with_their_reports(tmp_path: Path) -> None:
    csv(tmp_path / "in", text(invoices()))
    csv(tmp_path / "in", text(payments()), "payments.csv")
    csv(tmp_path / "in" / "bad", text(invoices())[:-9])

    assert main(["load", "--watch", str(tmp_path / "in"), "--once", "--store", str(tmp_path / "store")]) == 1
    assert main(["load", "--watch", str(tmp_path / "in"), "--once", "--store", str(tmp_path / "store")]) == 0

    done, refused = [next((tmp_path / "in" / shelf).iterdir()) for shelf in ("done", "refused")]
    assert sorted(path.name for path in done.iterdir()) == ["invoices.csv", "payments.csv", "report.json"]
    assert json.loads((done / "report.json").read_text(encoding="utf-8"))["generation"] == 1
    assert sorted(path.name for path in refused.iterdir()) == ["bad", "report.json"]
    assert "file ends inside line 101" in (refused / "report.json").read_text(encoding="utf-8")
    with Store.open(tmp_path / "store") as store:
        assert store.rows("select count(*) as n from invoices") == [{"n": 100}]


def test_a_file_that_still_grows_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = csv(tmp_path, "a") / "invoices.csv"
    growths = iter(["ab", "abc"])
    taken: list[str] = []

    def grow(_seconds: float) -> None:
        if (more := next(growths, None)) is not None:
            path.write_text(more, encoding="utf-8")

    def load(paths: list[Path]) -> dict[str, Any]:
        taken.extend(each.read_text(encoding="utf-8") for each in paths)
        return GOOD

    monkeypatch.setattr("time.sleep", grow)
    watch.watch(tmp_path, load, lambda _sentence: None, once=True)

    assert taken == ["abc"]


def test_what_meets_another_load_stays_and_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    csv(tmp_path, "a")
    busy = {"generation": None, "files": [{"verdict": "reject", "problems": [{"message": "another load into x is under way"}]}]}
    answers, said = iter([busy, GOOD]), list[str]()
    monkeypatch.setattr("time.sleep", lambda _seconds: None)

    assert not watch.watch(tmp_path, lambda _paths: next(answers), said.append, once=True)
    assert said == ["invoices.csv: waits for another load"]
    assert watch.watch(tmp_path, lambda _paths: next(answers), said.append, once=True)
    assert not (tmp_path / "invoices.csv").exists()


def test_names_with_a_dot_or_an_underscore_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    csv(tmp_path, "a", ".invoices.csv")
    csv(tmp_path, "a", "_invoices.csv")
    monkeypatch.setattr("time.sleep", lambda _seconds: None)

    watch.watch(tmp_path, lambda _paths: pytest.fail("nothing has arrived"), lambda _sentence: None, once=True)


def test_a_folder_that_is_not_there_is_a_wrong_question(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a folder"):
        watch.watch(tmp_path / "nowhere", lambda _paths: GOOD, lambda _sentence: None)
    assert main(["load"]) == 2


def test_a_link_is_refused_wherever_it_leads(tmp_path: Path) -> None:
    csv(tmp_path / "elsewhere", text(invoices()))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "invoices.csv").symlink_to(tmp_path / "elsewhere" / "invoices.csv")
    (tmp_path / "in" / "june").symlink_to(tmp_path / "elsewhere")

    assert main(["load", "--watch", str(tmp_path / "in"), "--once", "--store", str(tmp_path / "store")]) == 1

    reports = [path.read_text(encoding="utf-8") for path in (tmp_path / "in" / "refused").rglob("report.json")]
    assert any("invoices.csv is a link, not a regular file" in report for report in reports)
    assert not (tmp_path / "in" / "done").exists()
    assert not (tmp_path / "store" / "current").exists()
