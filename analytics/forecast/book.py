"""What was billed and what was paid of it, as arrays: all a forecast may know at its as-of day, and nothing after it.

The book is read whole, whatever the filters: a customer's chances do not depend on who else is looked at, so the forecasts of
the parts of a partition add up to that of the whole. An *item* is an invoice or debit note, or an installment of one. Days are
whole numbers since 1970-01-01.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa

from analytics.errors import Refused
from analytics.forecast.arrays import Flags, Floats, Ints, number_of
from analytics.forecast.periods import on_weekend
from analytics.money import minor_unit
from analytics.scope import Scope
from analytics.store import Store
from analytics.store.grouping import GROUPS, SHOWN
from analytics.store.installments import FILLED, FILLED_BEFORE, FILLED_TO
from analytics.store.population import parameters, relation

KNOWN = "a.alive_from <= $day and (a.recorded_at is null or cast(a.recorded_at as date) <= $day)"
"""An application is known once it is effective and recorded."""

PLACES = "(select *, row_number() over (partition by invoice_key order by due_date, installment_no) - 1 as place from installment_spans)"
"""Installments with their place in their invoice, the earliest due first, from 0."""

WORDS: dict[str, str] = {word: f"{'n' if word == 'installment' else 'd'}.{column} as {word}" for word, column in GROUPS.items()}
"""Word of `by` -> its column in the statement that reads the items."""

FILLED_BY_NOW = FILLED.format(applied="coalesce(k.applied_amount, 0)")


@dataclass(frozen=True)
class Book:
    """Items, in the order of their customers, and settlements: payments on them and whatever else lessened them."""

    day: int
    """The as-of day."""
    invoice: Ints
    customer: Ints
    pool: Ints
    """The customer's segment; no segment is a pool too."""
    currency: Ints
    currencies: tuple[str | None, ...]
    """The name of each number of `currency`; None is that of what the scope leaves out."""
    group: Ints
    """A number for each combination of currency and values of `by`."""
    issued: Ints
    due: Ints
    gone: Ints
    """The day it was voided, or later than any day that can be asked for."""
    amount: Floats
    """In its own currency."""
    rate: Floats
    """What one unit of it is worth in the currency asked for; not a number for what the scope leaves out."""
    settled_item: Ints
    """From here on a position per settlement: the item it belongs to, in order."""
    known: Ints
    """The day from which it could be known: effective and recorded."""
    effective: Ints
    share: Floats
    """The part of the item's amount; negative where something was taken back."""
    by_payment: Flags
    """False for credit notes, discounts and write-offs."""

    @property
    def items(self) -> int:
        """How many items there are."""
        return len(self.due)

    @cached_property
    def in_scope(self) -> Flags:
        """Whether the scope covers an item and can value it."""
        return ~np.isnan(self.rate)

    def out_of_scope(self) -> Book:
        """The same history, with nothing of it asked for."""
        return replace(self, rate=np.full(self.items, np.nan))

    @cached_property
    def age_when_issued(self) -> Ints:
        """Days past due of each item on its first day: less than 0 by its terms."""
        return self.issued - self.due

    @cached_property
    def age_when_settled(self) -> Ints:
        """Days past due of its item at each settlement."""
        return self.effective - self.due[self.settled_item]

    @cached_property
    def on_weekend(self) -> Flags:
        """Whether each settlement became effective on a Saturday or Sunday."""
        return on_weekend(self.effective)


@dataclass(frozen=True)
class Owed:
    """The open items of the scope at the as-of day, exact; one position each."""

    item: Ints
    """Its position in the book."""
    minor: Ints
    """The open amount in the smallest coins of its currency, rounded down: no forecast goes beyond it."""
    table: pa.Table
    """`invoice_id`, `installment_no`, `customer_id`, `currency`, `due_date`, `open_amount`; and the words of `by`."""
    over_applied: int
    """How many items are open below zero: they have no position here."""

    def none(self) -> Owed:
        """No item at all."""
        return Owed(self.item[:0], self.minor[:0], self.table.slice(0, 0), 0)


def read(store: Store, scope: Scope, by: Sequence[str] = ()) -> Book:
    """The book as known at the as-of day of `scope`, with a value for what the scope covers."""
    # Whether an invoice was in dispute at a past cut-off is not what is asked of it: both answers share one history.
    covered = replace(scope, where=tuple(pair for pair in scope.filters if pair[0] != "disputed"))
    items = store.table(_items_statement(covered, by), parameters(covered, scope.day, life="any") | {"day": scope.day})
    settled = store.table(_settlements_statement(), {"day": scope.day})
    invoice, amount = _ints(items, "invoice_key"), _floats(items, "amount")
    item = np.searchsorted(invoice, _ints(settled, "invoice_key")) + _ints(settled, "place")
    currency, currencies = _coded(items.column("currency"))
    return Book(
        day=number_of(scope.day),
        invoice=invoice,
        customer=_ints(items, "customer_key"),
        pool=_coded(items.column("pool"))[0],
        currency=currency,
        currencies=currencies,
        group=_groups(currency, [_coded(items.column(word))[0] for word in by]),
        issued=_ints(items, "issued"),
        due=_ints(items, "due"),
        gone=_ints(items, "gone"),
        amount=amount,
        rate=_floats(items, "rate"),
        settled_item=item,
        known=_ints(settled, "known"),
        effective=_ints(settled, "effective"),
        share=np.divide(_floats(settled, "amount"), amount[item], out=np.zeros(len(item)), where=amount[item] > 0),
        by_payment=np.asarray(settled.column("by_payment").to_numpy(), dtype=np.bool_),
    )


def read_owed(store: Store, scope: Scope, book: Book, by: Sequence[str] = ()) -> Owed:
    """What is open in `scope` by all that was known at its as-of day."""
    rows = store.table(_owed_statement(scope, by), parameters(scope, scope.day))
    if rows.column("ten_thousandths").null_count:
        raise Refused("an open item is worth more than 900 trillion in the currency asked for: too large to forecast")
    ten_thousandths = _ints(rows, "ten_thousandths")
    table = rows.filter(pa.array(ten_thousandths > 0))
    item = np.searchsorted(book.invoice, _ints(table, "invoice_key")) + _ints(table, "place")
    coin = np.array([10 ** (4 - minor_unit(code)) for code in table.column("currency").to_pylist()], np.int64)
    return Owed(item, _ints(table, "ten_thousandths") // coin, table, int((ten_thousandths < 0).sum()))


def late_records(store: Store, scope: Scope) -> bool:
    """Whether an application counts at the as-of day that was recorded after it."""
    statement = (
        "select exists (select 1 from applied where alive_from <= $day and $day < alive_to and cast(recorded_at as date) > $day) as found"
    )
    return bool(store.rows(statement, {"day": scope.day})[0]["found"])


def _items_statement(scope: Scope, by: Sequence[str]) -> str:
    words = "".join(f", {WORDS[word]}" for word in by)
    return (
        "select d.invoice_key, d.customer_key, d.segment as pool, d.issue_date as issued, coalesce(n.due_date, d.due_date) as due, "
        "d.alive_to as gone, cast(coalesce(n.amount, d.total) as double) as amount, cast(s.rate as double) as rate, "
        f"s.shown_currency as currency{words} from documents d "
        f"left join (select invoice_key, rate, shown_currency from {relation('documents', scope, 'any')}) s "
        "on s.invoice_key = d.invoice_key "
        f"left join {PLACES} n on d.has_installments and n.invoice_key = d.invoice_key "
        "where d.kind <> 'credit_note' and d.alive_from <= $day and d.alive_from < d.alive_to order by d.invoice_key, n.place"
    )


def _settlements_statement() -> str:
    """A row per application and item it settles, and one more, negative, where its source was reversed by the day.

    An application that ended because its invoice was voided has no such row: the invoice itself is gone.
    """
    return (
        "with known as (select a.*, greatest(a.alive_from, coalesce(cast(a.recorded_at as date), a.alive_from)) as known_from, "
        f"d.alive_to as gone from applied a join documents d on d.invoice_key = a.invoice_key where {KNOWN}), "
        "changes as (select invoice_key, application_id, has_installments, source = 'payment' as by_payment, known_from as known, "
        "alive_from as effective, amount from known union all "
        "select invoice_key, application_id, has_installments, source = 'payment', greatest(known_from, alive_to), alive_to, -amount "
        "from known where alive_to <= $day and alive_to < gone), "
        "filling as (select *, cast(sum(amount) over (partition by invoice_key order by known, effective, application_id, amount desc "
        "rows between unbounded preceding and current row) as decimal(18, 4)) as applied_to from changes where has_installments) "
        "select invoice_key, 0 as place, by_payment, known, effective, cast(amount as double) as amount "
        "from changes where not has_installments union all "
        f"select o.invoice_key, n.place, o.by_payment, o.known, o.effective, cast({FILLED_TO} - {FILLED_BEFORE} as double) "
        f"from filling o join {PLACES} n on n.invoice_key = o.invoice_key where {FILLED_TO} <> {FILLED_BEFORE} "
        "order by invoice_key, place, known, effective, by_payment, amount"
    )


def _owed_statement(scope: Scope, by: Sequence[str]) -> str:
    words = "".join(f", {SHOWN[word]}" for word in by)
    shown = "g.balance" if scope.currency is None else f"round(g.worth, {int(minor_unit(scope.currency))})"
    return (
        f"with known as (select invoice_key, sum(amount) as applied_amount from applied a where {KNOWN} and $day < a.alive_to "
        "group by invoice_key), "
        "balances as (select m.*, n.place, n.installment_no, coalesce(n.due_date, m.due_date) as item_due_date, "
        f"cast(case when m.has_installments then n.amount - {FILLED_BY_NOW} else m.total - coalesce(k.applied_amount, 0) end "
        f"as decimal(28, 4)) as balance from {relation('documents', scope)} m left join known k on k.invoice_key = m.invoice_key "
        f"left join {PLACES} n on m.has_installments and n.invoice_key = m.invoice_key where m.kind <> 'credit_note') "
        "select g.invoice_key, coalesce(g.place, 0) as place, g.invoice_id, g.installment_no, c.customer_id, "
        f"g.shown_currency as currency, g.item_due_date as due_date, {shown} as open_amount, "
        f"try_cast(floor(g.worth * 10000) as bigint) as ten_thousandths{words} "
        "from (select *, balance * rate as worth from balances where balance <> 0) g "
        "join documents d on d.invoice_key = g.invoice_key join customer_list c on c.customer_key = g.customer_key "
        "order by g.invoice_key, g.place"
    )


def _groups(currency: Ints, words: Sequence[Ints]) -> Ints:
    """A number for each combination that occurs."""
    found = currency
    for values in words:
        found = np.unique(found * (int(values.max(initial=0)) + 1) + values, return_inverse=True)[1]
    return found


def _coded(column: pa.ChunkedArray) -> tuple[Ints, tuple[str | None, ...]]:
    """A number from 0 for each value that occurs in `column`, and the values; empty is one."""
    encoded = column.combine_chunks()
    if not pa.types.is_dictionary(encoded.type):
        encoded = encoded.dictionary_encode()
    values = [*encoded.dictionary.to_pylist(), None]
    indices = encoded.indices.cast(pa.int64()).fill_null(len(values) - 1)
    present, codes = np.unique(indices.to_numpy(zero_copy_only=False), return_inverse=True)
    return codes, tuple(values[index] for index in present)


def _ints(table: pa.Table, name: str) -> Ints:
    column = table.column(name)
    if pa.types.is_date(column.type):
        column = column.cast(pa.int32())
    return np.asarray(column.cast(pa.int64()).to_numpy(), np.int64)


def _floats(table: pa.Table, name: str) -> Floats:
    return np.asarray(table.column(name).to_numpy(), np.float64)
