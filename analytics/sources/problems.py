"""What is wrong with a file, a column or a row, as facts with the sentence the user reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analytics.errors import DuebookError

Severity = Literal["warn", "quarantine", "reject"]


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a file; `row` and `column` are None where it concerns all of them."""

    code: str
    severity: Severity
    message: str
    row: int | None = None
    column: str | None = None


class Rejected(DuebookError):
    """A file cannot be taken at all; `problem` says why."""

    def __init__(self, code: str, message: str, *, row: int | None = None, column: str | None = None) -> None:
        super().__init__(message)
        self.problem = Problem(code, "reject", message, row, column)
