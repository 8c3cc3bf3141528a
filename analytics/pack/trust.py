"""The data-health statement: whether the books add up, what was read and set aside, and what asks for a decision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from analytics import aging, checks, health, tie_out
from analytics.exports.document import Block, Column, Row, Section, Sentence, Table
from analytics.formats import items, money
from analytics.pack.parts import amounts, rows_of
from analytics.scope import Scope
from analytics.store import Store
from analytics.store.equations import Verdict

ASIDE = "quarantine"


def section(store: Store, scope: Scope, verdicts: list[Verdict]) -> Section:
    """The statement, of the whole books whatever the filters."""
    return Section(
        "Data health",
        (
            verdict(verdicts),
            Sentence("This statement is of the whole books, whatever the filters of the pack."),
            _equations(verdicts),
            *_tie_out(store, scope),
            *_control_totals(store),
            *_problems(store),
            _questions(store, scope),
        ),
        chapter=True,
    )


def verdict(verdicts: list[Verdict]) -> Sentence:
    """Whether every equation holds, in a sentence."""
    failed = [each for each in verdicts if not each.holds]
    if not failed:
        return Sentence(f"All {len(verdicts)} equations of the books hold, to the cent.")
    named = "; ".join(each.meaning for each in failed)
    return Sentence(f"{len(failed)} of {len(verdicts)} equations of the books do not hold: {named}.", warning=True)


def verdicts(store: Store, scope: Scope) -> list[Verdict]:
    """The equations of the books, each with its verdict."""
    return checks.all_of(store, scope)


def left_out(store: Store, scope: Scope) -> Iterator[Sentence]:
    """What a converted pack leaves out for want of a rate."""
    for frame, what in ((aging.unconverted(store, scope), "open item"), (aging.unconverted_credits(store, scope), "unapplied amount")):
        for row in rows_of(frame):
            amount = money(row["amount"], row["currency"])
            yield Sentence(f"{items(row['items'], what)} of {amount} without a rate to {scope.currency}: in no figure.", warning=True)


def _equations(verdicts: list[Verdict]) -> Table:
    rows = [Row((each.meaning, "holds" if each.holds else f"fails {each.exceptions} times, first at {each.example}")) for each in verdicts]
    return Table("Equations", (Column("What has to hold"), Column("Verdict")), tuple(rows))


def _tie_out(store: Store, scope: Scope) -> Iterator[Table]:
    """Per currency, net receivables beside the newest balance of each control account of the ledger."""
    balances = rows_of(tie_out.accounts(store, Scope(as_of=scope.day)).latest().balances)
    for currency in sorted({row["currency"] for row in balances if row["balance"] is not None}):
        compared = ("net", "balance", "difference", *tie_out.CAUSES, "unexplained")
        rows = tuple(
            Row((row["entity"] or "", row["balance_date"], *(row[name] for name in compared)))
            for row in balances
            if row["currency"] == currency and row["balance"] is not None
        )
        named = ("Net AR", "Ledger", "Difference", *(cause.capitalize() for cause in tie_out.CAUSES), "Unexplained")
        columns = (Column("Entity"), Column("At", "date"), *amounts(named, summed=False))
        yield Table(f"Tie-out to the ledger, {currency}", columns, rows, currency)


def _control_totals(store: Store) -> Iterator[Table]:
    """Per currency, what the files held, what was accepted of it and what was set aside."""
    sums: dict[str, dict[str, list[Decimal]]] = defaultdict(lambda: defaultdict(lambda: [Decimal(0)] * 3))
    for row in rows_of(health.control_totals(store)):
        held = sums[row["currency"]][row["table"]]
        sums[row["currency"]][row["table"]] = [old + row[name] for old, name in zip(held, ("file", "accepted", "quarantined"), strict=True)]
    for currency in sorted(sums):
        rows = tuple(Row((table, *held)) for table, held in sorted(sums[currency].items()))
        columns = (Column("Table"), *amounts(["In the files", "Accepted", "Set aside"], summed=False))
        yield Table(f"Control totals, {currency}", columns, rows, currency)


def _problems(store: Store) -> Iterator[Block]:
    found = rows_of(health.problem_counts(store))
    if not found:
        yield Sentence("Nothing was set aside while loading, and nothing was odd.")
        return
    words = {ASIDE: "set aside", "warn": "accepted, but odd"}
    rows = [
        Row((row["code"].replace("_", " "), row["table"], words.get(row["severity"], row["severity"]), row["problems"])) for row in found
    ]
    yield Table(
        "Found while loading", (Column("Problem"), Column("Table"), Column("What became of it"), Column("Rows", "count")), tuple(rows)
    )


def _questions(store: Store, scope: Scope) -> Table:
    asked = {
        "Payments and credit notes not wholly applied": health.unapplied(store, scope, size=1).total,
        "Open documents whose due date was derived, not stated": health.derived_due_dates(store, scope, size=1).total,
        "Invoices with more applied than billed": health.over_applied(store, scope, size=1).total,
    }
    rows = tuple(Row(item) for item in asked.items())
    return Table("Open questions: items that ask for a decision, within the filters", (Column("What"), Column("Items", "count")), rows)
