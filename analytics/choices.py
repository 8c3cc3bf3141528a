"""What a book offers to choose from: its days, its currencies, the values of its filter columns."""

from __future__ import annotations

from datetime import date

from analytics.store import Store

COLUMNS = {name: name for name in ("entity", "currency", "segment", "region", "country", "sales_rep", "collector")}
"""Filter column -> the mart's column; customers are too many to list, see `customers.listing`."""


def first_day(store: Store) -> date | None:
    """The earliest issue or receipt date; None in an empty book."""
    day: date | None = store.rows(
        "select least((select min(issue_date) from documents), (select min(received_date) from receipts)) as day"
    )[0]["day"]
    return day


def values(store: Store) -> dict[str, tuple[str | None, ...]]:
    """Column -> the values that documents and payments have in it, sorted; None comes last where some have none.

    A column that is empty throughout offers nothing.
    """
    return {column: _values(store, column) for column in COLUMNS}


def currencies(store: Store) -> tuple[str, ...]:
    """The currencies of the documents, the one of most documents first."""
    rows = store.rows("select currency::varchar as currency from documents group by currency order by count(*) desc, currency")
    return tuple(row["currency"] for row in rows)


def bases(store: Store) -> tuple[str, ...]:
    """The currencies that rates convert into, sorted."""
    return tuple(row["base"] for row in store.rows("select distinct base::varchar as base from rates order by base"))


def has_disputes(store: Store) -> bool:
    """Whether any document was ever disputed."""
    return bool(store.rows("select exists (select 1 from disputed) as found")[0]["found"])


def names(store: Store, customer_ids: tuple[str, ...]) -> dict[str, str]:
    """Id -> name, for those of `customer_ids` that the book knows; the id where there is no name."""
    rows = store.rows(
        "select customer_id, coalesce(name, customer_id) as name from customer_list where customer_id in (select unnest($ids))",
        {"ids": list(customer_ids)},
    )
    return {row["customer_id"]: row["name"] for row in rows}


def numbers(store: Store, invoice_ids: tuple[str, ...]) -> dict[str, str]:
    """Id -> number, for those of `invoice_ids` that the book knows; the id where there is no number."""
    rows = store.rows(
        "select invoice_id, coalesce(number, invoice_id) as number from documents where invoice_id in (select unnest($ids))",
        {"ids": list(invoice_ids)},
    )
    return {row["invoice_id"]: row["number"] for row in rows}


def _values(store: Store, column: str) -> tuple[str | None, ...]:
    rows = store.rows(
        f"select value::varchar as value from (select {COLUMNS[column]} as value from documents "
        f"union select {COLUMNS[column]} from receipts) order by 1 nulls last"
    )
    found = tuple(row["value"] for row in rows)
    return found if any(value is not None for value in found) else ()
