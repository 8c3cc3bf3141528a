"""Builds the marts of a generation from its canonical tables; `docs/architecture.md` lists them with their grain."""

from __future__ import annotations

import duckdb

from analytics.store.statements import identifier, statement

DIMENSIONS = ("entity", "currency", "segment", "region", "country", "sales_rep", "collector")
"""The filter columns that stand in every mart, as ENUMs: small on disk and quick to compare."""

_VALUES = {
    "entity": "select entity from invoices union all select entity from payments",
    "currency": (
        "select currency from invoices union all select currency from payments "
        "union all select currency from fx_rates union all select base from fx_rates"
    ),
    "segment": "select segment from customers",
    "region": "select region from customers union all select region from invoices",
    "country": "select country from customers",
    "sales_rep": "select sales_rep from customers union all select sales_rep from invoices",
    "collector": "select collector from customers",
}

_ENUMS = {
    "entity": "entity_name",
    "currency": "currency_code",
    "base": "currency_code",
    "segment": "segment_name",
    "region": "region_name",
    "country": "country_name",
    "sales_rep": "sales_rep_name",
    "collector": "collector_name",
}

_TYPED = {
    "customer_list": ("segment", "region", "country", "sales_rep", "collector"),
    "documents": DIMENSIONS,
    "receipts": DIMENSIONS,
    "rates": ("currency", "base"),
}
"""The marts that bring columns in as text; the later ones take them over as ENUMs."""

MARTS = (
    "customer_list",
    "customer_tree",
    "documents",
    "receipts",
    "installment_spans",
    "applied",
    "segments",
    "credits",
    "disputed",
    "rates",
)
"""Every mart, in the order in which they build on each other."""


def build(connection: duckdb.DuckDBPyConnection) -> None:
    """Creates every mart in `connection`, where all tables of `analytics.schema` exist (empty if not given)."""
    for dimension in DIMENSIONS:
        # An ENUM must have a value: the empty text, which no row holds, stands in where a column is empty throughout.
        connection.execute(
            f"create type {_ENUMS[dimension]} as enum (select distinct v from "
            f"(select '' as v union all select * from ({_VALUES[dimension]})) where v is not null order by v)"
        )
    for mart in MARTS:
        casts = ", ".join(f"{column}::{_ENUMS[column]} as {column}" for column in _TYPED.get(mart, ()))
        columns = f"* replace ({casts})" if casts else "*"
        connection.execute(f"create table {identifier(mart)} as select {columns} from ({statement(f'marts/{mart}')})")
