"""The part of a mart that a scope covers, as SQL: what is alive at a day, passes the filters, in the currency asked for.

A relation is a sub-select to put behind `from`. It has every column of its mart and

- `value`: the row's amount; converted (exact, not rounded) where the scope names a currency;
- `rate`: what it was converted with, 1 where it was not;
- `shown_currency`: the currency of `value` (an ENUM where it is the documents' own: quick to group by, cast it to show it).

What has no usable rate is left out of a converted relation; `unconverted(...)` is exactly that rest, in its own currency.
All values are bound: `parameters(scope, day)` gives them.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from analytics.scope import Scope

Mart = Literal["segments", "credits", "documents", "receipts", "applied", "shifting", "cube", "flows", "sales", "began", "paid"]
Life = Literal["alive", "any"]

AMOUNTS: dict[str, str] = {
    "segments": "m.open_amount",
    "credits": "m.unapplied_amount",
    "documents": "case when m.kind = 'credit_note' then -m.total else m.total end",
    "receipts": "case when m.kind = 'refund' then -m.amount else m.amount end",
    "applied": "m.amount",
    "shifting": "m.amount",
    "cube": "m.open_amount",
    "flows": "case when m.kind in ('credit_note', 'refund') then -m.flow_amount else m.flow_amount end",
    "sales": "m.sales_amount",
    "began": "0",
    "paid": "m.paid_amount",
}
"""What a row adds to its figure: a credit note lessens sales, a refund lessens receipts."""

DOCUMENT_DATES: dict[str, str] = {
    "segments": "m.issue_date",
    "credits": "m.document_date",
    "documents": "m.issue_date",
    "receipts": "m.received_date",
    "applied": "m.issue_date",
}
"""The date whose rate the `document` policy takes; the marts that are summed up have none."""

ALIVE: dict[str, str] = {
    "segments": "m.valid_from <= $day and $day < m.valid_to",
    "credits": "m.valid_from <= $day and $day < m.valid_to",
    "documents": "m.alive_from <= $day and $day < m.alive_to",
    "receipts": "m.alive_from <= $day and $day < m.alive_to",
    "applied": "m.alive_from <= $day and $day < m.alive_to",
    "shifting": "m.alive_from <= $day and $day < m.alive_to",
    "cube": "m.valid_from <= $day and $day < m.valid_to",
    "flows": "m.alive_from <= $day and $day < m.alive_to",
    "sales": "m.alive_from <= $day and $day < m.alive_to",
    "paid": "m.alive_from <= $day and $day < m.alive_to",
}
FILTERS: dict[str, str] = {
    "entity": "(list_contains($entity, m.entity::varchar) or ($no_entity and m.entity is null))",
    "currency": "(list_contains($currency, m.currency::varchar) or ($no_currency and m.currency is null))",
    "segment": "(list_contains($segment, m.segment::varchar) or ($no_segment and m.segment is null))",
    "region": "(list_contains($region, m.region::varchar) or ($no_region and m.region is null))",
    "country": "(list_contains($country, m.country::varchar) or ($no_country and m.country is null))",
    "sales_rep": "(list_contains($sales_rep, m.sales_rep::varchar) or ($no_sales_rep and m.sales_rep is null))",
    "collector": "(list_contains($collector, m.collector::varchar) or ($no_collector and m.collector is null))",
    "customer": (
        "(m.customer_key in (select customer_key from customer_list where customer_id in (select unnest($customer)))"
        " or ($no_customer and m.customer_key is null))"
    ),
    "customer_group": (
        "(m.customer_key in (select t.customer_key from customer_tree t join customer_list a"
        " on a.customer_key = t.ancestor_key where a.customer_id in (select unnest($customer)))"
        " or ($no_customer and m.customer_key is null))"
    ),
}
GAINED = (
    "(case when alive_from <= $asked_end and $asked_end < alive_to then 1 else 0 end "
    "- case when alive_from <= $asked_start and $asked_start < alive_to then 1 else 0 end)"
)
"""What a row counts for between two days: 1 if it came, -1 if it went (a void, a reversal), 0 if both or neither."""

CHANGED = "((alive_from > $asked_start and alive_from <= $asked_end) <> (alive_to > $asked_start and alive_to <= $asked_end))"
"""Whether it came or went, and not both: said of the bounds, it is quicker to test than what it counts for."""

_IN_DISPUTE = "(select invoice_key from disputed where disputed_from <= $asked_day and $asked_day < disputed_to)"
DISPUTED: dict[tuple[str, str], str] = {
    (mart, answer): test
    for mart in ("segments", "credits", "documents", "applied")
    for answer, test in {
        "true": f"m.invoice_key in {_IN_DISPUTE}",
        "false": f"(m.invoice_key is null or m.invoice_key not in {_IN_DISPUTE})",
    }.items()
} | {("receipts", "true"): "$asked_day is null", ("receipts", "false"): "$asked_day is not null"}
"""A payment is never in dispute: its tests are never and always true, and mention the day because it is bound for all marts."""


def relation(mart: Mart, scope: Scope, life: Life = "alive") -> str:
    """The rows of `mart` in `scope`, alive at `$day` (or whenever, for `life="any"`)."""
    tests = _tests(mart, scope, life)
    if scope.currency is None:
        return f"(select m.*, {AMOUNTS[mart]} as value, 1 as rate, m.currency as shown_currency from {mart} m where {tests})"
    return (
        f"(select m.*, cast({AMOUNTS[mart]} as decimal(28, 4)) * coalesce(f.rate, 1) as value, "
        f"coalesce(f.rate, 1) as rate, $base::varchar as shown_currency from {_with_rates(mart, scope)} "
        f"where (m.currency = $base or f.rate is not null) and {tests})"
    )


def unconverted(mart: Mart, scope: Scope, life: Life = "alive") -> str:
    """The rows that `relation` leaves out for want of a rate, valued in their own currency."""
    return (
        f"(select m.*, {AMOUNTS[mart]} as value, m.currency as shown_currency from {_with_rates(mart, scope)} "
        f"where m.currency <> $base and f.rate is null and {_tests(mart, scope, life)})"
    )


def parameters(scope: Scope, day: date, *, life: Life = "alive", rate_day: date | None = None, **more: Any) -> dict[str, Any]:
    """What `relation` binds, for the state at `day`, and `more` of the statement's own.

    Closing rates are those of `day`, unless `rate_day` says otherwise.
    """
    bound: dict[str, Any] = dict(more)
    if life == "alive":
        bound["day"] = day
    for column, values in scope.filters:
        if column == "disputed":
            if len(values) == 1:
                bound["asked_day"] = scope.day
        else:
            bound[column] = [value for value in values if value is not None]
            bound[f"no_{column}"] = None in values
    if scope.currency is not None:
        bound["base"] = scope.currency
        if scope.fx != "document":
            bound["rate_day"] = scope.fx if isinstance(scope.fx, date) else rate_day or day
    return bound


def _with_rates(mart: Mart, scope: Scope) -> str:
    rate_day = DOCUMENT_DATES[mart] if scope.fx == "document" else "$rate_day"
    return (
        f"{mart} m left join (select currency, day, rate from rates where base::varchar = $base) f "
        f"on f.currency = m.currency and f.day = {rate_day} and m.currency::varchar <> $base"
    )


def _tests(mart: Mart, scope: Scope, life: Life) -> str:
    tests = [ALIVE[mart]] if life == "alive" else []
    for column, values in scope.filters:
        if column == "disputed":
            if len(values) == 1:
                tests.append(DISPUTED[mart, str(values[0])])
        elif column == "customer" and scope.with_children:
            tests.append(FILTERS["customer_group"])
        else:
            tests.append(FILTERS[column])
    return " and ".join(tests) or "true"
