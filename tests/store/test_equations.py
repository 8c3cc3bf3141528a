"""Each equation of the books fails where its own two sides differ by a cent or a day, says how often, and where first."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.store import build, equations
from tests.ledger import ledger

BOOK = (
    ledger()
    .customer("C1", name="Acme")
    .invoice("I1", "C1", "100.00", issue="2026-01-10", due="2026-02-09")
    .invoice("I2", "C1", "70.00", issue="2026-01-20", due="2026-02-19")
    .invoice("I3", "C1", "90.00", issue="2026-01-25", installments=[("2026-02-24", "30.00"), ("2026-03-24", "60.00")])
    .credit_note("N1", "C1", "20.00", issue="2026-02-01", applied={"I2": "15.00"})
    .receipt("P1", "C1", "60.00", "2026-02-20", applied={"I1": "40.00"})
)
SPAN = "select * replace (valid_from - 1 as valid_from, valid_from + 1 as valid_to) from segments"
IN_ITS_SPAN = "where invoice_key = (select invoice_key from documents where invoice_id = 'I1') and valid_from = date '2026-01-10'"


@pytest.mark.parametrize(
    ("broken", "fails", "exceptions", "example"),
    [
        (
            "update documents set total = total + 0.01 where invoice_id in ('I1', 'I2')",
            {"net_both_ways", "open_is_total_less_applied"},
            2,
            "invoice_id I1, day 2026-01-10, difference -0.0100",
        ),
        (
            "update receipts set amount = amount - 0.01",
            {"net_both_ways", "unapplied_is_source_less_applied"},
            1,
            "source_id P1, day 2026-02-20, difference 0.0100",
        ),
        (
            "update documents set total = total + 0.01 where invoice_id = 'N1'",
            {"net_both_ways", "unapplied_is_source_less_applied"},
            1,
            "source_id N1, day 2026-02-01, difference -0.0100",
        ),
        (
            f"insert into segments {SPAN} {IN_ITS_SPAN}",
            {"net_both_ways", "open_is_total_less_applied", "one_balance_at_a_time", "sums_by_day"},
            1,
            "invoice_id I1, day 2026-01-10",
        ),
        (
            "update installment_spans set amount = amount + 0.01 where is_last",
            {"installments_add_up"},
            1,
            "invoice_id I3, total 90.0000, installments 90.0100",
        ),
        (
            "update segments set valid_to = valid_to - 1 where valid_to = date '2026-02-20'",
            {"net_both_ways", "open_is_total_less_applied", "sums_by_day"},
            2,
            "invoice_id I1, day 2026-02-19, difference -100.0000",
        ),
    ],
)
def test_an_equation_fails_where_its_sides_differ(broken: str, fails: set[str], exceptions: int, example: str) -> None:
    with BOOK.direct_store() as store:
        assert equations.failures(store._connection) == []
        store._connection.execute(broken)
        failing = {verdict.name: verdict for verdict in equations.verdicts(store.rows) if not verdict.holds}
    assert set(failing) == fails
    assert (exceptions, example) in {(verdict.exceptions, verdict.example) for verdict in failing.values()}


def test_an_empty_date_of_a_spreadsheet_breaks_none(tmp_path: Path) -> None:
    """It lies before all the days that dates are expected in, and is loaded with a warning."""
    report = build(
        [ledger().invoice("I1", "C1", "5.00", issue="1899-12-30", due="2026-04-01").write(tmp_path / "in")], into=tmp_path / "store"
    )

    assert not report.refused
    assert {problem.code for problem in report.files[0].problems} == {"zero_date", "due_far_away"}
