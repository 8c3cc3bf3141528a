"""Published examples of the figures, recomputed by our pure functions.

Some published answers are rounded or wrong; the expectation is the recomputation that comes with each example.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from analytics import dso
from analytics.money import rounded_to

Inputs = dict[str, Any]

DIFFERENCES = {
    "metric_05": ("79.6296", "divides the sales by the number of months; ours are the sales of the whole period"),
}
"""Where our definition is another one: our figure, and what they do."""


def _add(i: Inputs) -> Fraction | None:
    if "dso" in i:
        # Only the two figures are given: a period of one day with sales of 1 has them as its amounts.
        return dso.average_days_delinquent(Decimal(i["dso"]), Decimal(i["best_possible_dso"]), 1, 1)
    amounts = (Decimal(i[name]) for name in ("receivables", "current_receivables", "credit_sales"))
    return dso.average_days_delinquent(*amounts, i["days"])


def _cei(i: Inputs) -> Fraction | None:
    sales = Decimal(i["credit_sales"] if "credit_sales" in i else i["credit_sales_total"])
    return dso.cei(Decimal(i["beginning_receivables"]), sales, Decimal(i["ending_total"]), Decimal(i["ending_current"]))


def _countback(i: Inputs) -> Fraction | None:
    months = [(Decimal(month["sales"]), month["days"]) for month in i["months"]]
    return dso.countback_monthly(Decimal(i["receivables"]), months).days


def _turnover(i: Inputs) -> dict[str, Fraction | None]:
    mean, sales = Decimal(i.get("average_receivables") or i["receivables"]), Decimal(i["credit_sales"])
    return {"turnover": dso.turnover(mean, mean, sales), "days": dso.collection_period(mean, mean, sales, i["days"])}


FIGURES: dict[str, Callable[[Inputs], Any]] = {
    "dso_simple": lambda i: dso.simple(Decimal(i["receivables"]), Decimal(i["credit_sales"]), i["days"]),
    "dso_best_possible": lambda i: dso.simple(Decimal(i["current_receivables"]), Decimal(i["credit_sales"]), i["days"]),
    "dso_current_balance_over_3_months": lambda i: dso.simple(Decimal(i["receivables"]), sum(map(Decimal, i["sales"])), i["days"]),
    "dso_countback": _countback,
    "add": _add,
    "cei": _cei,
    "ar_turnover_and_days": _turnover,
}


def _as_printed(figure: Fraction | None, like: str) -> Decimal | None:
    return None if figure is None else rounded_to(figure, max(0, -int(Decimal(like).as_tuple().exponent)))


@pytest.mark.parametrize("number", range(1, 23))
def test_a_published_example_comes_out_as_recomputed(shared: Path, number: int) -> None:
    case = json.loads((shared / f"cases/metrics/metric_{number:02}.json").read_text())
    expected, ours = case["recomputed"], FIGURES[case["metric"]](case["inputs"])
    if case["id"] in DIFFERENCES:
        expected, _ = DIFFERENCES[case["id"]]
    if isinstance(expected, dict):
        assert {name: _as_printed(ours[name], text) for name, text in expected.items()} == {
            name: Decimal(text) for name, text in expected.items()
        }
    else:
        assert _as_printed(ours, expected) == Decimal(expected)


def test_every_published_example_is_tried(shared: Path) -> None:
    assert len(list((shared / "cases/metrics").glob("metric_*.json"))) == 22
