"""The month-end pack: what a close is signed on, from cover figures to the health of the data, currency by currency."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from analytics import forecast, kpis
from analytics.errors import UsageError
from analytics.exports.document import Block, Document, Section, Sentence
from analytics.exports.stamp import Stamp, filters_in_words, view_in_words
from analytics.exports.writing import written
from analytics.forecast import Forecast
from analytics.pack import cash, receivables, trust
from analytics.pack.parts import rows_of
from analytics.pack.receivables import Asked
from analytics.scope import Scope
from analytics.store import Store
from analytics.store.paging import LARGEST_PAGE

TOP = 15
"""How many customers and items are named; the others are one line."""

SIGNED_BY = ("Prepared by", "Reviewed by", "Approved by")
METHOD = (
    "Open amounts at the close of the day, by days past due; sales are credit sales of {days} days; movements from the month-end before; "
    "unapplied credit apart."
)


def month_end(store: Store, scope: Scope, *, made_at: datetime, days: int = 90, top: int = TOP, with_forecast: bool = True) -> Document:
    """The pack of `scope`, as written at `made_at` (UTC).

    Every currency has its own chapter; with the scope converted there is one. Customers and items beyond the `top` are one line, so
    that every table adds up to the whole. Raises `UsageError` for a `top` that is no page of a list.
    """
    if not 1 <= top <= LARGEST_PAGE:
        raise UsageError(f"top {top}: at least 1 and at most {LARGEST_PAGE:,} customers and items can be named")
    scope = store.resolve(scope)
    codes = [row["currency"] for row in rows_of(kpis.summary(store, scope, days=days))]
    expected = forecast.receipts(store, scope) if with_forecast and codes else None
    verdicts = trust.verdicts(store, scope)
    stamp = Stamp("Month-end pack", scope, METHOD.format(days=days), store.generation, made_at)
    asked = [Asked(store, scope, code, days, top) for code in codes]
    trusted = [trust.verdict(verdicts), *trust.left_out(store, scope)]
    if store.notice:
        trusted.append(Sentence(f"{store.notice}.", warning=True))
    return Document(
        "Month-end pack",
        (
            f"Receivables at the close of {written(scope.day, 'date')}",
            f"{filters_in_words(scope) or 'The whole book'}, {view_in_words(scope)}",
            f"Generation {store.generation} of the books, published {written(store.published_at.date(), 'date')}",
        ),
        (
            _cover(asked, expected, trusted),
            *(section for each in asked for section in _chapter(each, expected, alone=len(asked) == 1)),
            trust.section(store, scope, verdicts),
        ),
        stamp,
        SIGNED_BY,
    )


def _cover(asked: list[Asked], expected: Forecast | None, trusted: list[Sentence]) -> Section:
    """The headlines of every currency in figures and in words; of a single one, its key figures too."""
    if not asked:
        return Section("At a glance", (Sentence("There is no document and no payment here: nothing to report."), *trusted))
    blocks: list[Block] = []
    for each in asked:
        blocks += receivables.cover(each)
        if expected is not None:
            blocks += cash.cover(expected, each.currency)
    single = [receivables.figures(asked[0])] if len(asked) == 1 else []
    return Section("At a glance", (*blocks, *trusted, *single))


def _chapter(asked: Asked, expected: Forecast | None, *, alone: bool) -> Iterator[Section]:
    """The sections of one currency; where there are several, under its name."""
    if not alone:
        yield Section(asked.currency, (receivables.figures(asked),), chapter=True)
    yield replace(receivables.outstanding(asked), chapter=alone)
    yield receivables.trend(asked)
    yield receivables.days_outstanding(asked)
    yield receivables.moved(asked)
    yield receivables.late(asked)
    if expected is not None:
        yield cash.section(expected, asked.currency)
