"""A load in a process of its own: whatever a file does to it, the one who asked goes on, and its memory is given back."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from analytics.errors import Refused

MEMORY = 8 * 2**30
SECONDS = 900
"""What a load may take; `AR_MEMORY` bounds what the store itself holds in memory."""

_ROOT = Path(__file__).parent.parent


def load(
    paths: Sequence[Path],
    *,
    into: Path,
    mapping: Path | None = None,
    source: str | None = None,
    source_currency: str | None = None,
    append: bool = False,
    careful: bool = False,
    check: bool = False,
    progress: Callable[[str, float], None] | None = None,
) -> dict[str, Any]:
    """What `load` says of `paths`, as its JSON; `progress` is called with a sentence and the share that is done.

    Raises `Refused` with the sentence of a load that gave no answer.
    """
    named = {"--mapping": mapping, "--source": source, "--source-currency": source_currency}
    words = [f"{name}={value}" for name, value in named.items() if value is not None]
    words += [name for name, wanted in (("--append", append), ("--careful", careful), ("--check", check)) if wanted]
    command = [sys.executable, "-m", "analytics", "load", *words, f"--store={into.resolve()}", "--format=json", "--progress=lines", "--"]
    said = ""
    with subprocess.Popen(
        [*command, *(str(path.absolute()) for path in paths)], cwd=_ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        resource.prlimit(process.pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
        patience = threading.Timer(SECONDS, process.kill)
        patience.start()
        for line in process.stderr:
            if line.startswith("progress "):
                _, share, message = line.rstrip().split(" ", 2)
                if progress:
                    progress(message, _share(share))
            elif line.startswith("analytics load: "):
                said = line.removeprefix("analytics load: ").strip()
        answer = process.stdout.read()
        patience.cancel()
    try:
        document: dict[str, Any] = json.loads(answer)
    except ValueError:
        raise Refused(said or "the load ended without an answer; nothing was published") from None
    return document


def _share(text: str) -> float:
    whole, _, thousandths = text.partition(".")
    return int(whole) + int(thousandths) / 1000
