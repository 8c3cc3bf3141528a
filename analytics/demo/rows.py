"""Parallel numpy arrays as rows, and the two sources of variety: seeded chance and whole days."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Self
from zlib import crc32

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

NONE = -1
"""A reference to no row."""

NEVER = 10**6
"""A day number no book reaches: what has not happened."""


def chance(seed: int, topic: str) -> np.random.Generator:
    """A random stream of its own for each topic, so that a change to one topic leaves the others as they were."""
    return np.random.default_rng([seed, crc32(topic.encode())])


def whole(numbers: npt.NDArray[Any]) -> Ints:
    """`numbers` rounded to the nearest whole number."""
    return np.asarray(np.rint(numbers), np.int64)


def picked(rng: np.random.Generator, weights: Floats | list[float], size: int) -> Ints:
    """`size` indices drawn with the given weights."""
    steps = np.cumsum(weights)
    return np.asarray(np.searchsorted(steps[:-1], rng.random(size) * steps[-1], side="right"))


@dataclass(frozen=True)
class Rows:
    """Arrays of one length; element i of each makes row i. Money is in whole cents, dates are days since 1970."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    def take(self, index: Ints | Flags) -> Self:
        """The rows at `index` (positions or flags), in that order."""
        return replace(self, **{field.name: getattr(self, field.name)[index] for field in fields(self)})

    def followed_by(self, *others: Self) -> Self:
        """These rows, then the others'."""
        parts = (self, *others)
        return replace(self, **{field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(self)})
