"""What an installation has chosen: how money, numbers and dates are written, and its target for DSO. In `settings.toml`, beside the books.

currency = "code"            # "sign" (€1.00) or "code" (EUR 1.00)
negative = "parentheses"     # "minus" or "parentheses"
numbers = "1.234,50"         # or "1,234.50", "1 234,50", "1'234.50"
dates = "2026-11-20"         # or "20 Nov 2026", "20/11/2026", "11/20/2026", "20.11.2026"
dso_target = 45
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

from analytics.errors import UsageError

FILE = "settings.toml"
CHOICES: dict[str, tuple[str, ...]] = {
    "currency": ("sign", "code"),
    "negative": ("minus", "parentheses"),
    "numbers": ("1,234.50", "1.234,50", "1 234,50", "1'234.50"),
    "dates": ("20 Nov 2026", "2026-11-20", "20/11/2026", "11/20/2026", "20.11.2026"),
}
"""What each setting may be; the first is what holds where nothing is chosen."""


@dataclass(frozen=True)
class Settings:
    """The choices of an installation."""

    currency: str = CHOICES["currency"][0]
    negative: str = CHOICES["negative"][0]
    numbers: str = CHOICES["numbers"][0]
    dates: str = CHOICES["dates"][0]
    dso_target: Decimal | None = None

    @property
    def separators(self) -> tuple[str, str]:
        """What parts thousands, and what parts the decimals."""
        return self.numbers[1], self.numbers[5]


def read(directory: Path) -> Settings:
    """The settings beside the books at `directory`; raises `UsageError` for one that is not known or may not be so."""
    path = directory / FILE
    try:
        chosen = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise UsageError(f"{path} cannot be read: {problem}") from problem
    known = {field.name for field in fields(Settings)}
    for name, value in chosen.items():
        if name not in known:
            raise UsageError(f"{path}: '{name}' is no setting; there are {', '.join(sorted(known))}")
        if name in CHOICES and value not in CHOICES[name]:
            raise UsageError(f"{path}: {name} is '{value}', not one of {'; '.join(CHOICES[name])}")
    return Settings(**chosen | _target(path, chosen.get("dso_target")))


def _target(path: Path, value: Any) -> dict[str, Decimal | None]:
    if value is None:
        return {}
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not 0 < value <= 1000:
        raise UsageError(f"{path}: dso_target is '{value}', not a number of days like 45")
    return {"dso_target": Decimal(value)}
