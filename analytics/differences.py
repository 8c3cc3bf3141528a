"""What two generations of the books say differently of one as-of day: every document whose balance differs, and by how much.

The rows explain the difference in net AR exactly: per currency, they add up to it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd

from analytics.frames import Kind, frame_of
from analytics.money import rounded_to
from analytics.scope import Scope
from analytics.store import Store
from analytics.store.population import parameters, relation

COLUMNS: dict[str, Kind] = {
    "change": "text",
    "balance": "text",
    "currency": "text",
    "id": "text",
    "before": "amount",
    "after": "amount",
    "difference": "amount",
    "because": "text",
}
FACTS = (
    "select d.invoice_id as id, d.total as amount, d.issue_date as day, d.alive_from <= $asked and $asked < d.alive_to as counts "
    "from documents d where d.invoice_id in (select unnest($ids)) "
    "union all select p.payment_id, p.amount, p.received_date, p.alive_from <= $asked and $asked < p.alive_to "
    "from receipts p where p.payment_id in (select unnest($ids))"
)
"""What a document says by itself, and whether it counts on the day that is asked for."""

BALANCES: dict[str, str] = {
    "open": "select 'open' as balance, s.shown_currency as currency, d.invoice_id as id, sum(s.value) as net "
    "from {items} s join documents d on d.invoice_key = s.invoice_key group by 1, 2, 3",
    "unapplied": "select 'unapplied', s.shown_currency, coalesce(p.payment_id, d.invoice_id), -sum(s.value) "
    "from {credits} s left join receipts p on p.payment_key = s.payment_key "
    "left join documents d on d.invoice_key = s.invoice_key group by 1, 2, 3",
}


def between(before: Store, after: Store, scope: Scope) -> pd.DataFrame:
    """A row per document whose contribution to net AR at the as-of day differs, largest difference first.

    Columns: `change` (`new`: not in the books before; `gone`; `changed`), `balance` (`open`, or `unapplied`, which counts negative),
    `currency`, `id`, `before`, `after`, `difference` (exact, in the documents' own currency), `because`: what is different about the
    document itself, or how much is applied. The as-of day is that of `after`.
    """
    scope = after.resolve(scope)
    old, new = _balances(before, scope), _balances(after, scope)
    known_before, known_after = _ids(before), _ids(after)
    rows: list[dict[str, Any]] = []
    for key in old.keys() | new.keys():
        balance, currency, identity = key
        was, is_now = old.get(key, Decimal(0)), new.get(key, Decimal(0))
        if was != is_now:
            change = "new" if identity not in known_before else "gone" if identity not in known_after else "changed"
            rows.append(
                {"change": change, "balance": balance, "currency": currency, "id": identity}
                | {"before": was, "after": is_now, "difference": is_now - was}
            )
    _explain(rows, before, after, scope)
    return frame_of(sorted(rows, key=lambda row: (row["currency"], -abs(row["difference"]), row["balance"], row["id"])), COLUMNS)


def _explain(rows: list[dict[str, Any]], before: Store, after: Store, scope: Scope) -> None:
    """Adds `because` to every row."""
    bound = {"ids": sorted({row["id"] for row in rows}), "asked": scope.day}
    old, new = ({row["id"]: row for row in store.rows(FACTS, bound)} for store in (before, after))
    for row in rows:
        row["because"] = _reason(row, old.get(row["id"]), new.get(row["id"]))


def _reason(row: dict[str, Any], was: dict[str, Any] | None, is_now: dict[str, Any] | None) -> str:
    if was is None or is_now is None:
        return "not in the books before" if was is None else "no longer in the books"
    reasons = []
    if was["counts"] != is_now["counts"]:
        reasons.append("counts on that day now" if is_now["counts"] else "does not count on that day any more")
    if was["day"] != is_now["day"]:
        reasons.append(f"dated {is_now['day']}, not {was['day']}")
    if was["amount"] != is_now["amount"]:
        reasons.append(f"amounts to {_plain(is_now['amount'])}, not {_plain(was['amount'])}")
    # What is open, or unapplied and so counted negative, is the amount less what is applied.
    applied = (is_now["amount"] - abs(row["after"])) - (was["amount"] - abs(row["before"]))
    if applied and was["counts"] and is_now["counts"]:
        reasons.append(f"{_plain(abs(applied))} {'more' if applied > 0 else 'less'} is applied")
    return "; ".join(reasons) or "another customer or filter"


def _plain(amount: Decimal) -> str:
    return f"{rounded_to(amount, 2) if amount == rounded_to(amount, 2) else amount.normalize():f}"


def _balances(store: Store, scope: Scope) -> dict[tuple[str, str, str], Decimal]:
    sql = " union all ".join(
        text.format(items=relation("segments", scope), credits=relation("credits", scope)) for text in BALANCES.values()
    )
    rows = store.rows(sql, parameters(scope, scope.day))
    return {(row["balance"], row["currency"], row["id"]): row["net"] for row in rows}


def _ids(store: Store) -> set[str]:
    rows = store.table("select invoice_id as id from documents union all select payment_id from receipts").column("id")
    return set(rows.to_pylist())
