"""What a chart on paper is made of: rectangles, lines, areas and words, in points, y down from the top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

QUIET = "#64748B"


@dataclass(frozen=True)
class Box:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True)
class Path:
    """A line through points; `dash` are the lengths of its dashes and gaps."""

    points: tuple[tuple[float, float], ...]
    colour: str
    width: float = 1.0
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Area:
    """A filled polygon."""

    points: tuple[tuple[float, float], ...]
    colour: str


@dataclass(frozen=True)
class Label:
    """Text on its base line, anchored where it starts, in its middle or where it ends."""

    x: float
    y: float
    text: str
    anchor: Literal["start", "middle", "end"] = "start"
    colour: str = QUIET
    size: float = 7.0
    bold: bool = False


Shape = Box | Path | Area | Label
