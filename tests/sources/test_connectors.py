"""What the connectors make of the corners of their systems: signs, units, credits, deletions, files that are not whole."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics.errors import UsageError
from analytics.sources.connectors import SOURCES
from analytics.sources.typed import as_text
from analytics.store import Store, build
from analytics.store.statements import statement
from tests.sources.exports import of_table, problems, write
from tests.store.workbooks import workbook

QUICKBOOKS_INVOICES = "id,customer_id,doc_number,transaction_date,due_date,currency_id,total_amount,balance,updated_at,total_tax"
QUICKBOOKS_PAYMENTS = "id,customer_id,transaction_date,currency_id,total_amount,unapplied_amount"
QUICKBOOKS_LINES = "payment_id,index,amount,invoice_id,credit_memo_id"
QUICKBOOKS_MEMOS = "id,customer_id,transaction_date,currency_id,total_amount,remaining_credit"
STRIPE_INVOICES = "id,customer_id,currency,status,total,amount_paid,amount_remaining,created"
STRIPE_CHARGES = "id,amount,amount_refunded,captured,created,currency,customer_id,status,invoice_id"


def rows(store: Path, sql: str) -> list[dict[str, Any]]:
    with Store.open(store) as opened:
        return opened.rows(sql)


def test_a_payment_of_quickbooks_draws_on_credit_memos_after_its_own_money(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "in",
        invoice=f"""{QUICKBOOKS_INVOICES}
        I1,C1,1001,2026-01-01,2026-01-31,USD,70.00,0.00,2026-02-10 10:00:00,0
        I2,C1,1002,2026-01-05,2026-02-04,USD,30.00,0.00,2026-02-10 10:00:00,0""",
        payment=f"{QUICKBOOKS_PAYMENTS}\nP1,C1,2026-02-10,USD,60.00,0.00",
        credit_memo=f"{QUICKBOOKS_MEMOS}\nM1,C1,2026-02-01,USD,40.00,0.00",
        payment_line=f"{QUICKBOOKS_LINES}\nP1,0,70.00,I1,\nP1,1,30.00,I2,\nP1,2,40.00,,M1",
    )

    report = build([folder], into=tmp_path / "store")

    applied = rows(tmp_path / "store", "select source, source_id, invoice_id, amount from applications order by invoice_id, source desc")
    assert [tuple(row.values()) for row in applied] == [
        ("payment", "P1", "I1", Decimal("60.0000")),
        ("credit_note", "M1", "I1", Decimal("10.0000")),
        ("credit_note", "M1", "I2", Decimal("30.0000")),
    ]
    assert problems(report, "balance_differs") == []
    lines = of_table(report, "applications")
    assert (lines.rows, lines.accepted) == (3, 3)


def test_an_export_given_twice_counts_once(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "in",
        invoice=f"{STRIPE_INVOICES}\nin_1,cus_1,usd,paid,5000,5000,0,2026-01-01 08:00:00",
        again=f"{STRIPE_INVOICES}\nin_1,cus_1,usd,paid,5000,5000,0,2026-01-01 08:00:00",
        refund="id,amount,charge_id,created,currency,status\nre_1,1000,ch_1,2026-01-05 08:00:00,usd,succeeded",
        charge=f"{STRIPE_CHARGES}\nch_1,5000,1000,TRUE,2026-01-03 08:00:00,usd,cus_1,succeeded,in_1",
        charge_again=f"{STRIPE_CHARGES}\nch_1,5000,1000,TRUE,2026-01-03 08:00:00,usd,cus_1,succeeded,in_1",
    )

    report = build([folder], into=tmp_path / "store")

    assert not report.refused
    assert len(problems(report, "copy")) == 2
    assert rows(tmp_path / "store", "select payment_id, amount from payments order by 1") == [
        {"payment_id": "ch_1", "amount": Decimal("50.0000")},
        {"payment_id": "re_1", "amount": Decimal("10.0000")},
    ]


def test_amounts_of_stripe_are_in_the_smallest_unit_of_their_currency(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "in",
        invoice=f"""{STRIPE_INVOICES}
        in_1,cus_1,usd,open,1050,0,1050,2026-01-01 08:00:00
        in_2,cus_1,jpy,open,1050,0,1050,2026-01-01 08:00:00
        in_3,cus_1,kwd,open,1050,0,1050,2026-01-01 08:00:00
        in_4,cus_1,usd,open,10.5,0,10.5,2026-01-01 08:00:00""",
    )

    report = build([folder], into=tmp_path / "store", source="stripe")

    totals = rows(tmp_path / "store", "select invoice_id, total from invoices order by 1")
    assert [(row["invoice_id"], row["total"]) for row in totals] == [
        ("in_1", Decimal("10.50")),
        ("in_2", Decimal("1050")),
        ("in_3", Decimal("1.050")),
    ]
    assert problems(report, "too_many_decimals") == ["invoice.csv line 5: total 0.105 has more decimals than USD allows"]


def test_a_charge_of_stripe_pays_its_invoice_once(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "in",
        invoice=f"{STRIPE_INVOICES}\nin_1,cus_1,usd,paid,5000,5000,0,2026-01-01 08:00:00",
        charge=f"""{STRIPE_CHARGES}
        ch_0,5000,0,FALSE,2026-01-02 08:00:00,usd,cus_1,failed,in_1
        ch_1,5000,0,TRUE,2026-01-03 08:00:00,usd,cus_1,succeeded,in_1""",
    )

    report = build([folder], into=tmp_path / "store")

    assert rows(tmp_path / "store", "select payment_id, amount from payments") == [{"payment_id": "ch_1", "amount": Decimal("50.0000")}]
    assert problems(report, "stated_by_source") == []
    assert rows(tmp_path / "store", "select * from segments where valid_to = date '2200-01-01'") == []


def test_a_part_that_xero_says_is_paid_and_credited_leaves_what_is_due(tmp_path: Path) -> None:
    columns = (
        "invoice_id,contact_id,type,status,date,due_date,currency_code,sub_total,total_tax,total,amount_due,amount_paid,amount_credited"
    )
    folder = write(
        tmp_path / "in",
        invoice=f"""{columns},updated_date_utc,fully_paid_on_date
        I1,C1,ACCREC,AUTHORISED,2026-01-01,2026-01-31,EUR,100.00,20.00,120.00,70.00,30.00,20.00,2026-02-02 10:00:00 UTC,
        I2,C1,ACCREC,VOIDED,2026-01-01,2026-01-31,EUR,100.00,20.00,120.00,0.00,0.00,0.00,2026-02-02 10:00:00 UTC,""",
    )

    report = build([folder], into=tmp_path / "store")

    left = rows(tmp_path / "store", "select open_amount from segments where valid_to = date '2200-01-01'")
    assert left == [{"open_amount": Decimal("70.0000")}]
    assert rows(tmp_path / "store", "select sum(unapplied_amount) as left from credits where valid_to = date '2200-01-01'") == [
        {"left": None}
    ]
    assert len(problems(report, "void_day_unknown")) == 1
    assert len(problems(report, "stated_by_source")) == 2


def test_a_negative_invoice_of_zuora_is_a_credit_note(tmp_path: Path) -> None:
    columns = "id,account_id,invoice_number,invoice_date,due_date,status,amount,balance,transaction_currency"
    folder = write(tmp_path / "in", invoice=f"{columns}\nI1,A1,INV1,2026-01-01,2026-01-01,Posted,-25.00,-25.00,USD")

    report = build([folder], into=tmp_path / "store")

    assert rows(tmp_path / "store", "select kind, total from invoices") == [{"kind": "credit_note", "total": Decimal("25.0000")}]
    assert problems(report, "balance_differs") == []


def test_a_last_line_without_its_end_is_taken_if_its_fields_are_all_there(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", invoice=f"{STRIPE_INVOICES}\nin_1,cus_1,usd,open,5000,0,5000,2026-01-01 08:00:00")
    whole = (folder / "invoice.csv").read_bytes()

    (folder / "invoice.csv").write_bytes(whole.rstrip())
    taken = build([folder], into=tmp_path / "store", check=True)
    (folder / "invoice.csv").write_bytes(whole[:-30])
    cut = build([folder], into=tmp_path / "store", source="stripe", check=True)

    assert not taken.refused
    assert len(problems(taken, "open_end")) == 1
    assert cut.refused
    assert problems(cut, "ragged") == ["invoice.csv line 2 has 5 fields, header has 8"]


def test_a_column_that_an_export_must_have_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", invoice="id,customer_id\nin_1,cus_1")

    report = build([folder], into=tmp_path / "store", source="stripe")

    assert problems(report, "missing_column") == ["invoice.csv: column 'amount_paid' is missing"]


def test_files_of_no_known_system_are_refused_with_the_ways_out(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", ledger="a,b\n1,2")

    report = build([folder], into=tmp_path / "store")

    assert report.refused
    assert "name the source, or give a mapping" in report.files[0].problems[0].message


def test_a_source_nobody_knows_is_a_wrong_question(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no source 'sage'; there are .*stripe.*xero"):
        build([tmp_path], into=tmp_path / "store", source="sage")


def test_an_export_loaded_twice_changes_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", invoice=f"{STRIPE_INVOICES}\nin_1,cus_1,usd,paid,5000,5000,0,2026-01-01 08:00:00")

    first = build([folder], into=tmp_path / "store")
    second = build([folder], into=tmp_path / "store")

    assert (first.generation, second.generation) == (1, 1)
    assert of_table(second, "invoices").problems[-1].code == "already_loaded"


def test_columns_may_be_spelled_in_capitals(tmp_path: Path) -> None:
    columns = "Id,BillingAccountId,Status,InvoiceDate,DueDate,TotalAmountWithTax,CurrencyIsoCode"
    folder = write(tmp_path / "in", extract=f"{columns.upper()}\nI1,A1,Posted,2026-01-10,2026-02-09,119.00,EUR")

    report = build([folder], into=tmp_path / "store")

    assert (of_table(report, "invoices").verdict, of_table(report, "invoices").accepted) == ("accept", 1)


def test_an_export_may_come_as_a_workbook(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    columns = {name: [cell] for name, cell in zip(STRIPE_INVOICES.split(","), ["in_1", "cus_1", "usd", "open"], strict=False)}
    columns |= {"total": [Decimal(5000)], "amount_paid": [Decimal(0)], "amount_remaining": [Decimal(5000)], "created": [date(2026, 1, 2)]}
    workbook(folder, columns, name="invoices of May.xlsx")

    build([folder], into=tmp_path / "store")

    assert rows(tmp_path / "store", "select invoice_id, issue_date, total from invoices") == [
        {"invoice_id": "in_1", "issue_date": date(2026, 1, 2), "total": Decimal("50.0000")}
    ]


@pytest.mark.parametrize("source", SOURCES.values(), ids=list(SOURCES))
def test_every_statement_of_a_connector_is_there_and_used(source: Any) -> None:
    folder = Path(__file__).parents[2] / "analytics" / "sql" / "sources" / source.name
    used = {extract.statement for extract in source.extracts} | ({source.snapshots} if source.snapshots else set())

    assert {path.stem for path in folder.glob("*.sql")} == used
    assert all(statement(f"sources/{source.name}/{name}") for name in used)


@pytest.mark.parametrize("source", SOURCES.values(), ids=list(SOURCES))
def test_no_two_objects_of_a_connector_are_known_by_the_same_columns(source: Any) -> None:
    for each in source.objects:
        assert source.by_columns(each.columns) == each


def test_an_export_in_parquet_makes_the_same_books_as_in_csv(tmp_path: Path) -> None:
    write(
        tmp_path / "csv",
        invoice=f"""{STRIPE_INVOICES}
        in_1,cus_1,usd,paid,5000,5000,0,2026-01-01 08:00:00
        in_2,cus_1,jpy,open,700,0,700,2026-01-02 23:59:59""",
        charge=f"{STRIPE_CHARGES}\nch_1,5000,,true,2026-02-01 08:00:00,usd,cus_1,succeeded,in_1",
    )
    moments = [datetime.fromisoformat(text) for text in ("2026-01-01T08:00:00", "2026-01-02T23:59:59")]
    typed = {
        "invoice": [
            *(
                pa.array(["in_1", "in_2"]),
                pa.array(["cus_1"] * 2).dictionary_encode(),
                pa.array(["usd", "jpy"]),
                pa.array(["paid", "open"]),
            ),
            *(pa.array([5000, 700]), pa.array([5000.0, 0.0]), pa.array([Decimal("0"), Decimal("700")]), pa.array(moments)),
        ],
        "charge": [
            *(pa.array(["ch_1"]), pa.array([5000.0]), pa.array([float("nan")]), pa.array([True])),
            *(
                pa.array([datetime(2026, 2, 1, 8, tzinfo=UTC)]),
                pa.array(["usd"]),
                pa.array(["cus_1"]),
                pa.array(["succeeded"]),
                pa.array(["in_1"]),
            ),
        ],
    }
    (tmp_path / "parquet").mkdir()
    for name, (columns, header) in {"invoice": (typed["invoice"], STRIPE_INVOICES), "charge": (typed["charge"], STRIPE_CHARGES)}.items():
        pq.write_table(pa.table(columns, names=header.split(",")), tmp_path / "parquet" / f"{name}.parquet")

    for form in ("csv", "parquet"):
        assert not build([tmp_path / form], into=tmp_path / f"of-{form}").refused

    for table in ("invoices", "payments", "applications"):
        of_csv, of_parquet = (
            rows(tmp_path / f"of-{form}", f"select * exclude (file_id, file_row) from {table} order by all") for form in ("csv", "parquet")
        )
        assert of_csv
        assert of_parquet == of_csv


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (pa.array([b"5000"]), "column 'total' is binary, expected text, a number, a day or a moment"),
        (pa.array([5000.0], pa.float32()), "column 'total' is float, expected text"),
    ],
)
def test_a_type_that_has_no_written_form_refuses_an_export_in_parquet(tmp_path: Path, column: pa.Array, said: str) -> None:
    cells = {name: pa.array([cell]) for name, cell in zip(STRIPE_INVOICES.split(","), ("in_1", "cus_1", "usd", "open"), strict=False)}
    cells |= {"total": column, "amount_paid": pa.array([0]), "amount_remaining": pa.array([5000]), "created": pa.array(["2026-01-01"])}
    pq.write_table(pa.table(cells), tmp_path / "invoice.parquet")

    report = build([tmp_path / "invoice.parquet"], into=tmp_path / "store")

    assert report.refused
    assert said in problems(report, "wrong_type")[0]


def test_floats_of_an_export_are_the_amounts_they_stand_for() -> None:
    given = pa.array([1234.5, 0.1 + 0.2, -3.0, 0.123456, None, float("nan"), float("inf"), 1e22])

    assert as_text("f", "c", given).to_pylist() == ["1234.5000", "0.3000", "-3", "0.123456", None, None, "inf", "1e+22"]
