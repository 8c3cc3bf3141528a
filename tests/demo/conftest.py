"""Demo books, written once and opened in DuckDB under their table names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from analytics import demo

TODAY = date(2026, 6, 30)
Ask = Callable[[str], list[tuple]]

ALIVE = """
create table alive as
select *, coalesce(due_date, issue_date + payment_terms_days) as due from invoices where status = 'posted'"""
COUNTING = """
create table counting as
select a.*, p.received_date, coalesce(p.currency, c.currency) as source_currency, coalesce(p.entity, c.entity) as source_entity
from applications a
left join payments p on a.source = 'payment' and p.payment_id = a.source_id
left join alive c on a.source = 'credit_note' and c.invoice_id = a.source_id
where p.reversed_date is null"""
ITEMS = """
create table items as
with applied as (select invoice_id, sum(amount) as applied from counting group by all),
spans as (
    select invoice_id, due_date as due, amount, sum(amount) over earlier - amount as before,
        row_number() over (partition by invoice_id order by due_date desc) = 1 as is_last
    from installments window earlier as (partition by invoice_id order by due_date)
)
select invoice_id, customer_id, currency, coalesce(s.due, i.due) as due,
    case when s.due is null then total - coalesce(applied, 0)
        when is_last then amount - greatest(coalesce(applied, 0) - before, 0)
        else amount - least(greatest(coalesce(applied, 0) - before, 0), amount) end as open_amount
from alive i left join spans s using (invoice_id) left join applied using (invoice_id)
where kind <> 'credit_note'"""


def opened(directory: Path) -> Ask:
    """A function that answers SQL over the book in `directory`."""
    connection = duckdb.connect()
    for file in sorted(directory.glob("*.parquet")):
        connection.execute(f"create view {file.stem} as select * from read_parquet('{file}')")
    for statement in (ALIVE, COUNTING, ITEMS):
        connection.execute(statement)
    return lambda sql: connection.execute(sql).fetchall()


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a book of 5,000 invoices."""
    directory = tmp_path_factory.mktemp("book")
    demo.write(directory, today=TODAY)
    return directory


@pytest.fixture(scope="session")
def ask(files: Path) -> Ask:
    """Asks the book of 5,000 invoices."""
    return opened(files)


@pytest.fixture(scope="session")
def ask_large(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Asks a book of 40,000 invoices, whose shares depend little on chance."""
    directory = tmp_path_factory.mktemp("large")
    demo.write(directory, invoices=40_000, today=TODAY)
    return opened(directory)
