"""Buckets as SQL: the age of an open item, and the tests that put it into exactly one of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from analytics.buckets import Basis


def age_at(day: str, basis: Basis = "due") -> str:
    """Days from the date that `basis` counts from to `day` (SQL)."""
    return f"{day} - {'due_date' if basis == 'due' else 'issue_date'}"


def bucket_tests(edges: Sequence[int], age: str) -> list[str]:
    """A condition on `age` per bucket of `edges`."""
    tests = [f"{age} <= {int(edges[0])}"]
    tests += [f"{age} > {int(low)} and {age} <= {int(high)}" for low, high in pairwise(edges)]
    return [*tests, f"{age} > {int(edges[-1])}"]
