"""The states of the books that are kept: which there are, keeping one for good, going back to one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from analytics.errors import GenerationMissing, Refused
from analytics.store import journal, places
from analytics.store.lock import locked

KEPT = 5
"""How many of the latest generations are kept, beside the current one and those that are pinned."""

KEPT_MONTHS = 12
"""Of how many of the latest months the last generation is kept as well."""


@dataclass(frozen=True)
class Generation:
    """A kept state of the books; `name` is None unless it was pinned with one."""

    number: int
    published_at: datetime | None
    parent: int | None
    current: bool
    pinned: bool
    name: str | None
    size: int


def listing(directory: Path) -> list[Generation]:
    """Every generation that is kept, oldest first."""
    published = {entry.generation: entry for entry in journal.entries(directory) if entry.event == "published"}
    names = pins(directory)
    current = _current(directory)
    return [
        Generation(
            number=number,
            published_at=datetime.fromisoformat(published[number].written_at) if number in published else None,
            parent=published[number].parent if number in published else None,
            current=number == current,
            pinned=number in names,
            name=names.get(number) or None,
            size=places.generation_file(directory, number).stat().st_size,
        )
        for number in places.generations(directory)
    ]


def pins(directory: Path) -> dict[int, str]:
    """The pinned generations, each with its name (empty if it has none)."""
    pinned: dict[int, str] = {}
    for entry in journal.entries(directory):
        if entry.event == "pinned" and entry.generation is not None:
            pinned[entry.generation] = entry.detail
        elif entry.event == "unpinned" and entry.generation is not None:
            pinned.pop(entry.generation, None)
    return pinned


def pin(directory: Path, number: int, name: str = "") -> None:
    """Keeps generation `number` for good, under `name` if given; raises `GenerationMissing`."""
    with locked(directory):
        _require(directory, number)
        journal.write(directory, "pinned", number, detail=name)


def unpin(directory: Path, number: int) -> None:
    """Lets generation `number` go when its time comes; raises `GenerationMissing`."""
    with locked(directory):
        _require(directory, number)
        journal.write(directory, "unpinned", number)


def use(directory: Path, number: int) -> None:
    """Makes generation `number` the current one; raises `GenerationMissing`."""
    with locked(directory):
        _require(directory, number)
        point(directory, number)
        journal.write(directory, "used", number)


def point(directory: Path, number: int) -> None:
    """Moves the pointer to generation `number`: at every moment it names the old one or the new one, whole."""
    draft = places.pointer(directory).with_suffix(".new")
    with open(draft, "w", encoding="ascii") as file:
        file.write(f"{number}\n")
        file.flush()
        os.fsync(file.fileno())
    os.rename(draft, places.pointer(directory))
    sync(directory)


def sync(path: Path) -> None:
    """Makes sure that a file, or the names in a folder, are on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def prune(directory: Path) -> None:
    """Removes the generations that are neither current, nor pinned, nor among the latest, nor the last of a month."""
    numbers = places.generations(directory)
    kept = {*numbers[-KEPT:], *_last_of_months(directory, numbers), _current(directory), *pins(directory)}
    for number in set(numbers) - kept:
        places.generation_file(directory, number).unlink()


def _last_of_months(directory: Path, numbers: Sequence[int]) -> list[int]:
    """The last generation that was published in each of the latest months."""
    months = {
        entry.written_at[:7]: entry.generation
        for entry in journal.entries(directory)
        if entry.event == "published" and entry.generation in numbers
    }
    return [number for _, number in sorted(months.items())[-KEPT_MONTHS:] if number is not None]


def next_number(directory: Path) -> int:
    """A number no generation ever had."""
    used = [entry.generation or 0 for entry in journal.entries(directory)]
    return 1 + max([0, *used, *places.generations(directory)])


def _current(directory: Path) -> int | None:
    try:
        return places.current(directory)
    except Refused:
        return None


def _require(directory: Path, number: int) -> None:
    kept = places.generations(directory)
    if number not in kept:
        raise GenerationMissing(number, kept)
