"""The `keep` of a mapping: a small condition on the columns of a row, like `total > 0 and type = 'ACCREC'`.

    condition  = clause { "or" clause }        clause = term { "and" term }
    term       = "(" condition ")" | column operator literal
    column     = word, or "any text" in double quotes     operator = = <> != < <= > >=
    literal    = number | 'text'

An empty cell equals '' and nothing else. A column is a canonical one of the table, else one of the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from analytics.errors import UsageError

OPERATORS = ("=", "<>", "!=", "<=", ">=", "<", ">")
_TOKEN = re.compile(
    r"""\s*(?:(?P<number>[+-]?\d+(?:\.\d+)?)(?![\w.])|'(?P<text>(?:[^']|'')*)'|"(?P<quoted>[^"]+)"|(?P<word>[A-Za-z_]\w*)"""
    r"""|(?P<operator><>|!=|<=|>=|=|<|>)|(?P<bracket>[()]))""",
    re.ASCII,
)


@dataclass(frozen=True)
class Comparison:
    """`column operator value`."""

    column: str
    operator: str
    value: Decimal | str

    @property
    def columns(self) -> frozenset[str]:
        """The columns it looks at."""
        return frozenset({self.column})


@dataclass(frozen=True)
class Combination:
    """Conditions that must all hold (`and`), or of which one must (`or`)."""

    word: str
    parts: tuple[Condition, ...]

    @property
    def columns(self) -> frozenset[str]:
        """The columns it looks at."""
        return frozenset().union(*(part.columns for part in self.parts))


Condition = Comparison | Combination
_Token = tuple[str, str]
_Part = Callable[[list[_Token]], tuple[Condition, list[_Token]]]


def parse(text: str) -> Condition:
    """Reads a condition; raises `UsageError` naming the place where it stops making sense."""
    tokens = _tokens(text)
    condition, rest = _either(text, tokens)
    if rest:
        raise _unreadable(text, rest)
    return condition


def _tokens(text: str) -> list[_Token]:
    found, place, end = [], 0, len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if not match or match.lastgroup is None:
            raise UsageError(f"keep '{text}' cannot be read at '{text[place:].strip()[:20]}'")
        found.append((match.lastgroup, match.group(match.lastgroup)))
        place = match.end()
    return found


def _either(text: str, tokens: list[_Token]) -> tuple[Condition, list[_Token]]:
    return _joined(tokens, "or", lambda rest: _joined(rest, "and", lambda inner: _term(text, inner)))


def _joined(tokens: list[_Token], word: str, part: _Part) -> tuple[Condition, list[_Token]]:
    first, rest = part(tokens)
    parts = [first]
    while rest and rest[0][0] == "word" and rest[0][1].lower() == word:
        following, rest = part(rest[1:])
        parts.append(following)
    return (parts[0] if len(parts) == 1 else Combination(word, tuple(parts))), rest


def _term(text: str, tokens: list[_Token]) -> tuple[Condition, list[_Token]]:
    if tokens[:1] == [("bracket", "(")]:
        condition, rest = _either(text, tokens[1:])
        if rest[:1] != [("bracket", ")")]:
            raise _unreadable(text, rest)
        return condition, rest[1:]
    kinds = [kind for kind, _ in tokens[:3]]
    if len(kinds) < 3 or kinds[0] not in ("word", "quoted") or kinds[1] != "operator" or kinds[2] not in ("number", "text"):
        raise _unreadable(text, tokens)
    (_, column), (_, operator), (kind, literal) = tokens[:3]
    value = Decimal(literal) if kind == "number" else literal.replace("''", "'")
    return Comparison(column, operator, value), tokens[3:]


def _unreadable(text: str, rest: list[_Token]) -> UsageError:
    where = f"at '{rest[0][1]}'" if rest else "at its end"
    return UsageError(f"keep '{text}' cannot be read {where}; write it like: total > 0 and kind = 'invoice'")
