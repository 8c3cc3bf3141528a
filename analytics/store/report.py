"""What a load says about itself: every file with its verdict, its control totals and its problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from analytics.money import MINOR_UNITS, rounded_to
from analytics.sources.problems import Problem, Severity

_WORST: tuple[Severity, ...] = ("warn", "quarantine", "reject")
_NO_CURRENCY = 2
Totals = Mapping[tuple[str, str], Decimal]
"""Money by table and currency."""


@dataclass
class FileReport:
    """One file read for one table. `sums`: currency -> (accepted, quarantined). `digest` and `size` are of its bytes."""

    path: str
    table: str | None
    problems: list[Problem] = field(default_factory=list)
    rows: int = 0
    accepted: int = 0
    quarantined: int = 0
    sums: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    number: int = 0
    digest: str = ""
    size: int = 0
    word: str = "row"

    @property
    def short_name(self) -> str:
        """The file's name without its folder."""
        return Path(self.path).name

    @property
    def verdict(self) -> str:
        """The worst of its problems: accept, warn, quarantine or reject."""
        found = {problem.severity for problem in self.problems}
        return next((severity for severity in reversed(_WORST) if severity in found), "accept")

    def as_json(self) -> dict[str, Any]:
        """The file's part of the answer of `load`."""
        return {
            "path": self.path,
            "table": self.table,
            "verdict": self.verdict,
            "rows": self.rows,
            "accepted": self.accepted,
            "quarantined": self.quarantined,
            "sums": {
                currency: {"accepted": exact_text(accepted, currency), "quarantined": exact_text(quarantined, currency)}
                for currency, (accepted, quarantined) in sorted(self.sums.items())
            },
            "problems": [
                {
                    "code": problem.code,
                    "severity": problem.severity,
                    "row": problem.row,
                    "column": problem.column,
                    "message": problem.message,
                }
                for problem in self.problems
            ],
        }


@dataclass
class LoadReport:
    """A load's answer; `generation` is None where nothing was published (refused, or only checked)."""

    files: list[FileReport]
    generation: int | None = None

    @property
    def refused(self) -> bool:
        """True if a file was rejected or the books could not be published; nothing changed."""
        return any(file.verdict == "reject" for file in self.files)

    def as_json(self) -> dict[str, Any]:
        """The answer of `load`, as the interface defines it."""
        return {"generation": self.generation, "files": [file.as_json() for file in self.files]}


def exact_text(amount: Decimal, currency: str) -> str:
    """Every digit that counts, and at least the decimals of the currency."""
    least = MINOR_UNITS.get(currency, _NO_CURRENCY)
    exact = -int(amount.normalize().as_tuple().exponent) if amount else 0
    return f"{rounded_to(amount, max(least, exact)):f}"
