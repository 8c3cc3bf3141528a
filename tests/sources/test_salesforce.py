"""Exports of Salesforce in the documented field names: voids, unapplied rows, write-off memos, snapshots; every balance ties."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from analytics import Scope, aging, health, movements
from analytics.store import LoadReport, Store, build
from tests.sources.exports import of_table, problems, write

REVENUE_CLOUD = {
    "Account": """Id,Name,ParentId,OwnerId,BillingCountry
        A1,Acme,,U1,DE
        A2,Bolt,A1,U2,US""",
    "PaymentTermItem": """Id,PaymentTermId,Period,PeriodUnit,Type
        PTI1,PT30,30,Days,Period-Based""",
    # I1 paid in two parts, one taken back and paid again; I2 written off; I3 voided; I4 draft; I5 credited; I6 without a due date.
    "Invoice": """Id,DocumentNumber,BillingAccountId,Status,InvoiceDate,DueDate,PaymentTermId,TotalAmount,TotalTaxAmount,\
TotalAmountWithTax,NetPaymentsApplied,NetCreditsApplied,Balance,SettlementStatus,CurrencyIsoCode
        I1,INV-1,A1,Posted,2026-01-10,2026-02-09,PT30,100.00,19.00,119.00,119.00,0.00,0.00,Settled,EUR
        I2,INV-2,A2,Posted,2026-01-15,2026-02-14,PT30,50.00,0.00,50.00,0.00,50.00,50.00,Settled,EUR
        I3,INV-3,A2,Voided,2026-01-20,2026-02-19,PT30,80.00,0.00,80.00,0.00,80.00,0.00,Settled,EUR
        I4,INV-4,A2,Draft,2026-01-20,2026-02-19,PT30,10.00,0.00,10.00,0.00,0.00,10.00,Not Settled,EUR
        I5,INV-5,A1,Posted,2026-02-01,2026-03-03,PT30,40.00,0.00,40.00,0.00,15.00,25.00,Partially Settled,EUR
        I6,INV-6,A1,Posted,2026-02-05,,PT30,7.00,0.00,7.00,0.00,0.00,7.00,Not Settled,EUR""",
    "InvoiceLine": """Id,InvoiceId,Name,Type,LineAmount,TaxAmount,LegalEntityId
        L1,I1,Plan,Charge,100.00,,LE1
        L2,I1,VAT,Tax,19.00,,LE1
        L3,I2,Plan,Charge,50.00,,LE1
        L4,I3,Plan,Charge,80.00,,LE2
        L5,I4,Plan,Charge,10.00,,LE2
        L6,I5,Plan,Charge,40.00,,LE1
        L7,I6,Plan,Charge,7.00,,LE1""",
    "Payment": """Id,PaymentNumber,AccountId,Amount,Balance,Status,Type,Date,EffectiveDate,CancellationEffectiveDate,CurrencyIsoCode
        P1,PAY-1,A1,119.00,0.00,Processed,Capture,2026-02-12,2026-02-10,,EUR
        P2,PAY-2,A1,30.00,30.00,Processed,Capture,2026-02-20,2026-02-20,,EUR
        P3,PAY-3,A2,50.00,0.00,Canceled,Sale,2026-02-01,2026-02-01,2026-02-15,EUR
        P4,PAY-4,A2,50.00,0.00,Draft,Sale,2026-02-01,2026-02-01,,EUR""",
    "PaymentLineInvoice": """Id,PaymentId,InvoiceId,Amount,Type,ImpactAmount,EffectiveDate,AppliedDate,UnappliedDate,Date,CreatedDate
        PL1,P1,I1,119.00,Applied,-119.00,2026-02-10,2026-02-10,,2026-02-12,2026-02-12T08:00:00.000+0000
        PL2,P1,I1,119.00,Unapplied,119.00,,2026-02-10,2026-02-16,2026-02-16,2026-02-16T08:00:00.000+0000
        PL3,P1,I1,119.00,Applied,-119.00,2026-02-18,2026-02-18,,2026-02-18,2026-02-18T08:00:00.000+0000""",
    "CreditMemo": """Id,CreditMemoNumber,BillingAccountId,Status,CreditDate,EffectiveDate,Category,SourceAction,ReferenceEntityId,\
TotalAmountWithTax,Balance,CurrencyIsoCode
        CM1,CM-1,A2,Posted,2026-03-31,2026-03-31,InvoiceWriteOff,WriteOffPostedInvoice,I2,50.00,0.00,EUR
        CM2,CM-2,A2,Posted,2026-02-25,2026-02-25,Referenced,VoidPostedInvoice,I3,80.00,0.00,EUR
        CM3,CM-3,A1,Posted,2026-02-20,2026-02-20,Referenced,Invoice,I5,20.00,5.00,EUR""",
    "CreditMemoInvApplication": """Id,CreditMemoId,InvoiceId,Amount,Type,ImpactAmount,EffectiveDate,AppliedDate
        CA1,CM1,I2,50.00,Applied,-50.00,2026-03-31,2026-03-31
        CA2,CM2,I3,80.00,Applied,-80.00,2026-02-25,2026-02-25
        CA3,CM3,I5,15.00,Applied,-15.00,2026-02-22,2026-02-22""",
    "RefundLinePayment": """Id,RefundId,PaymentId,Amount,Type,EffectiveDate
        RL1,R1,P2,10.00,Applied,2026-03-05""",
}

PACKAGE = {
    "Account": "Id,Name,ParentId\nA1,Acme,\nA2,Bolt,",
    "blng__Invoice__c": """Id,Name,blng__Account__c,blng__InvoiceDate__c,blng__DueDate__c,blng__InvoiceStatus__c,blng__PaymentStatus__c,\
blng__Subtotal__c,blng__TaxAmount__c,blng__TotalAmount__c,blng__Balance__c,CurrencyIsoCode
        I1,INV-1,A1,2026-01-10,2026-02-09,Posted,Paid,100.00,0.00,100.00,0.00,USD
        I2,INV-2,A1,2026-01-20,,Posted,Unpaid,60.00,0.00,60.00,60.00,USD
        I3,INV-3,A2,2026-02-01,2026-03-03,Rebilled,Unpaid,30.00,0.00,30.00,0.00,USD
        I4,INV-4,A2,2026-02-02,2026-03-04,Cancelled,Unpaid,5.00,0.00,5.00,5.00,USD""",
    "blng__InvoiceLine__c": """Id,blng__Invoice__c,Name,blng__Subtotal__c,blng__LegalEntity__c
        L1,I1,Plan,100.00,LE1
        L2,I2,Plan,60.00,LE1
        L3,I3,Plan,30.00,LE1
        L4,I4,Plan,5.00,LE1""",
    "blng__Payment__c": """Id,Name,blng__Account__c,blng__Amount__c,blng__Balance__c,blng__PaymentDate__c,blng__Status__c,CurrencyIsoCode
        P1,PMT-1,A1,160.00,60.00,2026-02-01,Processed,USD
        P2,PMT-2,A1,9.00,9.00,2026-02-01,Failed,USD""",
    "blng__PaymentAllocationInvoice__c": """Id,blng__Payment__c,blng__Invoice__c,blng__Amount__c,blng__Type__c,CreatedDate
        PA1,P1,I1,100.00,Allocation,2026-02-01T10:00:00.000Z
        PA2,P1,I2,60.00,Allocation,2026-02-01T10:00:00.000Z
        PA3,P1,I2,60.00,Unallocation,2026-02-11T10:00:00.000Z""",
    "blng__CreditNote__c": """Id,Name,blng__Account__c,blng__CreditNoteDate__c,blng__Status__c,blng__TotalAmount__c,blng__Balance__c,\
blng__CreditNoteSourceAction__c,CurrencyIsoCode
        N1,CN-1,A2,2026-02-20,Posted,30.00,0.00,Cancel & Rebill,USD""",
    "blng__CreditNoteLine__c": "Id,blng__CreditNote__c\nNL1,N1",
    "blng__CreditNoteAllocation__c": """Id,blng__CreditNoteLine__c,blng__InvoiceLine__c,blng__Amount__c,blng__Type__c,CreatedDate
        NA1,NL1,L3,30.00,Allocation,2026-02-20T10:00:00.000Z""",
    "blng__AgingBuckets__c": """Id,blng__BucketNumber__c,blng__StartingDaysfromPastDue__c,blng__EndingDaysfromPastDue__c,blng__Active__c
        B1,1,,0,true
        B2,2,1,30,true
        B3,3,31,,true""",
    "blng__AccountBalanceSnapshot__c": """Id,blng__Account__c,blng__SnapshotDate__c,blng__TotalInvoiceAmount__c,\
blng__InvoiceAgingBucket1__c,blng__InvoiceAgingBucket2__c,blng__InvoiceAgingBucket3__c,blng__UnappliedCreditNoteAmount__c,\
blng__UnappliedPaymentAmount__c,CurrencyIsoCode
        S1,A1,2026-01-31,160.00,100.00,60.00,0.00,0.00,0.00,USD
        S2,A1,2026-02-28,60.00,0.00,0.00,60.00,0.00,60.00,USD
        S3,A2,2026-02-10,31.00,31.00,0.00,0.00,0.00,0.00,USD""",
}


@pytest.fixture(scope="module")
def revenue_cloud(tmp_path_factory: pytest.TempPathFactory) -> tuple[LoadReport, Path]:
    directory = tmp_path_factory.mktemp("revenue_cloud")
    return build([write(directory / "in", **REVENUE_CLOUD)], into=directory / "store"), directory / "store"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> tuple[LoadReport, Path]:
    directory = tmp_path_factory.mktemp("package")
    return build([write(directory / "in", **PACKAGE)], into=directory / "store"), directory / "store"


def left(store: Path, day: date) -> dict[str, Decimal]:
    """What is open of each invoice at the close of the day."""
    with Store.open(store) as opened:
        sql = "select d.invoice_id, s.open_amount from segments s join documents d using (invoice_key)"
        return {
            row["invoice_id"]: row["open_amount"]
            for row in opened.rows(f"{sql} where s.valid_from <= $day and $day < s.valid_to order by 1", {"day": day})
        }


def rows(store: Path, sql: str) -> list[dict[str, Any]]:
    with Store.open(store) as opened:
        return opened.rows(sql)


class TestRevenueCloud:
    def test_every_balance_ties_to_what_the_source_has_applied(self, revenue_cloud: tuple[LoadReport, Path]) -> None:
        report, _ = revenue_cloud

        assert report.generation == 1
        assert problems(report, "balance_differs") == []
        assert problems(report, "lines_differ") == []

    def test_an_unapplied_row_opens_the_invoice_again_on_its_own_day(self, revenue_cloud: tuple[LoadReport, Path]) -> None:
        _, store = revenue_cloud

        days = [date(2026, 2, 9), date(2026, 2, 10), date(2026, 2, 15), date(2026, 2, 16), date(2026, 2, 17), date(2026, 2, 18)]
        assert [left(store, day).get("I1") for day in days] == [119, None, None, 119, 119, None]

    def test_a_voided_invoice_is_there_until_the_credit_memo_that_voids_it(self, revenue_cloud: tuple[LoadReport, Path]) -> None:
        report, store = revenue_cloud

        assert (left(store, date(2026, 2, 24)).get("I3"), left(store, date(2026, 2, 25)).get("I3")) == (80, None)
        assert "CreditMemo.csv line 3: is left out: voids invoice I3, which is void from its day on" in problems(report, "not_kept")

    def test_a_write_off_memo_is_a_write_off_and_no_credit_note(self, revenue_cloud: tuple[LoadReport, Path]) -> None:
        _, store = revenue_cloud

        with Store.open(store) as opened:
            moved = movements.roll_forward(opened, Scope(as_of=date(2026, 3, 31)), start=date(2026, 2, 28))
        assert (moved["write_offs"].iloc[0], moved["credit_notes"].iloc[0]) == (50, 0)

    def test_a_cancelled_payment_is_history_until_its_cancellation(self, revenue_cloud: tuple[LoadReport, Path]) -> None:
        _, store = revenue_cloud

        with Store.open(store) as opened:
            before = aging.unapplied(opened, Scope(as_of=date(2026, 2, 14)))
            after = aging.unapplied(opened, Scope(as_of=date(2026, 2, 15)))
        assert (sum(before["amount"]), sum(after["amount"])) == (Decimal(50), 0)

    def test_a_balance_field_that_ignores_what_is_applied_is_listed_and_not_believed(self, revenue_cloud: tuple[LoadReport, Path]) -> None:
        report, store = revenue_cloud

        assert problems(report, "balance_field_differs") == [
            "Invoice.csv line 3: Balance 50.00 is not its total less what is applied to it, 0.00; the rows of applications are used"
        ]
        assert "I2" not in left(store, date(2026, 3, 31))

    def test_terms_and_entity_are_looked_up_where_the_invoice_has_none(self, revenue_cloud: tuple[LoadReport, Path]) -> None:
        _, store = revenue_cloud

        assert rows(store, "select due_date, due_date_source, entity from documents where invoice_id = 'I6'") == [
            {"due_date": date(2026, 3, 7), "due_date_source": "terms", "entity": "LE1"}
        ]

    def test_drafts_count_in_no_figure(self, revenue_cloud: tuple[LoadReport, Path]) -> None:
        report, store = revenue_cloud

        assert "I4" not in left(store, date(2026, 6, 30))
        assert "Payment.csv line 5: is left out: status Draft: no money arrived" in problems(report, "not_kept")

    def test_an_org_with_one_currency_names_it_with_the_load(self, tmp_path: Path) -> None:
        columns = "Id,BillingAccountId,Status,InvoiceDate,DueDate,TotalAmountWithTax"
        folder = write(tmp_path / "in", Invoice=f"{columns}\nI1,A1,Posted,2026-01-10,2026-02-09,119.00")

        silent = build([folder], into=tmp_path / "store", check=True)
        named = build([folder], into=tmp_path / "store", source_currency="CHF", check=True)

        assert problems(silent, "empty") == ["Invoice.csv line 2: currency is empty"]
        assert of_table(named, "invoices").sums == {"CHF": (Decimal("119.00"), Decimal(0))}


class TestPackage:
    def test_every_balance_ties(self, package: tuple[LoadReport, Path]) -> None:
        report, store = package

        assert report.generation == 1
        assert problems(report, "balance_differs") == []
        assert left(store, date(2026, 6, 30)) == {"I2": Decimal("60.0000")}

    def test_an_allocation_counts_from_the_day_both_live_and_an_unallocation_from_its_own(self, package: tuple[LoadReport, Path]) -> None:
        _, store = package

        days = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 10), date(2026, 2, 11)]
        assert [left(store, day).get("I2") for day in days] == [60, None, None, 60]

    def test_an_allocation_between_lines_is_one_between_their_documents(self, package: tuple[LoadReport, Path]) -> None:
        _, store = package

        assert rows(store, "select source, source_id, invoice_id from applications where application_id = 'NA1'") == [
            {"source": "credit_note", "source_id": "N1", "invoice_id": "I3"}
        ]

    def test_snapshots_of_the_source_are_held_against_our_aging(self, package: tuple[LoadReport, Path]) -> None:
        _, store = package

        with Store.open(store) as opened:
            found = health.snapshots(opened, size=100)
        compared = found.rows.to_dict("records")
        assert found.total == 15
        differing = [(row["customer_id"], row["day"], row["figure"], row["difference"]) for row in compared if row["difference"]]
        assert differing == [
            ("A2", date(2026, 2, 10), "bucket 1", Decimal("-1.0000")),
            ("A2", date(2026, 2, 10), "open", Decimal("-1.0000")),
        ]

    def test_snapshots_stay_when_a_later_load_brings_none(self, tmp_path: Path) -> None:
        build([write(tmp_path / "in", **PACKAGE)], into=tmp_path / "store")
        fewer = {name: lines for name, lines in PACKAGE.items() if "Snapshot" not in name and "Payment" not in name}

        build([write(tmp_path / "later", **fewer | {"Account": "Id,Name,ParentId\nA1,Acme renamed,"})], into=tmp_path / "store")

        assert rows(tmp_path / "store", "select count(*) as n from snapshots") == [{"n": 15}]

    def test_other_snapshots_alone_make_another_generation(self, tmp_path: Path) -> None:
        build([write(tmp_path / "in", **PACKAGE)], into=tmp_path / "store")
        name = "blng__AccountBalanceSnapshot__c"
        same = build([write(tmp_path / "in", **PACKAGE)], into=tmp_path / "store")
        other = build([write(tmp_path / "in", **PACKAGE | {name: PACKAGE[name].replace("31.00", "30.00")})], into=tmp_path / "store")

        assert (same.generation, other.generation) == (1, 2)
        with Store.open(tmp_path / "store") as opened:
            assert all(not row["difference"] for row in health.snapshots(opened, size=100).rows.to_dict("records"))


@pytest.mark.parametrize("name", ["DebitMemo", "memos"])
def test_debit_memos_are_open_items_that_a_load_says_it_did_not_read(tmp_path: Path, name: str) -> None:
    memos = "Id,DebitMemoNumber,BillingAccountId,Status,TotalAmountWithTax\nDM1,DM-1,A1,Posted,12.00"

    report = build([write(tmp_path / "in", **REVENUE_CLOUD | {name: memos, "Contact": "Id,Email\n1,a@b.example"})], into=tmp_path / "store")

    assert not report.refused
    (said,) = problems(report, "open_items_unread")
    assert said.startswith(f"{name}.csv holds open items whose fields this connector does not know, and was not read; map them as invoices")
    assert [sentence.split()[0] for sentence in problems(report, "passed_over")] == ["Contact.csv"]
