"""Tie-out: net receivables beside the control account of the general ledger, and what each difference comes from.

A difference is net receivables less the account's balance. What of it stood at the balance before stands still; the rest is looked for
among what could make it, to the cent: events of the days around the balance that the ledger booked on its other side (`timing`), drafts
that it has posted (`unposted`), voids that it has not seen (`void`). What nothing explains is `unexplained`, with the balance since which
it stands. An account is kept in the currency of its documents: no difference is one of exchange rates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
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
KEY = ("entity", "currency", "balance_date")
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

OF_ACCOUNT = "m.currency = b.currency and (b.entity is null or m.entity = b.entity)"
AROUND = f"m.day > b.balance_date - {WINDOW.days} and m.day <= b.balance_date + {WINDOW.days}"
MOVES = f"({statement('queries/net_moves')})"
BALANCES = f"""
with balances as (
    select
        entity, currency, balance_date, string_agg(distinct account, ', ' order by account) as accounts, sum(balance) as balance,
        lag(balance_date, 1, date '1900-01-01') over (partition by entity, currency order by balance_date) as before
    from gl_balances where balance_date <= $day group by entity, currency, balance_date
),
days as (select entity, currency, day, sum(amount) as amount from {MOVES} group by entity, currency, day)
select b.*, coalesce(sum(m.amount), 0) as net
from balances b
left join days m on {OF_ACCOUNT} and m.day <= b.balance_date
group by all order by b.entity, b.currency, b.balance_date
"""
DIFFERING = f"(select *, net - balance as difference from ({BALANCES}) where net <> balance)"
WITHOUT_ACCOUNT = f"""
select m.entity, m.currency, sum(m.amount) as net
from {MOVES} m
anti join (from gl_balances where balance_date <= $day) b on {OF_ACCOUNT}
where m.day <= $day
group by all having sum(m.amount) <> 0 order by all
"""
# What stood unexplained before is nought or an earlier difference, so these are all the amounts that may need a reason.
FITS = f"""
with differing as {DIFFERING},
wanted as (
    select entity, currency, balance_date, before, difference as amount from differing
    union
    select d.entity, d.currency, d.balance_date, d.before, d.difference - e.difference
    from differing d
    join differing e on e.currency = d.currency and e.entity is not distinct from d.entity and e.balance_date < d.balance_date
)
select b.entity, b.currency, b.balance_date, b.amount, '{TIMING}' as cause, m.what, m.document_id, m.day
from wanted b
join {MOVES} m on {OF_ACCOUNT} and abs(m.amount) = abs(b.amount)
    and {AROUND} and m.amount = case when m.day <= b.balance_date then b.amount else -b.amount end
union all
select
    b.entity, b.currency, b.balance_date, b.amount, case when m.status = 'draft' then '{UNPOSTED}' else '{VOID}' end,
    cast(m.kind as varchar), m.invoice_id, m.day
from wanted b
join (
    select *, coalesce(voided_date, issue_date) as day from documents where status in ('draft', 'void')
) m on {OF_ACCOUNT} and m.total = abs(b.amount)
    and b.before < m.day and m.day <= b.balance_date and b.amount = case when m.kind = 'credit_note' then m.total else -m.total end
order by all
"""
DAYS = f"""
select b.entity, b.currency, b.balance_date, m.day, sum(case when m.day <= b.balance_date then m.amount else -m.amount end) as amount
from {DIFFERING} b
join {MOVES} m on {OF_ACCOUNT} and {AROUND}
group by all order by m.day
"""
EVENTS = f"""
select m.day, m.what, m.document_id, case when m.day <= b.balance_date then m.amount else -m.amount end as amount
from {MOVES} m
join (select $entity::varchar as entity, $currency::varchar as currency, $balance_date::date as balance_date) b on {OF_ACCOUNT}
where m.day between $first and $last
order by m.day, m.document_id, m.what
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
        return TieOut(balances.reset_index(drop=True), self.reasons.merge(balances[[*KEY]]))


@dataclass(frozen=True)
class _Reason:
    cause: str
    what: str
    document_id: str
    day: date
    amount: Decimal
    fitting: int = 1


def accounts(store: Store, scope: Scope) -> TieOut:
    """Every balance of the ledger up to the as-of day, in its own currency. Raises `UsageError` for a filter that accounts do not know."""
    scope = store.resolve(scope)
    filters = dict(scope.filters)
    if unknown := sorted(filters.keys() - {"entity", "currency"}):
        raise UsageError(f"an account of the ledger has no {unknown[0]}: filter entity or currency, or nothing")
    asked = {"day": scope.day}
    with exactly():
        known = _Known(store, asked)
        rows: list[dict[str, Any]] = []
        reasons: list[dict[str, Any]] = []
        for mine in _by_account(_within(store.rows(BALANCES, asked), filters)):
            for row, found in _explained(known, mine):
                rows.append(row)
                reasons += [{name: row[name] for name in KEY} | vars(each) for each in found]
        rows += [row | {"balance_date": scope.day} for row in _within(store.rows(WITHOUT_ACCOUNT, asked), filters)]
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


def _explained(known: _Known, mine: Sequence[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], list[_Reason]]]:
    """The balances of an account, oldest first, each with what its difference comes from."""
    standing, since = Decimal(0), None
    for row in mine:
        difference = row["net"] - row["balance"]
        kept, reasons = _parted(known, row, difference, standing)
        since = None if not kept else since if kept == standing else row["balance_date"]
        standing = kept
        parts = {cause: sum((each.amount for each in reasons if each.cause == cause), Decimal(0)) for cause in CAUSES}
        yield row | parts | {"difference": difference, "unexplained": kept, "since": since}, reasons


def _parted(known: _Known, row: dict[str, Any], difference: Decimal, standing: Decimal) -> tuple[Decimal, list[_Reason]]:
    """What of a difference is unexplained, as was `standing` at the balance before, and the reasons for the rest of it."""
    if difference == standing:
        return standing, []
    for kept in dict.fromkeys((standing, Decimal(0))):
        if reasons := known.reasons(row, difference - kept):
            return kept, reasons
    return difference, []


class _Known:
    """What may explain the differences of all accounts, asked once."""

    def __init__(self, store: Store, asked: dict[str, Any]) -> None:
        self._store = store
        self._fits: dict[tuple[Any, ...], list[_Reason]] = defaultdict(list)
        self._days: dict[tuple[Any, ...], list[tuple[date, Decimal]]] = defaultdict(list)
        for row in store.rows(FITS, asked):
            key = _key(row)
            self._fits[*key, row["amount"]].append(_Reason(**{name: value for name, value in row.items() if name not in KEY}))
        for row in store.rows(DAYS, asked):
            self._days[_key(row)].append((row["day"], row["amount"]))

    def reasons(self, row: dict[str, Any], amount: Decimal) -> list[_Reason]:
        """What makes a difference of `amount`, to the cent: a single event, or the days by which the ledger closed early or late."""
        day: date = row["balance_date"]
        if fitting := self._fits[*_key(row), amount]:
            nearest = min(fitting, key=lambda each: abs(each.day - day))
            return [replace(nearest, fitting=len(fitting))]
        days = self._days[_key(row)]
        early, late = [each for each in reversed(days) if each[0] <= day], [each for each in days if each[0] > day]
        for side in (early, late):
            for last, total in zip((last for last, _ in side), accumulate(amount for _, amount in side), strict=True):
                if total == amount:
                    return self._events(row, min(side[0][0], last), max(side[0][0], last))
        return []

    def _events(self, row: dict[str, Any], first: date, last: date) -> list[_Reason]:
        asked = {name: row[name] for name in KEY} | {"first": first, "last": last}
        return [_Reason(TIMING, **each) for each in self._store.rows(EVENTS, asked)]


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in KEY)
