"""Tie-out: net receivables beside the control account of the general ledger, and what each difference comes from.

A difference is net receivables less the account's balance. What of it stood at the balance before stands still; the rest is looked for
among what could make it, to the cent: events of the days around the balance that the ledger booked on its other side (`timing`), drafts
that it has posted (`unposted`), voids that it has not seen (`void`). What nothing explains is `unexplained`, with the balance since which
it stands. An account is kept in the currency of its documents: no difference is one of exchange rates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any

import pandas as pd

from analytics.errors import UsageError
from analytics.frames import Kind, amounts, frame_of
from analytics.money import exactly
from analytics.scope import Scope
from analytics.store import Store
from analytics.store.statements import statement

TIMING, UNPOSTED, VOID = CAUSES = ("timing", "unposted", "void")
WINDOW = timedelta(days=7)
"""How far from the day of a balance the ledger may have booked what belongs to it."""

ACCOUNT: dict[str, Kind] = {
    "entity": "text",
    "currency": "text",
    "accounts": "text",
    "balance_date": "date",
    **amounts(["net", "balance", "difference", *CAUSES, "unexplained"]),
    "since": "date",
}
REASON: dict[str, Kind] = {
    "entity": "text",
    "currency": "text",
    "balance_date": "date",
    "cause": "text",
    "what": "text",
    "document_id": "text",
    "day": "date",
    "amount": "amount",
    "fitting": "count",
}

MOVES = f"({statement('queries/net_moves')})"
BALANCES = f"""
with balances as (
    select entity, currency, balance_date, string_agg(distinct account, ', ' order by account) as accounts, sum(balance) as balance
    from gl_balances where balance_date <= $day group by entity, currency, balance_date
),
days as (select entity, currency, day, sum(amount) as amount from {MOVES} group by entity, currency, day)
select b.*, coalesce(sum(d.amount), 0) as net
from balances b
left join days d on d.currency = b.currency and (b.entity is null or d.entity = b.entity) and d.day <= b.balance_date
group by all order by b.entity, b.currency, b.balance_date
"""
WITHOUT_ACCOUNT = f"""
select m.entity, m.currency, sum(m.amount) as net
from {MOVES} m
anti join (from gl_balances where balance_date <= $day) g on g.currency = m.currency and (g.entity is null or g.entity = m.entity)
where m.day <= $day
group by all having sum(m.amount) <> 0 order by all
"""
AROUND = f"""
select day, document_id, what, amount from {MOVES}
where currency = $currency and ($entity is null or entity = $entity) and day > $first and day <= $last
order by day, document_id, what
"""
NOT_COUNTED = """
select
    case when status = 'draft' then 'unposted' else 'void' end as cause,
    invoice_id as document_id,
    kind::varchar as what,
    coalesce(voided_date, issue_date) as day,
    case when kind = 'credit_note' then total else -total end as amount
from documents
where currency::varchar = $currency and ($entity is null or entity::varchar = $entity) and status in ('draft', 'void')
    and coalesce(voided_date, issue_date) > $first and coalesce(voided_date, issue_date) <= $last
order by day, document_id
"""


@dataclass(frozen=True)
class TieOut:
    """Net receivables beside control accounts."""

    balances: pd.DataFrame
    """A row per entity, currency and balance date: `accounts` (their numbers), `net` receivables, `balance` of the accounts,
    `difference` = `net` - `balance` = `timing` + `unposted` + `void` + `unexplained`, and `since` when that is unexplained (null: it is
    not). Newest first. Where there is no account, `balance` and what follows from it are null."""
    reasons: pd.DataFrame
    """A row per event that explains a part of a difference: `cause`, `what` it is, `document_id`, `day`, `amount` (its part), and
    `fitting`: how many events would have explained the same."""

    @property
    def days(self) -> list[date]:
        """The days that have a balance, newest first."""
        return list(dict.fromkeys(self.balances.dropna(subset="balance")["balance_date"]))

    def latest(self) -> TieOut:
        """The newest balance of each account, and its reasons."""
        return self._of(self.balances.drop_duplicates(["entity", "currency"]))

    def at(self, day: date) -> TieOut:
        """The balances of a day, and their reasons."""
        return self._of(self.balances[self.balances["balance_date"] == day])

    def _of(self, balances: pd.DataFrame) -> TieOut:
        return TieOut(balances.reset_index(drop=True), self.reasons.merge(balances[["entity", "currency", "balance_date"]]))


@dataclass(frozen=True)
class _Reason:
    cause: str
    what: str
    document_id: str | None
    day: date
    amount: Decimal
    fitting: int = 1


def accounts(store: Store, scope: Scope) -> TieOut:
    """Every balance of the ledger up to the as-of day, in its own currency. Raises `UsageError` for a filter that accounts do not know."""
    scope = store.resolve(scope)
    filters = dict(scope.filters)
    if unknown := sorted(filters.keys() - {"entity", "currency"}):
        raise UsageError(f"an account of the ledger has no {unknown[0]}: filter entity or currency, or nothing")
    with exactly():
        rows: list[dict[str, Any]] = []
        reasons: list[dict[str, Any]] = []
        for mine in _by_account(_within(store.rows(BALANCES, {"day": scope.day}), filters)):
            for row, found in _explained(store, mine):
                rows.append(row)
                reasons += [{name: row[name] for name in ("entity", "currency", "balance_date")} | vars(each) for each in found]
        rows += [row | {"balance_date": scope.day} for row in _within(store.rows(WITHOUT_ACCOUNT, {"day": scope.day}), filters)]
    for listed in (rows, reasons):
        listed.sort(key=lambda row: (-row["balance_date"].toordinal(), row["entity"] or "", row["currency"]))
    return TieOut(frame_of(rows, ACCOUNT), frame_of(reasons, REASON))


def _within(rows: Iterable[dict[str, Any]], filters: dict[str, tuple[str | None, ...]]) -> list[dict[str, Any]]:
    return [row for row in rows if all(row[name] in values for name, values in filters.items())]


def _by_account(rows: Iterable[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    found: dict[tuple[str | None, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["entity"], row["currency"]].append(row)
    return found.values()


def _explained(store: Store, mine: Sequence[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], list[_Reason]]]:
    """The balances of an account, oldest first, each with what its difference comes from."""
    before, standing, since = date.min, Decimal(0), None
    for row in mine:
        difference = row["net"] - row["balance"]
        kept, reasons = _parted(store, row, difference, standing, before)
        since = None if not kept else since if kept == standing else row["balance_date"]
        before, standing = row["balance_date"], kept
        parts = {cause: sum((each.amount for each in reasons if each.cause == cause), Decimal(0)) for cause in CAUSES}
        yield row | parts | {"difference": difference, "unexplained": kept, "since": since}, reasons


def _parted(store: Store, row: dict[str, Any], difference: Decimal, standing: Decimal, before: date) -> tuple[Decimal, list[_Reason]]:
    """What of a difference is unexplained, as was `standing` at the balance before, and the reasons for the rest of it."""
    if difference in (standing, 0):
        return difference, []
    for kept in dict.fromkeys((standing, Decimal(0))):
        if reasons := _reasons(store, row, before, difference - kept):
            return kept, reasons
    return difference, []


def _reasons(store: Store, row: dict[str, Any], before: date, amount: Decimal) -> list[_Reason]:
    """What makes a difference of `amount`, to the cent: a single event, or the days by which the ledger closed early or late."""
    day: date = row["balance_date"]
    account = {"currency": row["currency"], "entity": row["entity"]}
    around = [
        _Reason(TIMING, each["what"], each["document_id"], each["day"], each["amount"] if each["day"] <= day else -each["amount"])
        for each in store.rows(AROUND, account | {"first": day - WINDOW, "last": day + WINDOW})
    ]
    others = [_Reason(**each) for each in store.rows(NOT_COUNTED, account | {"first": before, "last": day})]
    fitting = [each for each in (*around, *others) if each.amount == amount]
    if fitting:
        nearest = min(fitting, key=lambda each: abs(each.day - day))
        return [_Reason(**vars(nearest) | {"fitting": len(fitting)})]
    return _days(around, day, amount)


def _days(around: Sequence[_Reason], day: date, amount: Decimal) -> list[_Reason]:
    """The events of the last days up to `day`, or of the first ones after it, that add up to `amount`."""
    for side in ([each for each in reversed(around) if each.day <= day], [each for each in around if each.day > day]):
        sums = list(accumulate(each.amount for each in side))
        for place, total in enumerate(sums):
            is_whole_day = place + 1 == len(side) or side[place + 1].day != side[place].day
            if is_whole_day and total == amount:
                return side[: place + 1]
    return []
