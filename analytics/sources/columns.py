"""The columns of a file against the ones its mapping names, before any row is read."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence

from analytics.sources.mapping import TableMapping
from analytics.sources.problems import Problem, Rejected

COLUMN_LIMIT = 200
_PANDAS_INDEX = "__index_level_"


def check_columns(file: str, names: Sequence[str], mapped: TableMapping) -> None:
    """Raises `Rejected` if a column that `mapped` names is missing, there twice, or there in another case too."""
    if len(names) > COLUMN_LIMIT:
        raise Rejected("too_many_columns", f"{file} has {len(names):,} columns: limit {COLUMN_LIMIT}")
    counts = Counter(names)
    written: dict[str, list[str]] = {}
    for name in counts:
        written.setdefault(name.lower(), []).append(name)
    for name in sorted(mapped.names):
        if counts[name] > 1:
            raise Rejected("duplicate_column", f"{file}: column '{name}' appears {counts[name]} times; keep one", column=name)
        variants = written.get(name.lower(), [])
        if len(variants) > 1:
            listed = "' and '".join(sorted(variants, key=lambda variant: variant != name))
            raise Rejected("case_variant", f"{file}: columns '{listed}' differ only in case; keep one", column=name)
        if name not in counts and (mapped.declared or _required(mapped, name)):
            alike = [given for given in counts if _letters(given) == _letters(name)]
            raise Rejected("missing_column", f"{file}: column '{name}' is missing{_hint(alike, mapped)}", column=name)


def unknown_columns(file: str, names: Sequence[str], mapped: Sequence[TableMapping]) -> list[Problem]:
    """A warning for each column that none of the mappings reading this file names."""
    known: frozenset[str] = frozenset().union(*(one.names for one in mapped))
    return [
        Problem("unknown_column", "warn", f"{file}: {_ignored(place, name)}", column=name or None)
        for place, name in enumerate(names, start=1)
        if name not in known
    ]


def _ignored(place: int, name: str) -> str:
    if not name:
        return f"column {place} has no name and was ignored"
    if name.startswith(_PANDAS_INDEX):
        return f"column '{name}' ignored (an index written by pandas)"
    return f"column '{name}' is not known and was ignored"


def _required(mapped: TableMapping, name: str) -> bool:
    return any(column.required and mapped.columns.get(column.name) == name for column in mapped.table.columns)


def _letters(name: str) -> str:
    """What is left of a name without case, spaces, marks, and letters that cannot be seen."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", name).casefold() if letter.isalnum())


def _hint(alike: Sequence[str], mapped: TableMapping) -> str:
    if alike:
        return f"; '{alike[0]}' is written differently: rename it"
    return "; the mapping names it" if mapped.declared else ""
