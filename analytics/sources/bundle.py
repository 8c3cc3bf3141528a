"""What a load brings: which files, for which table, read by which mapping; by their names alone, nothing is opened here."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from analytics.schema import TABLES
from analytics.sources.mapping import Mapping, TableMapping, canonical
from analytics.sources.problems import Problem, Rejected
from analytics.sources.source import Source

FORMATS = (".parquet", ".csv", ".xlsx")
"""The extensions that can be read."""

_ADVICE = {
    ".xlsm": "is a workbook with macros; save it as .xlsx",
    ".xlsb": "is a binary workbook; save it as .xlsx",
    ".xls": "is in the old .xls format; save it as .xlsx or CSV (UTF-8)",
    ".gz": "is compressed; unpack it first",
    ".zip": "is compressed; unpack it first",
    ".bz2": "is compressed; unpack it first",
    ".xz": "is compressed; unpack it first",
    ".zst": "is compressed; unpack it first",
}
_NAMED = re.compile(r"([a-z_]+)(?:-.+)?\.\w", re.DOTALL)


@dataclass(frozen=True)
class Piece:
    """A file to be read for one table: all of the table, or a part of it."""

    path: Path
    mapping: TableMapping

    @property
    def table(self) -> str:
        """The name of the canonical table."""
        return self.mapping.table.name


@dataclass
class Bundle:
    """The pieces of a load; the files that cannot be taken, each with its problem; the ones passed over.

    `unread` are those of the passed over that hold open items. `loose` are the files of another system's export, told apart by their
    columns; `source` is its connector, where one is named, and `currency` stands for the one of rows that name none.
    """

    pieces: list[Piece] = field(default_factory=list)
    refused: list[tuple[Path, str | None, Problem]] = field(default_factory=list)
    passed_over: list[Path] = field(default_factory=list)
    unread: set[Path] = field(default_factory=set)
    loose: list[Path] = field(default_factory=list)
    source: Source | None = None
    currency: str | None = None

    def refuse(self, path: Path, table: str | None, code: str, what: str) -> None:
        """Notes that `path` cannot be taken: `what` completes the sentence that begins with its name."""
        self.refused.append((path, table, Problem(code, "reject", f"{path.name} {what}")))


def found(paths: Sequence[Path], mapping: Mapping | None = None, source: Source | None = None) -> Bundle:
    """The bundle at `paths`: files named for their table, folders of them, or what `mapping` names inside them.

    With a `source`, or where no file is named for a table, the files are an export to be told apart by their columns.
    """
    bundle = Bundle(source=source)
    files: list[tuple[Path, str | None]] = []
    for path in paths:
        _gather(path, bundle, files)
    files = [each for each in files if _can_be_written(each[0], bundle)]
    if source is not None or (mapping is None and _is_export(files, bundle)):
        bundle.loose.extend(path for path, _ in files if path.suffix.lower() in FORMATS)
        bundle.passed_over.extend(path for path, _ in files if path.suffix.lower() not in FORMATS)
    elif mapping is None:
        _by_name(files, paths, bundle)
    else:
        _by_mapping(files, paths, mapping, bundle)
    order = list(TABLES)
    bundle.pieces.sort(key=lambda piece: order.index(piece.table))
    if not bundle.pieces and not bundle.refused and not bundle.loose:
        for path in paths or [Path()]:
            bundle.refuse(path, None, "nothing_found", f"holds no file named for a table, like invoices.csv ({', '.join(TABLES)})")
    return bundle


def check_regular(path: Path) -> None:
    """Raises `Rejected` for what is missing, or not a plain file: a link, a folder, a pipe, a device."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        raise Rejected("missing", f"{path.name} is not there, or cannot be read") from None
    if stat.S_ISLNK(mode):
        raise Rejected("not_regular", f"{path.name} is a link, not a regular file; give the file itself")
    if not stat.S_ISREG(mode):
        raise Rejected("not_regular", f"{path.name} is not a regular file")


def _gather(path: Path, bundle: Bundle, files: list[tuple[Path, str | None]]) -> None:
    """Adds the files of a given path, each with the table that its folder is named for, if any."""
    if path.is_dir() and not path.is_symlink() and path.suffix.lower() not in (*FORMATS, *_ADVICE):
        files.extend(_inside(path, bundle))
        return
    try:
        check_regular(path)
        files.append((path, None))
    except Rejected as refusal:
        bundle.refused.append((path, named_for(path), refusal.problem))


def _can_be_written(path: Path, bundle: Bundle) -> bool:
    """False, and refused, if the name is of bytes that no report could hold."""
    shown = os.fsencode(path).decode("utf-8", "replace")
    if shown != str(path):
        bundle.refuse(Path(shown), None, "name", "has letters in its path that are not UTF-8; rename it")
    return shown == str(path)


def _is_export(files: Sequence[tuple[Path, str | None]], bundle: Bundle) -> bool:
    """True if none of the files is named for a table, and there is one that could be told apart by its columns."""
    named = any(named_for(path) or table for path, table in files)
    return not named and not bundle.refused and any(path.suffix.lower() in FORMATS for path, _ in files)


def _inside(folder: Path, bundle: Bundle) -> Iterator[tuple[Path, str | None]]:
    own = folder.name if folder.name in TABLES else None
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "_")):
            continue
        if path.is_dir() and not path.is_symlink() and path.name in TABLES:
            yield from ((part, path.name) for part in sorted(path.iterdir()) if not part.name.startswith((".", "_")))
        elif path.is_dir() and path.name in TABLES:
            bundle.refuse(path, path.name, "not_regular", "is a link, not a folder; give the folder itself")
        elif path.is_dir() and path.suffix.lower() not in FORMATS:
            bundle.passed_over.append(path)
        else:
            yield path, own


def named_for(path: Path) -> str | None:
    """The table a file is named for: `<table>.<ext>` or `<table>-<anything>.<ext>`."""
    match = _NAMED.match(path.name)
    return match.group(1) if match and match.group(1) in TABLES else None


def _by_name(files: Iterable[tuple[Path, str | None]], given: Sequence[Path], bundle: Bundle) -> None:
    for path, folder_table in files:
        table = named_for(path) or folder_table
        if table:
            _take(path, canonical(TABLES[table]), bundle)
        elif path in given:
            bundle.refuse(
                path, None, "unnamed", f"is not named for a table; name it like invoices.csv ({', '.join(TABLES)}), or give a mapping"
            )
        else:
            bundle.passed_over.append(path)


def _by_mapping(files: Sequence[tuple[Path, str | None]], given: Sequence[Path], mapping: Mapping, bundle: Bundle) -> None:
    used = set()
    for mapped in mapping.tables.values():
        matching = [path for path, folder in files if _matches(path, folder, mapped)]
        used.update(matching)
        for path in matching:
            _take(path, mapped, bundle)
        if not matching:
            wanted = mapped.file or f"{mapped.table.name}.csv"
            bundle.refuse(
                Path(wanted), mapped.table.name, "missing", f"is not there; mapping '{mapping.name}' reads {mapped.table.name} from it"
            )
    for path, _ in files:
        if path not in used and path in given:
            bundle.refuse(path, None, "unnamed", f"is not named by mapping '{mapping.name}'")
        elif path not in used:
            bundle.passed_over.append(path)


def _matches(path: Path, folder: str | None, mapped: TableMapping) -> bool:
    if mapped.file is None:
        return (named_for(path) or folder) == mapped.table.name
    pattern = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in mapped.file)
    return path.name == mapped.file or re.fullmatch(pattern, path.name, re.DOTALL) is not None


def _take(path: Path, mapped: TableMapping, bundle: Bundle) -> None:
    extension = path.suffix.lower()
    try:
        check_regular(path)
    except Rejected as refusal:
        bundle.refused.append((path, mapped.table.name, refusal.problem))
        return
    if extension in FORMATS or (mapped.file is not None and extension not in _ADVICE):
        bundle.pieces.append(Piece(path, mapped))
    else:
        bundle.refuse(
            path, mapped.table.name, "format", _ADVICE.get(extension, f"is neither {' nor '.join(FORMATS)}; save it as one of them")
        )
