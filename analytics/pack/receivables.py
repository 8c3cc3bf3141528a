"""The sections on what is owed: figures, aging, trend, DSO, movements, the largest overdue items."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from analytics import aging, buckets, dates, debtors, kpis, movements, overdue
from analytics.exports.document import Block, Chart, Column, Figure, Figures, Kind, Row, Section, Sentence, Table, Value
from analytics.exports.writing import written
from analytics.formats import count, days, items, money
from analytics.money import rounded_to
from analytics.pack.parts import ROUNDING, ZERO, amounts, of_currency, rows_of, tied
from analytics.scope import Scope
from analytics.store import Store

LABELS = buckets.labels(buckets.DEFAULT_EDGES)
ONE = Decimal(1)
NO_SEGMENT = "(no segment)"
FIGURES: dict[str, tuple[str, Kind]] = {
    "open": ("Open receivables", "amount"),
    "overdue": ("Overdue", "amount"),
    "overdue_share": ("Overdue share", "percent"),
    "unapplied": ("Unapplied", "amount"),
    "net": ("Net AR", "amount"),
    "sales": ("Credit sales of the period", "amount"),
    "cei": ("CEI, collection effectiveness", "percent"),
    "turnover": ("AR turnover", "ratio"),
    "days_to_pay": ("Weighted days to pay", "days"),
    "days_late": ("Weighted days late, paid", "days"),
}
METHODS: dict[str, tuple[str, str]] = {
    "dso": ("Simple", "open receivables / sales of the period x days"),
    "dso_average": ("Average", "mean of opening and closing receivables / sales of the period x days"),
    "dso_countback_monthly": (
        "Countback by month",
        "back from the day, whole months of sales are taken off receivables, then the part of one",
    ),
    "dso_countback_daily": ("Countback by day", "the days back whose sales reach receivables"),
    "dso_best_possible": ("Best possible", "simple DSO of what is not past due"),
    "add": ("ADD, average days delinquent", "simple less best possible"),
}


@dataclass(frozen=True)
class Asked:
    """What the sections are of: one currency of a scope, compared with two earlier days."""

    store: Store
    scope: Scope
    currency: str
    days: int
    top: int

    @property
    def opening(self) -> date:
        """The close of the month before: where the movements start."""
        return dates.month_start(self.scope.day) - timedelta(days=1)

    @property
    def year_before(self) -> date:
        """The same month-end, or day, a year earlier."""
        day, back = self.scope.day, dates.month_start(self.scope.day).replace(year=self.scope.day.year - 1)
        last = dates.month_end(back)
        return last if day == dates.month_end(day) else min(last, back + timedelta(days=day.day - 1))

    @property
    def own(self) -> Scope:
        """The scope in this currency alone."""
        return of_currency(self.scope, self.currency)

    def figures(self, day: date) -> dict[str, Any]:
        """The key figures at the close of `day`; empty where there were none yet."""
        return next(iter(rows_of(kpis.summary(self.store, self.scope.at(day), days=self.days), self.currency)), {})


def cover(asked: Asked) -> tuple[Figures, Sentence]:
    """The headlines, and what they say, in words."""
    now, before = asked.figures(asked.scope.day), asked.figures(asked.opening)
    since = f"{asked.opening.day} {asked.opening:%b}: "

    def earlier(name: str, kind: Kind) -> str:
        return since + written(before.get(name), kind, asked.currency)

    cards = (
        Figure("Open", now["open"], "amount", earlier("open", "amount")),
        Figure("Overdue", now["overdue"], "amount", f"{written(now['overdue_share'], 'percent')} of open"),
        Figure("Net AR", now["net"], "amount", earlier("net", "amount")),
        Figure(f"DSO, {asked.days} days", now["dso"], "days", earlier("dso", "days")),
        Figure(f"CEI, {asked.days} days", _share(now["cei"]), "percent", since + written(_share(before.get("cei")), "percent")),
    )
    return Figures(asked.currency, cards), Sentence(" ".join(_said(asked, now, before)))


def _said(asked: Asked, now: dict[str, Any], before: dict[str, Any]) -> Iterator[str]:
    def spelled(amount: Decimal) -> str:
        return money(amount, asked.currency)

    yield f"{spelled(now['open'])} is open, of which {spelled(now['overdue'])} is past due."
    change = now["net"] - before.get("net", ZERO)
    moved = "unchanged" if not change else f"{'up' if change > 0 else 'down'} {spelled(abs(change))}"
    yield f"Net of {spelled(now['unapplied'])} unapplied credit, receivables are {spelled(now['net'])}, {moved} since "
    yield f"{written(asked.opening, 'date')}."
    if now["dso"] is None:
        yield f"There were no credit sales in {asked.days} days, so DSO is n/a."
    else:
        best = written(now["dso_best_possible"], "days")
        yield f"DSO is {days(now['dso'])}; with nothing past due it would be {best}."


def figures(asked: Asked) -> Table:
    """Every key figure, beside the month-end before and a year ago."""
    closes = (asked.scope.day, asked.opening, asked.year_before)
    found = [asked.figures(day) for day in closes]
    rows = [Row((label, *(_figure(at, name) for at in found), _change(found, name)), kind) for name, (label, kind) in FIGURES.items()]
    columns = (Column("Figure"), *(Column(written(day, "date"), "amount") for day in closes), Column("Change", "amount"))
    since = f"Change is since {written(asked.opening, 'date')}, of percentages in points."
    note = f"{since} Period figures are of the {asked.days} days up to each date."
    return Table("Key figures", columns, tuple(rows), asked.currency, note=note)


def _figure(found: dict[str, Any], name: str) -> Decimal | None:
    value: Decimal | None = found.get(name)
    return _share(value) if name == "cei" else value


def _share(percentage: Decimal | None) -> Decimal | None:
    return None if percentage is None else percentage / 100


def _change(found: list[dict[str, Any]], name: str) -> Decimal | None:
    now, before = _figure(found[0], name), _figure(found[1], name)
    return None if now is None or before is None else now - before


def outstanding(asked: Asked) -> Section:
    """Aging as a whole, by segment and by customer."""
    whole = next(iter(rows_of(aging.summary(asked.store, asked.scope), asked.currency)), None)
    if whole is None:
        return Section("Aging", (Sentence("Nothing is open."),))
    by_age = Table(
        "By days past due",
        (Column("Bucket"), *amounts(["Open"]), _share_of(whole)),
        tuple(Row((label, whole[label], _part(whole[label], whole["total"]))) for label in LABELS),
        asked.currency,
        "Open receivables",
    )
    picture = Chart("ages", f"Open receivables by days past due, {asked.currency}", by_age, "Bucket", ("Open",))
    blocks: list[Block] = [picture, tied(by_age, (None, whole["total"], ONE))]
    segments = sorted(rows_of(aging.summary(asked.store, asked.scope, by=("segment",)), asked.currency), key=lambda row: -row["total"])
    if any(row["segment"] is not None for row in segments):
        named = [row | {"name": row["segment"] or NO_SEGMENT} for row in segments[: asked.top]]
        blocks.append(_aged("By segment", "Segment", named, whole, asked, _rest(len(segments) - len(named), "other segment")))
    return Section("Aging", (*blocks, _by_customer(asked, whole)))


def _by_customer(asked: Asked, whole: dict[str, Any]) -> Table:
    found = debtors.ranked(asked.store, asked.own, bucket="total", size=asked.top)
    rows = rows_of(found.rows)
    rest = _rest(found.total_customers - len(rows), "other customer")
    title = (
        f"By customer: the {len(rows)} largest of {count(found.total_customers)}" if found.total_customers > len(rows) else "By customer"
    )
    return _aged(title, "Customer", rows, whole, asked, rest)


def _aged(title: str, who: str, rows: list[dict[str, Any]], whole: dict[str, Any], asked: Asked, rest: str) -> Table:
    """A row of `rows` each by its buckets, and what others have in one line, so that the whole is the aging's own."""
    ids = (Column("Id", "name"),) if who == "Customer" else ()
    table = Table(
        title,
        (Column(who, "name"), *ids, *amounts([*LABELS, "Total"]), _share_of(whole)),
        tuple(
            Row(
                (
                    row["name"],
                    *([row["customer_id"]] if ids else []),
                    *(row[label] for label in LABELS),
                    row["total"],
                    _part(row["total"], whole["total"]),
                )
            )
            for row in rows
        ),
        asked.currency,
        "Total",
    )
    return tied(table, (None, *([None] if ids else []), *(whole[label] for label in LABELS), whole["total"], ONE), rest)


def _share_of(whole: dict[str, Any]) -> Column:
    """Parts of the whole; of nothing, or less, there are none."""
    return Column("Share", "percent", summed=whole["total"] > 0)


def _part(amount: Value, whole: Decimal) -> Decimal | None:
    return rounded_to(amount / whole, 6) if isinstance(amount, Decimal) and whole > 0 else None


def trend(asked: Asked) -> Section:
    """Aging, sales and DSO at thirteen month-ends."""
    rows = rows_of(aging.trend(asked.store, asked.scope, every="month", days=asked.days), asked.currency)
    columns = (
        Column("Month-end", "date"),
        *amounts([*LABELS, "Open", "Sales"], summed=False),
        Column("DSO", "days"),
    )
    cells = tuple(Row((row["date"], *(row[label] for label in LABELS), row["total"], row["sales"], row["dso"])) for row in rows)
    note = f"Sales are those of the {asked.days} days up to the month-end; DSO is simple."
    table = Table("Month by month", columns, cells, asked.currency, note=note)
    return Section(
        "Trend",
        (
            Chart("stacked", f"Open receivables at month-ends, {asked.currency}", table, "Month-end", LABELS),
            Chart("line", f"DSO at month-ends, days of {asked.days} days' sales", table, "Month-end", ("DSO",)),
            table,
        ),
    )


def days_outstanding(asked: Asked) -> Section:
    """DSO by every method."""
    now, before = asked.figures(asked.scope.day), asked.figures(asked.opening)
    columns = (
        Column("Method"),
        Column(written(asked.scope.day, "date"), "days"),
        Column(written(asked.opening, "date"), "days"),
        Column("What it is"),
    )
    rows = tuple(Row((label, now[name], before.get(name), says)) for name, (label, says) in METHODS.items())
    note = "The history is too short for countback: read it as at least so many days." if now["dso_countback_exhausted"] else ""
    return Section("Days sales outstanding", (Table("", columns, rows, note=note),))


def moved(asked: Asked) -> Section:
    """From the close of the month before to the as-of day, to the cent."""
    row = rows_of(movements.roll_forward(asked.store, asked.scope, start=asked.opening), asked.currency)[0]
    steps = tuple(Row((label, amount)) for label, amount in movements.steps(row).items() if amount or label in ("Invoices", "Receipts"))
    table = Table(
        "Movements",
        (Column("Movement"), *amounts(["Amount"])),
        (Row((f"Opening, {written(asked.opening, 'date')}", row["opening"])), *steps),
        asked.currency,
        f"Closing, {written(asked.scope.day, 'date')}",
    )
    table = tied(table, (None, row["closing"]))
    blocks: list[Block] = [] if row["closes"] else [Sentence("The movements do not close: the books have to be repaired.", warning=True)]
    picture = Chart(
        "bridge", f"From {written(asked.opening, 'date')} to {written(asked.scope.day, 'date')}", table, "Movement", ("Amount",)
    )
    return Section("Movements of net AR", (*blocks, picture, table))


def late(asked: Asked) -> Section:
    """The largest overdue items, with the rest in one line."""
    found = overdue.page(asked.store, asked.own, sort="amount", size=asked.top)
    whole = found.total_amount.get(asked.currency, ZERO)
    if not found.total_items:
        return Section("Overdue items", (Sentence("Nothing is past due."),))
    rows = rows_of(found.rows)
    hidden = found.total_items - len(rows)
    table = Table(
        f"Overdue: the {len(rows)} largest of {items(found.total_items)}" if hidden else "",
        (
            Column("Customer", "name"),
            Column("Id", "name"),
            Column("Document", "name"),
            Column("Due", "date"),
            Column("Days late", "count"),
            *amounts(["Open"]),
            Column("Disputed"),
        ),
        tuple(
            Row(
                (
                    row["name"] or row["customer_id"],
                    row["customer_id"],
                    row["number"] or row["invoice_id"],
                    row["due_date"],
                    row["days_late"],
                    row["open_amount"],
                    "yes" if row["disputed"] else None,
                )
            )
            for row in rows
        ),
        asked.currency,
        "Overdue",
    )
    return Section("Overdue items", (tied(table, (None, None, None, None, None, whole, None), _rest(hidden, "other item")),))


def _rest(hidden: int, noun: str) -> str:
    """What the line is called that makes a list whole."""
    return items(hidden, noun) if hidden else ROUNDING
