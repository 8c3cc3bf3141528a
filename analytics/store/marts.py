"""Builds the marts of a generation from its canonical tables; `docs/architecture.md` lists them with their grain."""

from __future__ import annotations

import duckdb

from analytics.store.statements import statement

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

_WITH_DIMENSIONS = ("documents", "receipts")
"""The marts that bring in the dimensions as text; the later ones take them over as ENUMs."""

_TYPED = (
    "entity::entity_name as entity, currency::currency_code as currency, segment::segment_name as segment, "
    "region::region_name as region, country::country_name as country, sales_rep::sales_rep_name as sales_rep, "
    "collector::collector_name as collector"
)
_ENUMS = {
    "entity": "entity_name",
    "currency": "currency_code",
    "segment": "segment_name",
    "region": "region_name",
    "country": "country_name",
    "sales_rep": "sales_rep_name",
    "collector": "collector_name",
}
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
        text = statement(f"marts/{mart}")
        if mart in _WITH_DIMENSIONS:
            connection.execute(f"create table {mart} as select * replace ({_TYPED}) from ({text})")
        elif mart == "rates":
            connection.execute(
                f"create table rates as select * replace (currency::currency_code as currency, base::currency_code as base) from ({text})"
            )
        else:
            connection.execute(f"create table {mart} as {text}")
