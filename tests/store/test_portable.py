"""The statements that build the marts keep to what other engines understand the same way; `GOLDEN=1 pytest` writes them down anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from analytics.store.installments import PARTS
from analytics.store.marts import MARTS, STEADY
from analytics.store.statements import statement

GOLDEN = Path(__file__).parent / "golden" / "spark"
STATEMENTS = {mart: statement(f"marts/{mart}") for mart in MARTS} | {"installment_parts": PARTS, "installment_applications": STEADY}
NOT_PORTABLE = (
    exp.Avg,
    exp.Median,
    exp.Quantile,
    exp.PercentileCont,
    exp.PercentileDisc,
    exp.ApproxQuantile,
    exp.Div,
    exp.Placeholder,
)
"""Averages, quantiles and divisions differ between engines; the marts take no values either."""


def parsed(mart: str) -> exp.Expression:
    return sqlglot.parse_one(STATEMENTS[mart], read="duckdb")


@pytest.mark.parametrize("mart", STATEMENTS)
def test_the_statement_reads_the_same_for_spark(mart: str) -> None:
    (spark,) = sqlglot.transpile(STATEMENTS[mart], read="duckdb", write="spark", pretty=True, unsupported_level=sqlglot.ErrorLevel.RAISE)
    golden = GOLDEN / f"{mart}.sql"
    if os.environ.get("GOLDEN"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(spark + "\n", encoding="utf-8")
    assert spark + "\n" == golden.read_text(encoding="utf-8")


def test_every_golden_file_is_of_a_statement() -> None:
    assert {file.stem for file in GOLDEN.glob("*.sql")} == set(STATEMENTS)


@pytest.mark.parametrize("mart", STATEMENTS)
def test_the_statement_keeps_to_what_all_engines_agree_on(mart: str) -> None:
    tree = parsed(mart)
    assert [node.sql() for node in tree.find_all(*NOT_PORTABLE)] == []
    assert [join.sql() for join in tree.find_all(exp.Join) if join.args.get("kind") == "ASOF" or join.args.get("method") == "ASOF"] == []
    for window in tree.find_all(exp.Lead, exp.Lag):
        assert window.args.get("default") is not None, f"{window.sql()} has no default: engines fill it differently"
    assert "9999-" not in STATEMENTS[mart]


@pytest.mark.parametrize("mart", STATEMENTS)
def test_no_sum_is_named_like_a_column_it_is_made_of(mart: str) -> None:
    for alias in parsed(mart).find_all(exp.Alias):
        for total in alias.this.find_all(exp.AggFunc):
            assert alias.alias not in {column.name for column in total.find_all(exp.Column)}, alias.sql()
