"""The demo book keeps every rule a real one must keep, to the cent and to the day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics import demo
from analytics.errors import UsageError
from analytics.schema import TABLES
from tests.demo.conftest import TODAY, Ask

ARROW_TYPES = {
    "text": pa.string(),
    "money": pa.decimal128(18, 2),
    "date": pa.date32(),
    "moment": pa.timestamp("us"),
    "integer": pa.int32(),
    "number": pa.decimal128(20, 10),
}
TAX = "{'DE': 19.00, 'AT': 20.00, 'FR': 20.00, 'NL': 21.00, 'IT': 22.00, 'ES': 21.00, 'GB': 20.00, 'US': 8.25}"
IN_FUTURE = {("invoices", "due_date"), ("installments", "due_date"), ("contracts", "end_date")}


def book(directory: Path, *, invoices: int = 300, seed: int = 7, today: date = TODAY) -> dict[str, pa.Table]:
    demo.write(directory, invoices, seed, today=today)
    return {file.stem: pq.read_table(file) for file in directory.glob("*.parquet")}


def test_the_same_arguments_write_the_same_book(tmp_path: Path) -> None:
    assert book(tmp_path / "one") == book(tmp_path / "two")


@pytest.mark.parametrize("other", [{"seed": 8}, {"today": date(2026, 6, 29)}, {"invoices": 301}])
def test_another_seed_day_or_size_writes_another_book(tmp_path: Path, other: dict) -> None:
    assert book(tmp_path / "one")["invoices"] != book(tmp_path / "two", **other)["invoices"]


@pytest.mark.parametrize("invoices", [1, 2, 10, 777])
def test_a_book_has_exactly_the_invoices_asked_for(tmp_path: Path, invoices: int) -> None:
    assert book(tmp_path, invoices=invoices)["invoices"]["kind"].to_pylist().count("invoice") == invoices


@pytest.mark.parametrize(("invoices", "seed"), [(0, 7), (-5, 7), (10, -1)])
def test_a_book_of_nothing_is_refused(tmp_path: Path, invoices: int, seed: int) -> None:
    with pytest.raises(UsageError, match="a demo book has at least 1 invoice and a seed from 0"):
        demo.write(tmp_path, invoices, seed, today=TODAY)
    assert not list(tmp_path.iterdir())


def test_a_large_book_has_no_lines_and_leaves_none_of_an_earlier_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(book(tmp_path)) == set(TABLES)
    monkeypatch.setattr(demo, "WITH_LINES", 299)
    assert set(book(tmp_path)) == set(TABLES) - {"invoice_lines"}


@pytest.mark.parametrize("name", TABLES)
def test_columns_and_types_are_canonical(files: Path, name: str) -> None:
    table = TABLES[name]
    kinds = {column.name: column.kind for column in table.columns if column.name != "invoice_id" or name != "payments"}
    written = pq.read_schema(files / f"{name}.parquet")
    assert {field.name: field.type for field in written} == {column: ARROW_TYPES[kind] for column, kind in kinds.items()}


@pytest.mark.parametrize("name", TABLES)
def test_keys_are_unique_required_cells_given_and_values_known(ask: Ask, name: str) -> None:
    table = TABLES[name]
    assert ask(f"select count(*) from {name} group by {', '.join(table.key)} having count(*) > 1") == []
    for column in table.columns:
        if column.required:
            assert ask(f"select count(*) from {name} where {column.name} is null") == [(0,)], column.name
        if column.values:
            found = {value for (value,) in ask(f"select distinct {column.name} from {name}")}
            assert found == set(column.values), column.name


@pytest.mark.parametrize("name", TABLES)
def test_nothing_is_dated_after_today_but_due_dates_and_ends_of_contracts(ask: Ask, name: str) -> None:
    for column in TABLES[name].columns:
        if column.kind in ("date", "moment") and (name, column.name) not in IN_FUTURE:
            ((latest,),) = ask(f"select max({column.name})::date from {name}")
            assert latest is not None, column.name
            assert latest <= TODAY, column.name


def test_subtotal_and_tax_are_the_total(ask: Ask) -> None:
    assert ask("select count(*) from invoices where subtotal + tax is distinct from total or total <= 0") == [(0,)]


def test_tax_is_the_rate_of_the_customers_country_or_none(ask: Ask) -> None:
    assert ask(
        f"""select count(*) from (select subtotal, tax, (map {TAX})[country] as rate from invoices join customers using (customer_id)
        where kind <> 'credit_note') where tax <> 0 and abs(100 * tax - subtotal * rate) > 0.5"""
    ) == [(0,)]
    assert ask("select count(*) > 4000 from invoices where tax > 0") == [(True,)]


def test_lines_add_up_to_their_invoice(ask: Ask) -> None:
    assert (
        ask(
            """select i.invoice_id from invoices i join invoice_lines l using (invoice_id) group by all
            having sum(l.total) <> any_value(i.total) or sum(l.tax) <> any_value(i.tax)"""
        )
        == []
    )
    assert ask("select count(*) from invoice_lines where subtotal + tax <> total") == [(0,)]


def test_installments_add_up_to_their_invoice_and_the_last_is_due_with_it(ask: Ask) -> None:
    assert (
        ask(
            """select i.invoice_id from invoices i join installments s using (invoice_id) group by all
            having sum(s.amount) <> any_value(i.total) or max(s.due_date) <> any_value(i.due_date)"""
        )
        == []
    )


def test_every_reference_leads_somewhere(ask: Ask) -> None:
    assert ask("select count(*) from invoices anti join customers using (customer_id)") == [(0,)]
    assert ask("select count(*) from payments anti join customers using (customer_id)") == [(0,)]
    assert ask("select count(*) from applications anti join alive using (invoice_id)") == [(0,)]
    assert ask("select count(*) from disputes anti join alive using (invoice_id)") == [(0,)]
    assert ask("select count(*) from invoices i anti join contracts c using (contract_id) where i.contract_id <> ''") == [(0,)]
    assert ask("select count(*) from customers c anti join customers p on p.customer_id = c.parent_id where c.parent_id <> ''") == [(0,)]
    assert ask("select count(*) from counting where source in ('payment', 'credit_note') and source_currency is null") == [(0,)]


def test_an_application_has_the_currency_and_entity_of_its_source(ask: Ask) -> None:
    assert ask(
        """select count(*) from counting a join invoices i using (invoice_id)
        where a.source_currency <> i.currency or a.source_entity <> i.entity"""
    ) == [(0,)]


def test_who_pays_for_another_is_its_parent(ask: Ask) -> None:
    assert ask(
        """select count(*) from counting a join payments p on p.payment_id = a.source_id join invoices i using (invoice_id)
        join customers c on c.customer_id = i.customer_id
        where p.customer_id <> i.customer_id and p.customer_id is distinct from c.parent_id"""
    ) == [(0,)]


def test_no_source_is_ever_applied_beyond_its_amount(ask: Ask) -> None:
    assert (
        ask(
            """with sources as (
                select payment_id as source_id, amount from payments where kind = 'receipt'
                union all select invoice_id, total from invoices where kind = 'credit_note'),
            so_far as (
                select source_id, sum(amount) over (partition by source_id order by applied_date) as applied from applications)
            select source_id from so_far join sources using (source_id) where applied not between 0 and amount"""
        )
        == []
    )


def test_exactly_two_invoices_are_ever_settled_beyond_their_total(ask: Ask) -> None:
    ((invoices,),) = ask(
        """with so_far as (
            select invoice_id, sum(amount) over (partition by invoice_id order by applied_date) as applied from counting)
        select count(distinct invoice_id) from so_far join invoices using (invoice_id) where applied not between 0 and total"""
    )
    assert invoices == 2


def test_nothing_is_applied_before_it_is_received_or_recorded_before_it_is_applied(ask: Ask) -> None:
    assert ask("select count(*) from counting where applied_date < received_date") == [(0,)]
    assert ask("select count(*) from applications where recorded_at::date not between applied_date and applied_date + 2") == [(0,)]


def test_the_control_account_differs_from_the_book_only_where_the_dictionary_says(ask: Ask) -> None:
    differences = ask(
        """with moves as (
            select entity, currency, issue_date as day, if(kind = 'credit_note', -total, total) as amount
            from invoices where status <> 'draft'
            union all select entity, currency, voided_date, -total from invoices where status = 'void'
            union all select entity, currency, received_date, if(kind = 'refund', amount, -amount) from payments
            union all select entity, currency, reversed_date, amount from payments where reversed_date is not null
            union all select i.entity, i.currency, applied_date, -a.amount from applications a join invoices i using (invoice_id)
            where source in ('write_off', 'discount'))
        select b.entity, b.currency, balance_date, any_value(balance) - sum(amount) as difference
        from gl_balances b join moves m on m.entity = b.entity and m.currency = b.currency and day <= balance_date
        group by all having difference <> 0 order by balance_date"""
    )
    assert [row[:3] for row in differences] == [
        ("DE01", "EUR", date(2026, month, day)) for month, day in ((3, 31), (4, 30), (5, 31), (6, 30))
    ]
    journal = Decimal("125.40")
    assert [row[3] for row in (differences[0], differences[1], differences[3])] == [journal] * 3
    assert [(differences[2][3] - journal,)] == ask(
        """select amount from payments where entity = 'DE01' and currency = 'EUR' and kind = 'receipt'
        and received_date <= '2026-05-31' order by payment_id desc limit 1"""
    )
