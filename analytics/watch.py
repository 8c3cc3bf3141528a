"""A folder that is watched: what arrives in it is loaded, then moved to `done` or `refused` with its report beside it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from analytics import dates
from analytics.errors import DuebookError, UsageError

REPORT = "report.json"
QUIET = 2.0
"""Seconds for which nothing may change before what has arrived is taken for whole."""

_BUSY = "another load into"
Load = Callable[[list[Path]], dict[str, Any]]
Facts = dict[str, tuple[int, int]]


def watch(folder: Path, load: Load, say: Callable[[str], None], *, interval: float = QUIET, once: bool = False) -> bool:
    """Loads what arrives in `folder` until it is stopped; with `once`, what is there, and says whether all of it was taken.

    A folder that arrives is a load of its own; files beside each other are one load. Names that begin with a dot or an underscore
    are left alone, so that a file can be written under such a name and renamed when it is whole. Raises `UsageError` if there is
    no such folder.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder")
    before: dict[tuple[Path, ...], Facts] = {}
    all_taken = True
    while True:
        now = {bundle: _facts(bundle) for bundle in _arrived(folder)}
        for bundle, facts in now.items():
            if before.get(bundle) == facts:
                all_taken &= _take(folder, list(bundle), load, say)
        if once and (not now or before == now):
            return all_taken
        before = now
        time.sleep(interval)


def _arrived(folder: Path) -> Iterator[tuple[Path, ...]]:
    """What lies there, a load each."""
    there = [path for path in sorted(folder.iterdir()) if not path.name.startswith((".", "_")) and path.name not in ("done", "refused")]
    files = tuple(path for path in there if not path.is_dir() or path.is_symlink())
    if files:
        yield files
    yield from ((path,) for path in there if path not in files)


def _facts(bundle: tuple[Path, ...]) -> Facts:
    """Size and time of every file: a load waits until they stand still."""
    inside = [each for path in bundle for each in ([path] if path.is_symlink() or not path.is_dir() else sorted(path.rglob("*")))]
    found = {}
    for path in inside:
        try:
            facts = path.lstat()
        except OSError:
            continue
        found[str(path)] = (facts.st_size, facts.st_mtime_ns)
    return found


def _take(folder: Path, paths: list[Path], load: Load, say: Callable[[str], None]) -> bool:
    """Loads one bundle and moves it; False if it was refused, or has to wait for another load."""
    named = ", ".join(path.name for path in paths)
    try:
        report = load(paths)
    except DuebookError as problem:
        report = {"generation": None, "files": [], "problem": str(problem)}
    sentences = [problem["message"] for file in report["files"] for problem in file["problems"]] + [report.get("problem", "")]
    if any(_BUSY in sentence for sentence in sentences):
        say(f"{named}: waits for another load")
        return False
    refused = "problem" in report or any(file["verdict"] == "reject" for file in report["files"])
    target = _moved(folder / ("refused" if refused else "done"), paths, report)
    what = "refused" if refused else f"generation {report['generation']}"
    say(f"{named}: {what}; see {target / REPORT}")
    return not refused


def _moved(shelf: Path, paths: list[Path], report: dict[str, Any]) -> Path:
    moment = dates.now().strftime("%Y%m%dT%H%M%SZ")
    target = next(place for number in range(1_000) if not (place := shelf / (f"{moment}-{number}" if number else moment)).exists())
    target.mkdir(parents=True)
    (target / REPORT).write_text(json.dumps(report, ensure_ascii=False, indent=2), encoding="utf-8")
    for path in paths:
        path.rename(target / (path.name if path.name != REPORT else f"_{REPORT}"))
    return target
