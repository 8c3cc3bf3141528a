"""The lines of a CSV file before any parser sees them: blocks of whole records, every quote, field and line accounted for.

A tolerant parser hides damage: a stray quote swallows rows, a cut file ends early, a short row is filled up. So quotes, fields and
line ends are counted here first, on bytes, and a file that does not add up is rejected with the line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from analytics.sources.problems import Rejected

BLOCK = 2**21
CELL_LIMIT = 64 * 2**20
"""Bytes that one record may have; more means that a quote was never closed."""

LINE_ENDS = "save with the line ends of this century"
_FEWEST = 4
"""Columns from which on a cell that looks like whole rows is taken for swallowed rows, not for an address."""

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Layout:
    """How the records of a file are written; `fields` per record; `quote` is empty where there are none.

    `open_end`: the last record may lack its line end, if all of its fields are there.
    """

    name: str
    delimiter: str
    quote: str
    fields: int
    open_end: bool = False


@dataclass(frozen=True)
class Block:
    """Whole records, and the physical line on which each begins (blank lines are no records)."""

    content: bytes
    lines: Positions


def blocks(path: Path, layout: Layout, start: int, line: int) -> Iterator[Block]:
    """The records of the file from byte `start`, which is on physical line `line`; raises `Rejected` where they do not add up."""
    with open(path, "rb") as file:
        file.seek(start)
        rest = b""
        while True:
            more = file.read(BLOCK)
            content = rest + more
            if not content:
                return
            if not more and layout.open_end:
                content += b"\n"
            _check_bytes(layout, content, line)
            marks = _Marks(layout, content, line)
            end = marks.end_of_records
            if end == 0 and more and len(content) <= CELL_LIMIT:
                rest = content
                continue
            if not more or end == 0:
                marks.check_quotes()
            if end == 0 or (not more and end < len(content)):
                raise marks.cut_off()
            complete = marks if end == len(content) else _Marks(layout, content[:end], line)
            yield complete.block()
            rest = content[end:]
            line += len(complete.newlines)


def _check_bytes(layout: Layout, content: bytes, line: int) -> None:
    nul = content.find(b"\0")
    if nul >= 0:
        at = _line_at(content, nul, line)
        raise Rejected("nul_bytes", f"{layout.name} line {at}: NUL bytes; fetch the file again", row=at)
    try:
        content[: content.rfind(b"\n") + 1].decode("utf-8")
    except UnicodeDecodeError as problem:
        at = _line_at(content, problem.start, line)
        raise Rejected("not_utf8", f"{layout.name} line {at}: not UTF-8; save as UTF-8, or set encoding in a mapping", row=at) from None


def _line_at(content: bytes, position: int, line: int) -> int:
    return line + content.count(b"\n", 0, position)


class _Marks:
    """Where the quotes, delimiters and line ends of some content are."""

    def __init__(self, layout: Layout, content: bytes, line: int) -> None:
        self.layout, self.content, self.line = layout, content, line
        self.bytes = np.frombuffer(content, np.uint8)
        self.newlines = self._places("\n")
        self.quotes = self._places(layout.quote) if layout.quote else np.empty(0, np.int64)
        self.ends = self._outside(self.newlines)

    def _places(self, mark: str) -> Positions:
        return np.flatnonzero(self.bytes == ord(mark))

    def _outside(self, positions: Positions) -> Positions:
        """Those of `positions` that are not inside quotes: an even number of quotes comes before them."""
        return positions[np.searchsorted(self.quotes, positions) % 2 == 0] if len(self.quotes) else positions

    @property
    def end_of_records(self) -> int:
        """The byte after the last line end outside quotes; 0 if there is none."""
        return int(self.ends[-1]) + 1 if len(self.ends) else 0

    def block(self) -> Block:
        """The records, once their quotes, line ends and fields have been checked."""
        self.check_quotes()
        self._check_returns()
        starts = np.concatenate(([0], self.ends[:-1] + 1))
        lines = self.line + np.searchsorted(self.newlines, starts)
        filled = self._filled(starts)
        self._check_fields(starts, lines, filled)
        self._check_swallowed(starts)
        return Block(self.content, lines[filled])

    def check_quotes(self) -> None:
        """Raises `Rejected` for a quote that neither opens nor closes a cell, naming the line of the last one that opened."""
        opening, closing = self.quotes[0::2], self.quotes[1::2]
        if len(opening):
            separators = np.frombuffer(f"{self.layout.delimiter}\r\n{self.layout.quote}".encode(), np.uint8)
            padded = np.concatenate((separators[2:3], self.bytes, separators[2:3]))
            good_opening = np.isin(padded[opening], separators[[0, 2, 3]])
            good_closing = np.isin(padded[closing + 2], separators)
            wrong_opening, wrong_closing = np.flatnonzero(~good_opening), np.flatnonzero(~good_closing)
            if len(wrong_opening) and (not len(wrong_closing) or wrong_opening[0] <= wrong_closing[0]):
                at = _line_at(self.content, int(opening[wrong_opening[0]]), self.line)
                raise self._rejected("stray_quote", at, "a quote inside a cell that does not begin with one; double it and quote the cell")
            if len(wrong_closing):
                raise self._never_closed(int(opening[wrong_closing[0]]))

    def cut_off(self) -> Rejected:
        """Why the content ends before its last record does."""
        if len(self.quotes) % 2:
            return self._never_closed(int(self.quotes[-1]))
        at = self.line + len(self.newlines)
        return self._rejected("cut_off", at, f"file ends inside line {at}, without a line end; fetch or export it again")

    def _never_closed(self, position: int) -> Rejected:
        at = _line_at(self.content, position, self.line)
        return self._rejected("unclosed_quote", at, "quote opened and never closed where a cell ends")

    def _rejected(self, code: str, line: int, sentence: str) -> Rejected:
        return Rejected(code, f"{self.layout.name} line {line}: {sentence}", row=line)

    def _check_returns(self) -> None:
        if b"\r" not in self.content:
            return
        returns = self._places("\r")
        bare = self._outside(returns[self.bytes[returns + 1] != ord("\n")])
        if len(bare):
            at = _line_at(self.content, int(bare[0]), self.line)
            raise self._rejected("line_end", at, f"a carriage return without a line feed; {LINE_ENDS}")

    def _filled(self, starts: Positions) -> npt.NDArray[np.bool_]:
        length = self.ends - starts
        only_return = (length == 1) & (self.bytes[starts] == ord("\r"))
        filled: npt.NDArray[np.bool_] = (length > 0) & ~only_return
        return filled

    def _check_fields(self, starts: Positions, lines: Positions, filled: npt.NDArray[np.bool_]) -> None:
        delimiters = self._outside(self._places(self.layout.delimiter))
        fields = np.searchsorted(delimiters, self.ends) - np.searchsorted(delimiters, starts) + 1
        wrong = np.flatnonzero((fields != self.layout.fields) & filled)
        if len(wrong):
            at, found = int(lines[wrong[0]]), int(fields[wrong[0]])
            sentence = f"{self.layout.name} line {at} has {found} fields, header has {self.layout.fields}"
            raise Rejected("ragged", sentence, row=at)

    def _check_swallowed(self, starts: Positions) -> None:
        """Raises `Rejected` for a quoted cell that holds the rest of its row, whole rows, and the beginning of another."""
        if len(self.ends) == len(self.newlines) or self.layout.fields < _FEWEST:
            return
        delimiter = self.layout.delimiter.encode()
        for opening, closing in self._cells_over_lines():
            parts = [part.count(delimiter) for part in self.content[opening:closing].split(b"\n")]
            record = int(starts[np.searchsorted(starts, opening, side="right") - 1])
            before = _fields_before(self.content[record:opening], delimiter, self.layout.quote.encode())
            whole = self.layout.fields - 1
            if parts[0] == whole - before and parts[-1] == before and all(part == whole for part in parts[1:-1]):
                at = _line_at(self.content, opening, self.line)
                sentence = f"a quoted cell swallows what look like whole rows, down to line {at + len(parts) - 1}; close its quote"
                raise self._rejected("swallowed_rows", at, sentence)

    def _cells_over_lines(self) -> Iterator[tuple[int, int]]:
        """Quoted cells with a line end in them; a doubled quote does not end a cell."""
        opening, closing = self.quotes[0::2], self.quotes[1::2]
        begins = np.concatenate(([True], closing[:-1] + 1 != opening[1:]))
        first, last = opening[begins], closing[np.concatenate((begins[1:], [True]))]
        over = np.searchsorted(self.newlines, last) > np.searchsorted(self.newlines, first)
        yield from zip(first[over].tolist(), last[over].tolist(), strict=True)


def _fields_before(content: bytes, delimiter: bytes, quote: bytes) -> int:
    """The delimiters of the beginning of a record, the ones inside quotes apart."""
    return sum(part.count(delimiter) for part in content.split(quote)[0::2])
