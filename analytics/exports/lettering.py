"""Which typeface draws which letter on paper, and what to do with those that none of ours has.

A PDF is drawn letter by letter, in the order in which they are seen: Hebrew and Arabic are turned round and joined first.
"""

from __future__ import annotations

from functools import cache
from itertools import groupby
from pathlib import Path

import arabic_reshaper
from bidi.algorithm import get_display
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from analytics.formats import UNPARTED

FOLDER = Path(__file__).with_name("fonts")
REGULAR, BOLD, WIDE = "Inter", "Inter-SemiBold", "DejaVu"
FILES = {REGULAR: "Inter-Regular.ttf", BOLD: "Inter-SemiBold.ttf", WIDE: "DejaVuSans.ttf"}
MISSING = "\N{WHITE SQUARE}"
"""Stands where a letter cannot be drawn."""

CUT = "\N{HORIZONTAL ELLIPSIS}"
RIGHT_TO_LEFT = range(0x0590, 0x0900)
UNSEEN = frozenset("\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}\N{VARIATION SELECTOR-16}\N{ZERO WIDTH SPACE}\ufeff")

Run = tuple[str, str]
"""Typeface and the letters it draws."""


@cache
def faces() -> dict[str, frozenset[int]]:
    """The typefaces, registered, with the letters that each has."""
    for name, file in FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(FOLDER / file)))
    return {name: frozenset(pdfmetrics.getFont(name).face.charToGlyph) for name in FILES}


def runs(text: str, face: str = REGULAR) -> list[Run]:
    """`text` as it is seen, from left to right, in runs of one typeface each."""
    letters = [_drawn(letter, face) for letter in _as_seen(text)]
    return [(name, "".join(letter for _, letter in each)) for name, each in groupby(letters, key=lambda pair: pair[0])]


def width(text: str, size: float, face: str = REGULAR) -> float:
    """How wide `text` is in points."""
    wide: float = sum(pdfmetrics.stringWidth(letters, name, size) for name, letters in runs(text, face))
    return wide


def cut(text: str, room: float, size: float, face: str = REGULAR) -> str:
    """`text`, or as much of its beginning as fits into `room` points with `CUT` behind it."""
    if width(text, size, face) <= room:
        return text
    fitting, longer = 0, len(text)
    while fitting + 1 < longer:
        middle = (fitting + longer) // 2
        if width(text[:middle].rstrip() + CUT, size, face) <= room:
            fitting = middle
        else:
            longer = middle
    return text[:fitting].rstrip() + CUT


def folded(text: str, room: float, size: float, face: str = REGULAR) -> list[str]:
    """`text` in one line, or in two parted between words; what is longer is cut. None for no text."""
    words = text.split(" ")
    fitting = next((count for count in range(len(words), 1, -1) if width(" ".join(words[:count]), size, face) <= room), 1)
    lines = (" ".join(words[:fitting]), " ".join(words[fitting:]))
    return [cut(line, room, size, face) for line in lines if line]


def missing(text: str) -> bool:
    """Whether `text` holds a letter that no typeface here has."""
    return any(letter == MISSING for _, letters in runs(text) for letter in letters) and MISSING not in text


def _as_seen(text: str) -> str:
    plain = "".join(" " if letter.isspace() and letter != UNPARTED else letter for letter in text if letter not in UNSEEN)
    if not any(ord(letter) in RIGHT_TO_LEFT for letter in plain):
        return plain
    return str(get_display(arabic_reshaper.reshape(plain)))


def _drawn(letter: str, face: str) -> Run:
    known = faces()
    for name in (face, WIDE):
        if ord(letter) in known[name]:
            return name, letter
    return WIDE, MISSING
