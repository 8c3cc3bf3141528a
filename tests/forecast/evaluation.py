"""The table of models of `docs/forecast.md`, on two public ledgers: `python -m tests.forecast.evaluation FOLDER`.

FOLDER holds `ibm_ar` and `partly_settled`. Of the second, an invoice is paid by as much as it says was settled, so many days after
its date as it says, and the rest is written off that day; one invoice of 10.7 million, more than half of the whole, is left out.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from analytics import forecast, store
from analytics.forecast import Backtest
from analytics.scope import Scope
from tests.answers import rows
from tests.ledger import Ledger, ledger

CASES = {"ibm_ar": (date(2013, 12, 30), 24), "partly_settled": (date(2017, 11, 8), 31)}
"""Ledger -> its as-of day, and the number of cut-offs."""
TOO_LARGE = Decimal(1_000_000)


def partly_settled(path: Path) -> Ledger:
    """The ledger of a file, whose line number is the invoice's id."""
    entries: list[tuple[str, dict[str, Any]]] = []
    blank = dict(_blank())
    with path.open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            if Decimal(row["Amount"]) < TOO_LARGE:
                entries += [(table, blank[table] | cells) for table, cells in _entries(str(line), row)]
    return Ledger(tuple(entries))


def _blank() -> Iterator[tuple[str, dict[str, Any]]]:
    """A row of each table with nothing in it but its defaults."""
    book = ledger().invoice("I", "C", "1.00", issue="2026-01-01").receipt("P", "C", "1.00", "2026-01-01", applied={"I": "1.00"})
    for table, row in book.entries:
        yield table, dict.fromkeys(row)


def _entries(line: str, row: dict[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    issue, due = (datetime.strptime(row[name], "%d-%b-%y").date() for name in ("Invoice_Date", "Due_Date"))  # noqa: DTZ007 - a book date
    paid = issue + timedelta(days=int(row["Number_of_Days_until_Payment"]))
    who = {"customer_id": row["Vendor_Name"], "currency": "USD"}
    yield "invoices", who | {"invoice_id": line, "issue_date": issue, "due_date": due, "total": Decimal(row["Amount"])}
    yield "payments", who | {"payment_id": line, "received_date": paid, "amount": Decimal(row["Settled"])}
    applied = {"invoice_id": line, "applied_date": paid}
    yield (
        "applications",
        applied | {"application_id": f"P{line}", "source": "payment", "source_id": line, "amount": Decimal(row["Settled"])},
    )
    if Decimal(row["Outstanding"]):
        yield "applications", applied | {"application_id": f"W{line}", "source": "write_off", "amount": Decimal(row["Outstanding"])}


def tested(folder: Path, name: str, work: Path) -> Backtest:
    """The back-test of one of `CASES`."""
    if name == "partly_settled":
        store.build([partly_settled(folder / name / "trainData.csv").write(work / "files")], into=work / name)
    else:
        store.build([folder / name], into=work / name, source=name)
    day, cutoffs = CASES[name]
    with store.Store.open(work / name) as books:
        return forecast.backtest(books, Scope(as_of=day), cutoffs=cutoffs)


def table(found: dict[str, Backtest]) -> Iterator[str]:
    """The models as Markdown, and what is said beside them."""
    yield f"| weekly error (WAPE), 90 % range | {' | '.join(f'{name} ({CASES[name][1]} cut-offs)' for name in found)} |"
    yield "|---|" + "---|" * len(found)
    by_name = {name: {row["model"]: row for row in rows(each.models)} for name, each in found.items()}
    for model in next(iter(by_name.values())):
        cells = [f"{each[model]['wape']:.3f} ({each[model]['wape_lo']:.3f}-{each[model]['wape_hi']:.3f})" for each in by_name.values()]
        yield f"| {model} | {' | '.join(cells)} |"
    yield ""
    yield f"| the forecast | {' | '.join(found)} |"
    yield "|---|" + "---|" * len(found)
    for line, cells in _beside(found, by_name).items():
        yield f"| {line} | {' | '.join(cells)} |"


def _beside(found: dict[str, Backtest], by_name: dict[str, dict[str, dict[str, Any]]]) -> dict[str, list[str]]:
    lines: dict[str, list[str]] = {}
    for name, each in found.items():
        models = [*by_name[name].values()]
        ours, wape = models[-1], {row["model"]: row["wape"] for row in models}
        total = rows(each.sources)[-1]
        for line, cell in {
            "error against due date + mean delay": f"{ours['wape'] / wape['due date + customer mean delay'] - 1:+.1%}",
            "error against due date + median delay": f"{ours['wape'] / wape['due date + customer median delay'] - 1:+.1%}",
            "bias": f"{ours['bias']:+.1%}",
            "open invoices: the 80 / 90 % interval held": f"{ours['coverage80']:.1%} / {ours['coverage90']:.1%}",
            "all sources: the 80 / 90 % interval held": f"{total['coverage80']:.1%} / {total['coverage90']:.1%}",
            "all sources: weekly error": f"{total['wape']:.3f}",
            "pay date, mean days off": f"{rows(each.pay_dates)[-1]['error']:.2f}",
            "paid late, AUC": f"{each.late_auc}",
        }.items():
            lines.setdefault(line, []).append(cell)
    return lines


def main(folder: Path) -> None:
    """Prints the tables."""
    with tempfile.TemporaryDirectory() as work:
        found = {name: tested(folder, name, Path(work)) for name in CASES}
    print("\n".join(table(found)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
