"""Builds the marts of a generation from its canonical tables; `docs/architecture.md` lists them with their grain."""

from __future__ import annotations

from itertools import pairwise

import duckdb

from analytics.buckets import DEFAULT_EDGES
from analytics.schema import SQL_TYPES, TABLES, Column, Table
from analytics.store.installments import PARTS
from analytics.store.statements import identifier, quote, statement

DIMENSIONS: dict[str, str] = {
    "entity": "entity_name",
    "currency": "currency_code",
    "segment": "segment_name",
    "region": "region_name",
    "country": "country_name",
    "sales_rep": "sales_rep_name",
    "collector": "collector_name",
}
"""The filter columns that stand in every mart, and their types: ENUMs are small on disk, quick to sort and to compare."""

_VALUES = {
    "entity": "select entity from candidate_invoices union all select entity from candidate_payments",
    "currency": (
        "select currency from candidate_invoices union all select currency from candidate_payments "
        "union all select currency from candidate_fx_rates union all select base from candidate_fx_rates"
    ),
    "segment": "select segment from candidate_customers",
    "region": "select region from candidate_customers union all select region from candidate_invoices",
    "country": "select country from candidate_customers",
    "sales_rep": "select sales_rep from candidate_customers union all select sales_rep from candidate_invoices",
    "collector": "select collector from candidate_customers",
}

_TYPED = {
    "customer_list": {name: DIMENSIONS[name] for name in ("segment", "region", "country", "sales_rep", "collector")},
    "rates": {"currency": "currency_code", "base": "currency_code"},
}
"""The marts that are made of tables whose dimensions are text; the others take them over as ENUMs."""

HOLDING = ("customer_list", "documents", "receipts", "applied")
"""The marts that hold the rows of `VIEWS`, whole: nothing is stored twice."""

VIEWS: dict[str, str] = {"invoices": "documents", "payments": "receipts", "applications": "applied"}
"""The canonical tables that are views, each of the rows as they were loaded, and the marts that hold them."""

DERIVED = ("customer_tree", "applied_across", "installment_spans", "shifting", "segments", "open_texts", "credits", "disputed", "rates")
SUMS = ("flows", "sales", "began", "paid", "cube_changes", "cube")
STEADY = "select * from applied where has_installments and alive_from < alive_to and invoice_key not in (select invoice_key from shifting)"
"""The applications to installments whose parts do not depend on the day asked."""

MARTS = (*HOLDING, *DERIVED, *SUMS)
"""Every mart, in the order in which they build on each other."""

CUBE_DIMENSIONS = ("entity", "currency", "segment", "region")
"""What the cube, the flows and the payments are summed up by."""

MOST_COMBINATIONS = 1_000
"""With more combinations of the cube's dimensions, sums by day would be as many as the rows they sum: there are none."""

ENDLESS = 200_000
"""More days than lie between any two dates in the books."""


def define(connection: duckdb.DuckDBPyConnection) -> None:
    """Creates the types of the dimensions, from the relations `candidate_<table>`, and of the columns with values of our own."""
    for dimension, kind in DIMENSIONS.items():
        # An ENUM must have a value: the empty text, which no row holds, stands in where a column is empty throughout.
        connection.execute(
            f"create type {kind} as enum (select distinct v from "
            f"(select '' as v union all select * from ({_VALUES[dimension]})) where v is not null order by v)"
        )
    for table in (TABLES[name] for name in VIEWS):
        for column in table.columns:
            if column.values:
                values = ", ".join(quote(value) for value in sorted(column.values))
                connection.execute(f"create type {stored_type(table, column)} as enum ({values})")


def stored_type(table: Table, column: Column) -> str:
    """The type in which a column of a canonical table is stored: an ENUM where a mart holds the table and the values are few."""
    if table.name in VIEWS and column.values:
        return f"{table.name}_{column.name}"
    if table.name in VIEWS and column.name in DIMENSIONS:
        return DIMENSIONS[column.name]
    return SQL_TYPES[column.kind]


def hold(connection: duckdb.DuckDBPyConnection) -> None:
    """Stores invoices, payments and applications, from the relations `accepted_<table>`; the other canonical tables exist."""
    for mart in HOLDING:
        _create(connection, mart)
    for view in VIEWS:
        connection.execute(f"create view {identifier(view)} as {statement(f'views/{view}')}")


def derive(connection: duckdb.DuckDBPyConnection) -> None:
    """Creates the marts that are worked out from those that `hold` stored."""
    for mart in DERIVED:
        _create(connection, mart)
    if _has_few_combinations(connection):
        _prepare_sums(connection)
        for mart in SUMS:
            _create(connection, mart)


def selected(mart: str) -> str:
    """What makes `mart`, as a statement; its dimensions are ENUMs."""
    casts = ", ".join(f"{column}::{kind} as {column}" for column, kind in _TYPED.get(mart, {}).items())
    columns = f"* replace ({casts})" if casts else "*"
    return f"select {columns} from ({statement(f'marts/{mart}')})"


def _create(connection: duckdb.DuckDBPyConnection, mart: str) -> None:
    connection.execute(f"create table {identifier(mart)} as {selected(mart)}")


def _has_few_combinations(connection: duckdb.DuckDBPyConnection) -> bool:
    """False where the sums by day would be as many as the rows they sum."""
    dimensions = ", ".join(CUBE_DIMENSIONS)
    combinations = f"select count(*) from (select distinct {dimensions} from documents union select distinct {dimensions} from receipts)"
    return bool(connection.execute(combinations).fetchall()[0][0] <= MOST_COMBINATIONS)


def _prepare_sums(connection: duckdb.DuckDBPyConnection) -> None:
    """What the sums by day are made of: the parts of applications to installments, and the cube's buckets, ages in `[from_age, to_age)`."""
    connection.execute(f"create temp view installment_applications as {STEADY}")
    connection.execute(f"create temp view installment_parts as {PARTS}")
    ages = [-ENDLESS, *(edge + 1 for edge in DEFAULT_EDGES), ENDLESS]
    connection.execute("create table cube_buckets (place integer, from_age integer, to_age integer)")
    connection.executemany("insert into cube_buckets values (?, ?, ?)", [[place, *span] for place, span in enumerate(pairwise(ages))])
