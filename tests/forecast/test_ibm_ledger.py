"""On a public ledger of 2,466 invoices the forecast beats what most tools do."""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from analytics import forecast
from analytics.forecast.backtest import DUE_DATE, MEAN_DELAY, MEDIAN_DELAY
from analytics.forecast.receipts import MODEL
from analytics.scope import Scope
from tests.answers import rows
from tests.ledger import Ledger, ledger

FILE = Path("data/ibm_ar/WA_Fn-UseC_-Accounts-Receivable.csv")


def day(text: str) -> date:
    return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007 - a date has no zone


def ibm_book(path: Path) -> Ledger:
    entries = []
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name, customer, amount = row["invoiceNumber"], row["customerID"], row["InvoiceAmount"]
            one = ledger().invoice(name, customer, amount, issue=day(row["InvoiceDate"]), due=day(row["DueDate"]))
            entries += one.receipt(name, customer, amount, day(row["SettledDate"]), applied={name: amount}).entries
    numbered = ((table, dict(row) | {"application_id": row["invoice_id"]} if table == "applications" else row) for table, row in entries)
    return Ledger(tuple(numbered))


def test_its_weekly_error_is_eighteen_percent_below_due_date_and_mean_delay(shared: Path) -> None:
    if not (shared / FILE).exists():
        pytest.skip(f"needs {FILE} beside the project")
    with ibm_book(shared / FILE).direct_store() as store:
        found = rows(forecast.backtest(store, Scope(as_of=date(2013, 12, 30)), cutoffs=24).models)
    wape = {row["model"]: row["wape"] for row in found}
    assert wape[DUE_DATE] == Decimal("0.3809")
    assert wape[MODEL] < Decimal("0.82") * wape[MEAN_DELAY]
    assert wape[MODEL] < Decimal("0.80") * wape[MEDIAN_DELAY]
    ours = next(row for row in found if row["model"] == MODEL)
    assert Decimal("0.86") <= ours["coverage90"] <= Decimal("0.96")
    assert abs(ours["bias"]) < Decimal("0.02")
