"""What the replays of a book teach: the choice of the model, and the misses behind the intervals; kept beside its generation."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from analytics.forecast.arrays import Floats
from analytics.forecast.models import Choice
from analytics.forecast.replays import SOURCES, TOTAL, Replays
from analytics.store import Store, fits

EDITION = 1
"""To be raised with every change that moves a figure: what an older edition learned is learned anew."""
LARGEST = 200_000
"""The most numbers that are kept of a fit."""


@dataclass(frozen=True)
class Fit:
    """What was learned."""

    choice: Choice
    misses: tuple[dict[str, Floats], ...]
    """Of each view asked for: source (and `total`) -> cut-off x group x span."""


def fitted(store: Store, replays: Replays, views: Sequence[int], horizon: int, sources: Sequence[str], question: str) -> Fit:
    """The fit of `views`; the one that was kept for the same `question`, if any."""
    asked = f"forecast, edition {EDITION}: {question}"
    content = fits.kept(store, asked)
    if content is not None:
        return _read(content)
    choice = replays.choice(replays.book.day)
    fit = Fit(choice, tuple(_misses(replays, view, horizon, sources) for view in views))
    if sum(table.size for found in fit.misses for table in found.values()) <= LARGEST:
        fits.keep(store, asked, _written(fit))
    return fit


def _misses(replays: Replays, view: int, horizon: int, sources: Sequence[str]) -> dict[str, Floats]:
    found = {source: replays.misses(replays.book.day, horizon, view, source) for source in sources}
    whole = tuple(sources) == SOURCES
    return found | {TOTAL: replays.misses(replays.book.day, horizon, view, TOTAL) if whole else found[sources[0]]}


def _written(fit: Fit) -> bytes:
    file = io.BytesIO()
    tables = {f"{place}.{source}": table for place, found in enumerate(fit.misses) for source, table in found.items()}
    np.savez_compressed(file, choice=np.array(json.dumps(asdict(fit.choice))), **tables)  # type: ignore[arg-type]
    return file.getvalue()


def _read(content: bytes) -> Fit:
    with np.load(io.BytesIO(content), allow_pickle=False) as tables:
        found: dict[int, dict[str, Floats]] = {}
        for name in tables.files:
            if name != "choice":
                place, source = name.split(".")
                found.setdefault(int(place), {})[source] = tables[name]
        return Fit(Choice(**json.loads(str(tables["choice"]))), tuple(found[place] for place in sorted(found)))
