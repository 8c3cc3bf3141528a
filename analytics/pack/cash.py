"""The section on the cash that should come in, with how far its intervals can be trusted."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from analytics.exports.document import Chart, Column, Row, Section, Sentence, Table
from analytics.exports.writing import written
from analytics.forecast import Forecast
from analytics.formats import money
from analytics.pack.parts import amounts, rows_of

SOURCES = {"open": "Open invoices", "contracted": "Contracts", "new": "New business"}
SOON = 30
EXPECTED, LOW, HIGH = "Expected", "Low, 80%", "High, 80%"


def section(found: Forecast, currency: str) -> Section:
    """Expected receipts week by week and added up, with the 80% interval, its coverage, and what has to be said beside it."""
    weeks = rows_of(found.totals, currency)
    if not weeks:
        return Section("Cash forecast", (Sentence("Nothing is open, so nothing is expected."),))
    means: dict[tuple[object, str], Decimal] = {(row["start"], row["source"]): row["mean"] for row in rows_of(found.periods, currency)}
    weekly = Table(
        "Forecast by week",
        (Column("Week from", "date"), *amounts([*SOURCES.values(), EXPECTED]), *amounts([LOW, HIGH], summed=False)),
        tuple(
            Row((row["start"], *(means[row["start"], source] for source in SOURCES), row["mean"], row["lo80"], row["hi80"]))
            for row in weeks
        ),
        currency,
        "Total",
        note="Low and high ends of weeks do not add up: the table below has them for longer spans.",
    )
    spans = Table(
        "Forecast added up: from the day after",
        (Column("Within days", "count"), *amounts([EXPECTED, LOW, HIGH], summed=False)),
        tuple(Row((row["days"], row["mean"], row["lo80"], row["hi80"])) for row in rows_of(found.cumulative, currency)),
        currency,
    )
    return Section(
        "Cash forecast",
        (
            Sentence(f"Model: {found.model}. {coverage(found)}"),
            Chart("range", f"Expected receipts by week, {currency}", weekly, "Week from", (EXPECTED, LOW, HIGH)),
            weekly,
            spans,
            Sentence(" ".join(found.notes)),
        ),
    )


def cover(found: Forecast, currency: str) -> Iterator[Sentence]:
    """What should come in within thirty days, in words."""
    for row in rows_of(found.cumulative, currency):
        if row["days"] == SOON:
            low, high = money(row["lo80"], currency), money(row["hi80"], currency)
            yield Sentence(f"{money(row['mean'], currency)} should come in within {SOON} days; the 80% interval is {low} to {high}.")


def coverage(found: Forecast) -> str:
    """How often the intervals held on the book's own past."""
    held = found.coverage
    if held.inside_80 is None or held.inside_90 is None:
        return "How often its intervals hold has not been tested on the past of these books."
    return (
        f"Replayed at {held.cutoffs} past days, the 80% interval held {written(held.inside_80, 'percent')} of what came in and the 90% "
        f"interval {written(held.inside_90, 'percent')}."
    )
