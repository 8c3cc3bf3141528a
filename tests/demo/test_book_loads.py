"""The demo book goes through the same door as everyone's, and every row of it is accepted."""

from __future__ import annotations

from pathlib import Path

from analytics import Scope, Store, aging, store
from tests.demo.conftest import TODAY, Ask

NOTED = {"due_date_missing", "over_applied"}


def test_every_row_is_accepted_and_only_what_is_wrong_on_purpose_is_noted(files: Path, tmp_path: Path) -> None:
    report = store.build([files], into=tmp_path).as_json()
    assert report["generation"] == 1
    assert {file["table"]: file["quarantined"] for file in report["files"]} == {file.stem: 0 for file in files.iterdir()}
    assert {problem["code"] for file in report["files"] for problem in file["problems"]} == NOTED


def test_the_open_amount_is_what_plain_sql_over_the_files_says(files: Path, tmp_path: Path, ask: Ask) -> None:
    store.build([files], into=tmp_path)
    with Store.open(tmp_path) as opened:
        summary = aging.summary(opened, Scope(as_of=TODAY))
    assert dict(zip(summary["currency"], summary["total"], strict=True)) == dict(
        ask("select currency, sum(open_amount) from items group by all")
    )
    late = f"date '{TODAY}' - due"
    assert dict(zip(summary["currency"], summary["31-60"], strict=True)) == dict(
        ask(f"select currency, sum(open_amount) filter ({late} between 31 and 60) from items group by all")
    )
