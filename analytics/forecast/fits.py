"""What the replays of a book teach: the choice of the model, and the misses behind the intervals; kept beside its generation.

So is what a back-test found of the intervals, which the forecast says beside them.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal

import numpy as np

from analytics.forecast.arrays import Floats
from analytics.forecast.models import Choice
from analytics.forecast.replays import SOURCES, TOTAL, Replays
from analytics.scope import Scope
from analytics.store import Store, fits

EDITION = 4
"""To be raised with every change that moves a figure: what an older edition learned is learned anew."""
LARGEST = 200_000
"""The most numbers that are kept of a fit."""


@dataclass(frozen=True)
class Fit:
    """What was learned."""

    choice: Choice
    misses: tuple[dict[str, Floats], ...]
    """Of each view asked for: source (and `total`) -> cut-off x group x span."""
    day: int
    """The as-of day: nothing later is in it."""
    earlier: int | None = None
    """The generation that it was learned from, where it stands in for that of a later one."""


def fitted(
    store: Store,
    replays: Replays,
    views: Sequence[int],
    horizon: int,
    sources: Sequence[str],
    question: str,
    series: str | None = None,
    *,
    stand_in: bool = False,
) -> Fit:
    """The fit of `views`; the one that was kept for the same `question`, if any.

    With `stand_in`, where none was kept, that of an earlier generation for the same `series`, if its day is not later.
    """
    asked = _asked("forecast", question)
    content = fits.kept(store, asked)
    if content is not None:
        return _read(content)
    family = series and _asked("forecast", series)
    before = fits.kept_before(store, family) if stand_in and family else None
    if before is not None and (older := _read(before[1])).day <= replays.book.day:
        return replace(older, earlier=before[0])
    choice = replays.choice(replays.book.day)
    fit = Fit(choice, tuple(_misses(replays, view, horizon, sources) for view in views), replays.book.day)
    if sum(table.size for found in fit.misses for table in found.values()) <= LARGEST:
        fits.keep(store, asked, _written(fit), family)
    return fit


@dataclass(frozen=True)
class Coverage:
    """Which part of the weekly amounts, all sources together, lay inside the intervals that the back-test gave them; None: unknown."""

    inside_80: Decimal | None = None
    inside_90: Decimal | None = None
    cutoffs: int = 0
    """At how many past days."""


def keep_coverage(store: Store, scope: Scope, horizon: int, found: Coverage) -> None:
    """Keeps what the back-test of `scope` found."""
    fits.keep(store, _asked("coverage", f"{scope!r} {horizon}"), json.dumps(asdict(found), default=str).encode())


def kept_coverage(store: Store, scope: Scope, horizon: int) -> Coverage:
    """What the back-test of `scope` found, if there was one."""
    content = fits.kept(store, _asked("coverage", f"{scope!r} {horizon}"))
    if content is None:
        return Coverage()
    found = json.loads(content)
    inside = {name: value and Decimal(value) for name, value in found.items() if name != "cutoffs"}
    return Coverage(**inside, cutoffs=found["cutoffs"])


def _asked(what: str, question: str) -> str:
    return f"{what}, edition {EDITION}: {question}"


def _misses(replays: Replays, view: int, horizon: int, sources: Sequence[str]) -> dict[str, Floats]:
    found = {source: replays.misses(replays.book.day, horizon, view, source) for source in sources}
    whole = tuple(sources) == SOURCES
    return found | {TOTAL: replays.misses(replays.book.day, horizon, view, TOTAL) if whole else found[sources[0]]}


def _written(fit: Fit) -> bytes:
    file = io.BytesIO()
    tables = {f"{place}.{source}": table for place, found in enumerate(fit.misses) for source, table in found.items()}
    np.savez_compressed(file, choice=np.array(json.dumps(asdict(fit.choice))), day=np.array(fit.day), **tables)  # type: ignore[arg-type]
    return file.getvalue()


def _read(content: bytes) -> Fit:
    with np.load(io.BytesIO(content), allow_pickle=False) as tables:
        found: dict[int, dict[str, Floats]] = {}
        for name in tables.files:
            if "." in name:
                place, source = name.split(".")
                found.setdefault(int(place), {})[source] = tables[name]
        choice = Choice(**json.loads(str(tables["choice"])))
        return Fit(choice, tuple(found[place] for place in sorted(found)), int(tables["day"]))
