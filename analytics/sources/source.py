"""What a connector is: the files of one system that it knows by their columns, and what each of their rows becomes.

A connector is data. Its objects say how to tell its files apart (*identify*); its extracts name the statements under
`analytics/sql/sources/<name>` that turn the rows of one object into rows of a canonical table (*extract*). A statement answers
text cells under canonical names, `file` and `row` of the row it comes from, and says in further columns what is wrong with it
(*problems*): `left_out` (why the row is not taken), `claim` (the source's own word for its status), `stated` (what the source
says is open or unapplied, to be compared with what its rows make), `note_code` and `note` (a warning).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from analytics.schema import Column, Table
from analytics.sources.mapping import TableMapping

SAYS = ("claim", "left_out", "stated", "note_code", "note")
"""What a statement may say about a row beside its canonical columns."""


@dataclass(frozen=True)
class Object:
    """A kind of file: the columns that it must have, and by which it is known; the others that are used where it has them."""

    name: str
    columns: tuple[str, ...]
    others: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every column that is used."""
        return self.columns + self.others

    def mapped(self, columns: Sequence[str]) -> TableMapping:
        """How a file with these columns is read: every cell as the text that it is, under our spelling of its column."""
        given = {name.lower(): name for name in reversed(columns)}
        required = [Column(name, required=True) for name in self.columns]
        table = Table(self.name, (), (*required, *(Column(name) for name in self.others)))
        return TableMapping(table, {name: given.get(name.lower(), name) for name in table.names}, open_end=True)

    def uses(self, column: str) -> bool:
        """Whether a column of a file is one of ours: exporters spell them in capitals, or not."""
        return column.lower() in {name.lower() for name in self.names}


@dataclass(frozen=True)
class Extract:
    """A canonical table read from the rows of an object by the statement `analytics/sql/sources/<source>/<statement>.sql`."""

    table: str
    object: str
    statement: str


@dataclass(frozen=True)
class Source:
    """A system whose exports are read as they are; a folder is its own if one of the `tell_tale` objects is there.

    `snapshots` is the statement of balances that the system has drawn up itself, where it does: the books are held against them.
    """

    name: str
    title: str
    objects: tuple[Object, ...]
    extracts: tuple[Extract, ...]
    tell_tale: tuple[str, ...] = ("invoice",)
    snapshots: str | None = None
    unread: tuple[Object, ...] = ()
    """Kinds of file that hold open items and cannot be read, known by their columns or name: each is a problem of the load."""

    def object(self, name: str) -> Object:
        """The object called `name`; raises `KeyError` if there is none."""
        return {each.name: each for each in self.objects}[name]

    def identify(self, file: str, columns: Sequence[str]) -> Object | None:
        """What kind of file it is: by its columns, else by its name, so that a missing column can be named; None if neither."""
        return self.by_columns(columns) or self._by_name(file)

    def by_columns(self, columns: Sequence[str]) -> Object | None:
        """The object all of whose columns are there; of several, the one with the most."""
        given = {name.lower() for name in columns}
        found = [each for each in self.objects if {name.lower() for name in each.columns} <= given]
        return max(found, key=lambda each: len(each.columns), default=None)

    def _by_name(self, file: str) -> Object | None:
        stem = PurePath(file).stem.lower().removeprefix(f"{self.name}_").removesuffix("_data")
        return next((each for each in self.objects if each.name.lower() == stem), None)

    def is_unread(self, file: str, columns: Sequence[str]) -> bool:
        """Whether a file is of a kind that holds open items and cannot be read."""
        stem = PurePath(file).stem.lower()
        given = {name.lower() for name in columns}
        return any(each.name.lower() == stem or {name.lower() for name in each.columns} <= given for each in self.unread)
