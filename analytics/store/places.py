"""Where things lie in a store's directory."""

from __future__ import annotations

from pathlib import Path

from analytics.errors import Refused


def generation_file(root: Path, number: int) -> Path:
    """The file of generation `number`."""
    return root / "generations" / f"generation-{number}.duckdb"


def generations(root: Path) -> tuple[int, ...]:
    """The numbers of the generations that are kept, rising."""
    names = (path.stem.removeprefix("generation-") for path in (root / "generations").glob("generation-*.duckdb"))
    return tuple(sorted(int(name) for name in names if name.isdecimal()))


def pointer(root: Path) -> Path:
    """The file that holds the number of the current generation."""
    return root / "current"


def current(root: Path) -> int:
    """The number of the current generation; raises `Refused` if the pointer is missing or damaged."""
    try:
        text = pointer(root).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise Refused(f"the pointer {pointer(root)} cannot be read") from problem
    if not text.isdecimal():
        raise Refused(f"the pointer {pointer(root)} holds no generation number")
    return int(text)


def journal(root: Path) -> Path:
    """The SQLite file of what people wrote: pins, names, the log of loads."""
    return root / "journal.sqlite"


def fit(root: Path, number: int, digest: str) -> Path:
    """The file of something learned from generation `number`."""
    return root / "fits" / f"{number}-{digest}"


def inbox(root: Path) -> Path:
    """The directory of private copies of files being loaded."""
    return root / "inbox"


def mappings(root: Path) -> Path:
    """The directory of mapping files that were saved beside the books."""
    return root / "mappings"


def pulled(root: Path) -> Path:
    """The directory of what was fetched from other systems, a folder each."""
    return root / "pulled"


def lock(root: Path) -> Path:
    """The file that one load at a time holds locked."""
    return root / "lock"
