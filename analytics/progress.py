"""Progress on standard error: a bar where that is a terminal, silence where it is not, or lines for another program."""

from __future__ import annotations

import sys
import time
from types import TracebackType

WIDTH = 28


class Bar:
    """`show(message, done)` draws the share that is done (0 to 1) and the seconds gone; leaving the block clears the line."""

    def __init__(self) -> None:
        self._drawing = sys.stderr.isatty()
        self._started = time.monotonic()

    def show(self, message: str, done: float) -> None:
        """Draws the bar at `done`, with `message` beside it."""
        if self._drawing:
            filled = round(WIDTH * min(max(done, 0.0), 1.0))
            seconds = time.monotonic() - self._started
            print(f"\r\x1b[K{'━' * filled}{'─' * (WIDTH - filled)} {seconds:5.1f} s  {message}", end="", file=sys.stderr, flush=True)

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._drawing:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


class Lines(Bar):
    """`show(message, done)` says `progress <share> <message>` on a line of its own, for a program that reads along."""

    def show(self, message: str, done: float) -> None:
        """Says how far it is."""
        print(f"progress {done:.3f} {message}", file=sys.stderr, flush=True)
