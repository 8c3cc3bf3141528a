"""What can go wrong, as facts; each error writes its own sentence.

`Refused` is the user's data or request saying no (exit status 1); `UsageError` is a wrong question (exit status 2).
"""

from __future__ import annotations


class DuebookError(Exception):
    """The parent of every error that carries a sentence for the user."""


class Refused(DuebookError):
    """Bad input or a damaged store; nothing was changed."""


class UsageError(DuebookError):
    """A question that cannot be asked this way: an unknown column, a malformed date, contradicting options."""


class UnknownColumn(UsageError):
    """A filter or grouping names a column that Duebook does not know."""

    def __init__(self, column: str, known: tuple[str, ...]) -> None:
        super().__init__(f"'{column}' is not one of {', '.join(known)}")


class StoreMissing(Refused):
    """There are no books yet."""

    def __init__(self, directory: object) -> None:
        super().__init__(
            f"no books at {directory}: load some with 'python -m analytics load PATH', "
            "or make a demo book with 'python -m analytics demo --out DIR'"
        )


class GenerationMissing(Refused):
    """A generation was asked for that is not kept."""

    def __init__(self, number: int, kept: tuple[int, ...]) -> None:
        super().__init__(f"generation {number} is not kept; there are {', '.join(map(str, kept)) or 'none'}")


class OtherLayout(Refused):
    """A generation was made by another version of Duebook, whose tables were laid out differently."""

    def __init__(self, number: int, *, older: bool) -> None:
        made, change = ("an older", "load its files again") if older else ("a newer", "update this one, or load its files again")
        super().__init__(f"generation {number} was made by {made} Duebook, which lays its tables out differently: {change}")


class CustomerMissing(Refused):
    """A customer was asked for who is in none of the tables."""

    def __init__(self, customer_id: str) -> None:
        super().__init__(f"customer '{customer_id}' is not in the books")


def first_line(problem: Exception) -> str:
    """What a library's error says, without its details over several lines."""
    return (str(problem).splitlines() or [type(problem).__name__])[0][:300]
