"""Aging buckets: edges are inclusive upper limits in days, the last bucket is open, so that every age has one place."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from analytics.errors import UsageError

Basis = Literal["due", "issue"]
DEFAULT_EDGES = (0, 30, 60, 90)


def checked_edges(edges: Sequence[int]) -> tuple[int, ...]:
    """`edges` as a tuple; raises `UsageError` unless they are whole, strictly rising and at least one."""
    if not edges or any(b <= a for a, b in pairwise(edges)) or any(abs(e) > 36_500 for e in edges):
        raise UsageError(f"edges {','.join(map(str, edges)) or '(none)'} must be rising days, like 0,30,60,90")
    return tuple(int(edge) for edge in edges)


def parse_edges(text: str) -> tuple[int, ...]:
    """Reads `0,30,60,90`."""
    try:
        return checked_edges([int(part) for part in text.split(",")])
    except ValueError:
        raise UsageError(f"edges '{text}' must be whole days with commas between, like 0,30,60,90") from None


def labels(edges: Sequence[int], basis: Basis = "due") -> tuple[str, ...]:
    """The names of the buckets, one more than the edges: `Not due`, `1-30`, `31-60`, `61-90`, `Over 90`."""
    first = "Not due" if basis == "due" and edges[0] == 0 else f"Up to {edges[0]}"
    between = (_span(low + 1, high) for low, high in pairwise(edges))
    return (first, *between, f"Over {edges[-1]}")


def _span(low: int, high: int) -> str:
    if low == high:
        return str(low)
    return f"{low}-{high}" if low >= 0 else f"{low} to {high}"
