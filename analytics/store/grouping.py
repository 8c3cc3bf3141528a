"""Grouping a relation by the words of `--by`, and showing its sums: exact, rounded once, under their column's own name."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.errors import UnknownColumn, UsageError
from analytics.money import minor_unit
from analytics.scope import Scope

GROUPS: dict[str, str] = {
    "entity": "entity",
    "customer": "customer_key",
    "segment": "segment",
    "region": "region",
    "country": "country",
    "sales_rep": "sales_rep",
    "collector": "collector",
    "invoice": "invoice_key",
    "installment": "installment_no",
}
"""Word -> the mart's column."""

SHOWN: dict[str, str] = {
    "entity": "g.entity::varchar as entity",
    "customer": "c.customer_id as customer",
    "segment": "g.segment::varchar as segment",
    "region": "g.region::varchar as region",
    "country": "g.country::varchar as country",
    "sales_rep": "g.sales_rep::varchar as sales_rep",
    "collector": "g.collector::varchar as collector",
    "invoice": "d.invoice_id as invoice",
    "installment": "g.installment_no as installment",
}
"""Word -> its value in the answer: the id, as text."""

LOOKUPS: dict[str, str] = {
    "customer": " left join customer_list c on c.customer_key = g.customer_key",
    "invoice": " left join documents d on d.invoice_key = g.invoice_key",
}
PAYMENT_WORDS = ("entity", "customer", "segment", "region", "country", "sales_rep", "collector")
"""The words that a payment knows too, by itself or through its customer."""


def checked_words(by: Sequence[str]) -> tuple[str, ...]:
    """`by` as a tuple; raises `UsageError` for an unknown or repeated word."""
    for word in by:
        if word not in GROUPS:
            raise UnknownColumn(word, tuple(GROUPS))
    if len(set(by)) < len(by):
        raise UsageError(f"--by names a column twice: {', '.join(by)}")
    return tuple(by)


def grouped(relation: str, by: Sequence[str], sums: dict[str, str], scope: Scope) -> str:
    """A statement with a row per currency and `by`: `sums` maps a column to its expression over `relation`.

    The values of `by` come as ids, sorted; a sum over nothing is 0, and a converted sum is rounded here, once.
    `count(*)` expressions are taken as they are.
    """
    keys = "".join(f", {GROUPS[word]}" for word in by)
    inner = ", ".join(f"{sums[name]} as {name}" for name in sums)
    shown = "".join(f", {SHOWN[word]}" for word in by)
    amounts = "".join(f", {_shown_sum(name, scope)}" for name in sums)
    lookups = "".join(LOOKUPS[word] for word in by if word in LOOKUPS)
    order = ", ".join(str(int(place)) for place in range(1, len(by) + 2))
    return (
        f"select g.shown_currency::varchar as currency{shown}{amounts} "
        f"from (select shown_currency{keys}, {inner} from {relation} group by shown_currency{keys}) g{lookups} "
        f"order by {order}"
    )


def _shown_sum(name: str, scope: Scope) -> str:
    if name == "items" or scope.currency is None:
        return f"g.{name} as {name}"
    return f"round(g.{name}, {int(minor_unit(scope.currency))}) as {name}"
