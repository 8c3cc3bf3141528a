"""Cases from the tests and report sources of other accounting systems, asked of our own reports.

Where our rule is another one, the case stands in a table below with our figure, and in docs/decisions.md with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from analytics import aging, customers, movements, overdue
from analytics.scope import Scope
from analytics.store import Store
from tests.answers import rows
from tests.ledger import Ledger, ledger

CASES = (
    *(f"djangosub_{n:02}" for n in range(1, 6)),
    *(f"erpnext_{n:02}" for n in range(1, 21)),
    *(f"oca_{n:02}" for n in range(1, 13)),
)
EDGES = (0, 30, 60, 90, 120)
PLACES = {"current": 0, "1-30": 1, "30-60": 2, "31-60": 2, "60-90": 3, "61-90": 3, "90-120": 4, "91-120": 4, "over_120": 5}
"""The place of a peer's bucket among ours, by its name."""

OUR_BUCKETS = {
    ("oca_02", "D30"): 1,  # an upper edge is inclusive
    ("oca_02", "D60"): 2,
    ("oca_02", "D90"): 3,
    ("oca_02", "D120"): 4,
    ("oca_03", "I1"): 5,  # without due date or terms, due when issued
}
OUR_DUE_DATES = {
    "2 months after end of invoice month": (60, date(2015, 5, 1)),  # terms are whole days; a source states such due dates
    "2 weeks, 2015-03-16 is a holiday postponed to 2015-03-17": (14, date(2015, 3, 16)),
}
TERMS = {"60 days end of month (2 months, end of month)": 60, "2 weeks after invoice date": 14, "15 days": 15}
PEER_ROWS_WE_DO_NOT_SHOW = {"erpnext_19": {"PE1"}}  # the excess of a payment dated tomorrow leaks into their report of today
OLDEST_FIRST = {"djangosub_05": {"Over 90": "500", "unapplied": "200"}}  # unapplied credit is never netted into a bucket


@dataclass(frozen=True)
class Case:
    """A peer's case and the same books in our store."""

    facts: dict[str, Any]
    store: Store

    @property
    def expected(self) -> dict[str, Any]:
        return self.facts["expected"]

    @property
    def scope(self) -> Scope:
        return Scope(date.fromisoformat(self.facts["report_date"]))

    def open_by(self, *words: str, scope: Scope | None = None) -> dict[Any, Decimal]:
        found = rows(aging.summary(self.store, scope or self.scope, by=words))
        return {tuple(row[word] for word in words) if len(words) > 1 else row[words[0]]: row["total"] for row in found}

    def items(self, min_days: int = -36_500) -> list[dict[str, Any]]:
        return rows(overdue.page(self.store, self.scope, min_days=min_days, size=100).rows)


def book_of(case: dict[str, Any]) -> Ledger:
    """The case's documents and entries as our tables."""
    book = ledger()
    for invoice in case["invoices"]:
        book = book.invoice(
            invoice["id"],
            invoice["customer"],
            invoice["amount"],
            issue=invoice["date"],
            due=invoice["due_date"],
            currency=invoice["currency"],
            status=invoice["status"],
            installments=[(part["due_date"], part["amount"]) for part in invoice.get("instalments", ())],
        )
        if "rate_to_company" in invoice:
            book = book.rate(invoice["date"], invoice["currency"], case["company_currency"], invoice["rate_to_company"])
    for entry in (entry for entry in case["entries"] if entry["status"] == "posted"):
        book = _entered(book, entry, case["entries"])
    return book


def _entered(book: Ledger, entry: dict[str, Any], entries: list[dict[str, Any]]) -> Ledger:
    # A payment may use up a credit note: the peer writes that as a negative part, we as an application of the note.
    used = {part["invoice"]: -Decimal(part["amount"]) for part in entry["allocations"] if Decimal(part["amount"]) < 0}
    applied = {part["invoice"]: Decimal(part["amount"]) for part in entry["allocations"] if part["invoice"] not in used}
    named = (entry["id"], entry["customer"], entry["amount"])
    if entry["kind"] == "credit_note":
        return book.credit_note(*named, issue=entry["date"], currency=entry["currency"], applied=applied)
    if entry["kind"] == "payment_return":
        return book  # seen from the payment that it returns
    for note, amount in used.items():
        invoice = next(iter(applied))
        book = book.application("credit_note", note, invoice, amount, entry["date"])
        applied[invoice] -= amount
    return book.receipt(
        *named,
        entry["date"],
        currency=entry["currency"],
        applied=applied,
        reversed_date=next((e["date"] for e in entries if e["kind"] == "payment_return" and e["status"] == "posted"), None),
    )


@pytest.fixture(scope="module")
def cases(shared: Path) -> Iterator[dict[str, Case]]:
    opened = {}
    for name in CASES:
        facts = json.loads((shared / f"cases/peer/{name}.json").read_text())
        opened[name] = Case(facts, book_of(facts).direct_store())
    yield opened
    for case in opened.values():
        case.store.close()


def having(cases: dict[str, Case], key: str) -> dict[str, Case]:
    return {name: case for name, case in cases.items() if key in case.expected}


def test_every_case_is_tried(shared: Path) -> None:
    found = {path.stem for path in (shared / "cases/peer").glob("*.json")}
    assert found - set(CASES) == set()


def test_open_amounts_per_invoice_are_the_peers(cases: dict[str, Case]) -> None:
    for name, case in having(cases, "invoice_outstanding").items():
        expected = {invoice: Decimal(text) for invoice, text in case.expected["invoice_outstanding"].items()}
        assert case.open_by("invoice") == {invoice: amount for invoice, amount in expected.items() if amount}, name


def test_open_amounts_per_customer_are_the_peers(cases: dict[str, Case]) -> None:
    for name, case in having(cases, "by_customer").items():
        assert case.open_by("customer") == {k: Decimal(v) for k, v in case.expected["by_customer"].items()}, name


def test_net_balances_are_the_peers(cases: dict[str, Case]) -> None:
    for name, case in having(cases, "net_balance").items():
        net = {row["currency"]: row["amount"] for row in rows(aging.net(case.store, case.scope))}
        expected = {currency: Decimal(text) for currency, text in case.expected["net_balance"].items()}
        assert {c: net.get(c, Decimal(0)) for c in expected} == expected, name
        assert set(net) <= set(expected), name


def test_unapplied_credit_is_the_peers(cases: dict[str, Case]) -> None:
    for name, case in having(cases, "unapplied").items():
        unapplied = sum(row["amount"] for row in rows(aging.unapplied(case.store, case.scope)))
        assert unapplied == sum(map(Decimal, case.expected["unapplied"].values())), name


def test_installments_are_filled_as_the_peers_fill_them(cases: dict[str, Case]) -> None:
    for name, case in having(cases, "instalment_rows").items():
        ours = {(item["due_date"], item["open_amount"]) for item in case.items()}
        expected = case.expected["instalment_rows"]
        assert ours == {(date.fromisoformat(row["due_date"]), Decimal(row["outstanding"])) for row in expected}, name


def test_ages_fall_into_the_peers_buckets_but_for_the_listed_ones(cases: dict[str, Case]) -> None:
    for name, case in having(cases, "bucket_of").items():
        found = rows(aging.summary(case.store, case.scope, by=("invoice",), edges=EDGES))
        ours = {row["invoice"]: _place(row) for row in found}
        peers = {invoice: 4 if label == "90+" else PLACES[label] for invoice, label in case.expected["bucket_of"].items()}
        assert ours == {invoice: OUR_BUCKETS.get((name, invoice), place) for invoice, place in peers.items()}, name


def _place(row: dict[str, Any]) -> int:
    (place,) = (n for n, label in enumerate(("Not due", "1-30", "31-60", "61-90", "91-120", "Over 120")) if row[label])
    return place


def test_bucket_totals_are_the_peers(cases: dict[str, Case]) -> None:
    labels = {"current": "Not due", "90+": "Over 90"}
    for name, case in having(cases, "buckets").items():
        (row,) = rows(aging.summary(case.store, case.scope))
        expected = {labels.get(label, label): Decimal(text) for label, text in case.expected["buckets"].items()}
        assert {label: row[label] for label in expected} == expected, name


def test_as_many_items_are_open_as_the_peers_list(cases: dict[str, Case]) -> None:
    for name, case in having(cases, "rows").items():
        unapplied = [row for row in rows(aging.unapplied(case.store, case.scope)) if row["amount"]]
        assert len(case.items()) + len(unapplied) == case.expected["rows"], name


def test_payments_of_tomorrow_leave_today_alone_and_settle_tomorrow(cases: dict[str, Case]) -> None:
    for name, case in having(cases, "future").items():
        tomorrow = case.open_by("invoice", scope=case.scope.at(case.scope.day + timedelta(days=1)))
        today = case.open_by("invoice")
        for invoice in set(case.expected["future"]) & set(today):
            paid = Decimal(case.expected["future"][invoice]["future_amount"])
            assert today[invoice] - tomorrow.get(invoice, Decimal(0)) == paid, (name, invoice)


def test_nothing_of_tomorrow_leaks_into_today(cases: dict[str, Case]) -> None:
    for name, case in having(cases, "peer_rows").items():
        expected = {row["id"]: Decimal(row["outstanding"]) for row in case.expected["peer_rows"]}
        assert case.open_by("invoice") == {k: v for k, v in expected.items() if k not in PEER_ROWS_WE_DO_NOT_SHOW[name]}
        assert not any(row["amount"] for row in rows(aging.unapplied(case.store, case.scope)))


def test_what_is_overdue_is_the_peers(cases: dict[str, Case]) -> None:
    for name, case in having(cases, "overdue_amount").items():
        assert sum(item["open_amount"] for item in case.items(1)) == Decimal(case.expected["overdue_amount"]), name
    for name, case in having(cases, "overdue_count").items():
        assert overdue.page(case.store, case.scope).total_items == case.expected["overdue_count"], name
    for name, case in having(cases, "days_overdue").items():
        assert {item["invoice_id"]: item["days_late"] for item in case.items()} == case.expected["days_overdue"], name
    for name, case in having(cases, "oldest_days").items():
        assert max(item["days_late"] for item in case.items()) == case.expected["oldest_days"], name


def test_days_of_grace_are_a_least_number_of_days(cases: dict[str, Case]) -> None:
    for name, case in having(cases, "overdue_amount_by_grace_days").items():
        for grace, amount in case.expected["overdue_amount_by_grace_days"].items():
            assert sum(item["open_amount"] for item in case.items(int(grace) + 1)) == Decimal(amount), (name, grace)


def test_unapplied_credit_stands_beside_the_buckets_where_a_peer_nets_the_oldest(cases: dict[str, Case]) -> None:
    for name, ours in OLDEST_FIRST.items():
        case = cases[name]
        ((bucketed,), (credit,)) = rows(aging.summary(case.store, case.scope)), rows(aging.unapplied(case.store, case.scope))
        assert {"Over 90": bucketed["Over 90"], "unapplied": credit["amount"]} == {k: Decimal(v) for k, v in ours.items()}
        assert bucketed["total"] - credit["amount"] == Decimal(case.expected["balance"])


def test_foreign_amounts_are_the_peers_at_the_documents_rate(cases: dict[str, Case]) -> None:
    for name, case in having(cases, "company_currency").items():
        scope = Scope(case.scope.day, currency=case.facts["company_currency"], fx="document")
        (row,) = rows(aging.summary(case.store, scope))
        booked = sum(Decimal(i["amount"]) * Decimal(i["rate_to_company"]) for i in case.facts["invoices"])
        assert row["total"] == booked == Decimal(case.expected["company_currency"].get("invoiced", booked)), name


def test_a_revaluation_is_the_fx_line_of_the_movements(shared: Path) -> None:
    facts = json.loads((shared / "cases/peer/erpnext_11.json").read_text())
    day = date.fromisoformat(facts["report_date"])
    book = book_of(facts).rate(day + timedelta(days=1), "USD", "INR", facts["options"]["revaluation_rate"])
    with book.direct_store() as store:
        (row,) = rows(movements.roll_forward(store, Scope(day + timedelta(days=1), currency="INR"), start=day))
    expected = facts["expected"]["company_currency"]
    assert row["fx"] == Decimal(expected["revaluation_row"])
    assert row["closing"] == Decimal(expected["outstanding_total"])


def test_a_returned_payment_opens_the_invoice_again_at_its_old_age(cases: dict[str, Case]) -> None:
    for name, case in having(cases, "status").items():
        paid = {"paid": {}, "not_paid": {"I1": Decimal(500)}}[case.expected["status"]["I1"]]
        assert case.open_by("invoice") == paid, name
        assert {item["due_date"] for item in case.items()} <= {date(2026, 1, 15)}, name


def test_a_draft_is_in_no_figure(cases: dict[str, Case]) -> None:
    for name, case in having(cases, "draft_amount").items():
        assert rows(aging.summary(case.store, case.scope)) == [], name
        assert rows(aging.net(case.store, case.scope)) == [], name


def test_due_dates_follow_from_terms_in_days(shared: Path) -> None:
    facts = json.loads((shared / "cases/peer/oca_12.json").read_text())["expected"]["due_dates"]
    book, expected = ledger(), {}
    for number, fact in enumerate(facts):
        terms, due = OUR_DUE_DATES.get(fact["terms"], (TERMS.get(fact["terms"]), date.fromisoformat(fact["due"])))
        book = book.invoice(f"I{number}", "C1", "10.00", issue=fact["invoice_date"], payment_terms_days=terms)
        expected[f"I{number}"] = due
    with book.direct_store() as store:
        documents = rows(customers.profile(store, Scope(date(2015, 6, 30)), "C1").documents)
    assert {document["invoice_id"]: document["due_date"] for document in documents} == expected


def test_an_invoice_due_before_it_is_issued_is_set_aside_by_the_loader(cases: dict[str, Case], tmp_path: Path) -> None:
    from analytics import store

    for name in ("oca_09", "oca_10"):
        files = book_of(cases[name].facts).write(tmp_path / name / "files")
        (file,) = store.build([files], into=tmp_path / name / "store").as_json()["files"]
        assert (file["accepted"], file["quarantined"]) == (0, 1), name
        assert [problem["column"] for problem in file["problems"] if problem["severity"] == "quarantine"] == ["due_date"]
