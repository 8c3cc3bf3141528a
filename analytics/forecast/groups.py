"""The groups a forecast is shown by: which there are, their names, and what belongs to each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.forecast.arrays import Flags, Ints
from analytics.forecast.book import Book, Owed
from analytics.forecast.periods import Span
from analytics.forecast.replays import View

NO_GROUP = -1
Name = tuple[str | int | None, ...]
"""Currency and values of `by`; an installment's number is the only one that is no text."""


@dataclass(frozen=True)
class Groups:
    """Groups in the order of their names."""

    names: tuple[Name, ...]
    of_code: Ints
    """The group of each of the book's; -1 for none."""

    @property
    def currencies(self) -> list[str]:
        """The currency of each group."""
        return [str(name[0]) for name in self.names]


def shown_groups(book: Book, owed: Owed, by: Sequence[str], billed: Flags) -> Groups:
    """A group for each currency and values of `by` of what is open, or `billed` of late, or in a contract.

    Without `by` each currency of the scope has one: a book in which everything is paid expects 0.
    """
    codes = [book.group[owed.item], book.billed_group[billed & book.in_scope], book.plan.group[~np.isnan(book.plan.rate)]]
    if not by:
        codes.append(book.group[book.in_scope])
    present = np.unique(np.concatenate(codes))
    names = [_named(book.names[code], by) for code in present]
    order = sorted(range(len(names)), key=lambda place: [(value is None, 0 if value is None else value) for value in names[place]])
    of_code = np.full(len(book.names), NO_GROUP, np.int64)
    of_code[present[order]] = np.arange(len(order))
    return Groups(tuple(names[place] for place in order), of_code)


def by_currency(groups: Groups) -> Groups:
    """The currencies of `groups`, with all that is in them."""
    names = sorted(set(groups.currencies))
    of_group = np.append(np.searchsorted(names, groups.currencies), NO_GROUP)
    return Groups(tuple((name,) for name in names), of_group[groups.of_code])


def view(book: Book, layout: tuple[Span, ...], groups: Groups, *, billing: bool = True) -> View:
    """What is added up for `groups` over the spans of `layout`; with `billing` to come, or without."""
    planned = billing & ~np.isnan(book.plan.rate)
    return View(
        spans=layout,
        groups=len(groups.names),
        group=np.where(book.in_scope, groups.of_code[book.group], NO_GROUP),
        billed_group=np.where(billing & book.in_scope, groups.of_code[book.billed_group], NO_GROUP),
        plan_group=np.where(planned, groups.of_code[book.plan.group], NO_GROUP),
        value=np.nan_to_num(book.rate),
        plan_value=np.nan_to_num(book.plan.rate),
    )


def _named(name: tuple[str | None, ...], by: Sequence[str]) -> Name:
    values = (int(value) if word == "installment" and value is not None else value for word, value in zip(by, name[1:], strict=True))
    return (name[0], *values)
