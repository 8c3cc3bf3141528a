"""What was billed and what was paid of it, as arrays: all a forecast may know at its as-of day, and nothing after it.

The book is read whole, whatever the filters: a customer's chances do not depend on who else is looked at, so the forecasts of
the parts of a partition add up to that of the whole. An *item* is an invoice or debit note, or an installment of one. Days are
whole numbers since 1970-01-01. What is read goes through five statements: items, settlements, credits, contracts, and what is owed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.errors import Refused
from analytics.forecast.arrays import Flags, Floats, Ints, number_of
from analytics.money import minor_unit
from analytics.scope import Scope
from analytics.store import Store
from analytics.store.grouping import SHOWN
from analytics.store.installments import FILLED, FILLED_BEFORE, FILLED_TO
from analytics.store.population import FILTERS, parameters, relation

KNOWN = "a.alive_from < a.alive_to and a.alive_from <= $day and (a.recorded_at is null or cast(a.recorded_at as date) <= $day)"
"""An application is known once it is effective and recorded."""

KNOWN_FROM = "greatest(a.alive_from, coalesce(cast(a.recorded_at as date), a.alive_from))"

PLACES = "(select *, row_number() over (partition by invoice_key order by due_date, installment_no) - 1 as place from installment_spans)"
"""Installments with their place in their invoice, the earliest due first, from 0."""

ITEM_WORDS: dict[str, str] = {
    "entity": "d.entity",
    "customer": "c.customer_id",
    "segment": "d.segment",
    "region": "d.region",
    "country": "d.country",
    "sales_rep": "d.sales_rep",
    "collector": "d.collector",
    "invoice": "d.invoice_id",
    "installment": "n.installment_no",
}
"""Word of `by` -> its value for an item."""

PLAN_WORDS: dict[str, str] = {
    "entity": "m.entity",
    "customer": "m.customer_id",
    "segment": "m.segment",
    "region": "m.region",
    "country": "m.country",
    "sales_rep": "m.sales_rep",
    "collector": "m.collector",
    "invoice": "null",
    "installment": "null",
}
"""The same for a contract: what it bills belongs to no invoice yet."""

KEYS = 2**32
KEY = f"cast({{0}}.customer_key as bigint) * {KEYS} + {{0}}.invoice_key"
"""A number for an invoice that is larger the larger its customer's is: rows of a later load are not in that order by themselves."""

OF_ONE_INVOICE = ("invoice", "installment")

FILLED_BY_NOW = FILLED.format(applied="coalesce(k.applied_amount, 0)")

Name = tuple[str | None, ...]
"""Currency and values of `by`, as text."""


@dataclass(frozen=True)
class Plan:
    """Contracts that began by the as-of day, one position each: what they bill, and when."""

    customer: Ints
    country: Ints
    own_currency: Ints
    group: Ints
    """As `Book.group`."""
    start: Ints
    """The day of the first billing."""
    months: Ints
    """From one billing to the next."""
    end: Ints
    """The last day on which there is a billing."""
    terms: Ints
    """Days from a billing to its due date."""
    amount: Floats
    """Per billing, tax included, in its own currency."""
    rate: Floats
    """As `Book.rate`."""


@dataclass(frozen=True)
class Book:
    """Items, in the order of their customers, and settlements: payments on them and whatever else lessened them."""

    day: int
    """The as-of day."""
    invoice: Ints
    customer: Ints
    country: Ints
    countries: tuple[str | None, ...]
    """The name of each number of `country`, the customer's; None is no country."""
    own_currency: Ints
    """A number for the currency of `amount`."""
    debtor: Ints
    """A number for the customer and that currency."""
    currency: Ints
    currencies: tuple[str | None, ...]
    """The name of each number of `currency`; None is that of what the scope leaves out."""
    group: Ints
    """A number for each combination of currency and values of `by`."""
    billed_group: Ints
    """The same for billing like this one: of the same group, but of no invoice."""
    names: tuple[Name, ...]
    """Of each group."""
    issued: Ints
    due: Ints
    gone: Ints
    """The day it was voided, or later than any day that can be asked for."""
    by_contract: Flags
    """Whether a contract billed it."""
    amount: Floats
    """In its own currency."""
    rate: Floats
    """What one unit of it is worth in the currency asked for; not a number for what the scope leaves out."""
    settled_item: Ints
    """From here on a position per settlement: the item it belongs to, in order."""
    known: Ints
    """The day from which it could be known: effective and recorded."""
    effective: Ints
    """The day the money came in, of a payment; else the day it was applied. Never before the item was issued."""
    share: Floats
    """The part of the item's amount; negative where something was taken back."""
    by_payment: Flags
    """False for credit notes, discounts and write-offs."""
    credit_debtor: Ints
    """From here on a position per change of a customer's unapplied credit: whose, and in which currency."""
    credit_day: Ints
    """The day from which it could be known."""
    credit_change: Floats
    """In its own currency."""
    plan: Plan

    @property
    def items(self) -> int:
        """How many items there are."""
        return len(self.due)

    @cached_property
    def customers(self) -> int:
        """One more than the largest key of a customer."""
        return 1 + max(int(self.customer.max(initial=-1)), int(self.plan.customer.max(initial=-1)))

    @cached_property
    def in_scope(self) -> Flags:
        """Whether the scope covers an item and can value it."""
        return ~np.isnan(self.rate)

    @cached_property
    def root(self) -> Floats:
        """The root of each item's amount."""
        return np.sqrt(np.maximum(self.amount, 0.0))

    @cached_property
    def age_when_issued(self) -> Ints:
        """Days past due of each item on its first day: less than 0 by its terms."""
        return self.issued - self.due

    @cached_property
    def age_when_settled(self) -> Ints:
        """Days past due of its item at each settlement."""
        return self.effective - self.due[self.settled_item]

    @cached_property
    def oldest_first(self) -> Ints:
        """The items by debtor, and in each by due date."""
        return np.lexsort((self.due, self.debtor))

    @cached_property
    def settled_by_age(self) -> Ints:
        """The settlements by the age of their item."""
        return np.argsort(self.age_when_settled, kind="stable")

    @cached_property
    def settled_by_customer(self) -> Ints:
        """The settlements by customer, and of each by the age of their item."""
        return np.lexsort((self.age_when_settled, self.customer[self.settled_item]))


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
    contracts = store.table(_contracts_statement(covered, by), parameters(covered, scope.day, life="any") | {"day": scope.day})
    credits = store.table(_credits_statement(), {"day": scope.day})
    invoice, amount = _ints(items, "item_key"), _floats(items, "amount")
    item = np.searchsorted(invoice, _ints(settled, "item_key")) + _ints(settled, "place")
    currency, currencies = _coded(items.column("currency"))
    country, countries = _coded(pa.concat_tables([_texts(items, ["homeland"]), _texts(contracts, ["homeland"])]).column("homeland"))
    customer, own_currency = _ints(items, "customer_key"), _ints(items, "own_currency")
    money_kinds = 1 + int(own_currency.max(initial=0))
    credits = credits.filter(pc.less(credits.column("currency"), money_kinds))
    (group, billed_group, plan_group), names = _groups(items, contracts, ("currency", *by))
    return Book(
        day=number_of(scope.day),
        invoice=invoice,
        customer=customer,
        country=country[: len(items)],
        countries=countries,
        own_currency=own_currency,
        debtor=customer * money_kinds + own_currency,
        currency=currency,
        currencies=currencies,
        group=group,
        billed_group=billed_group,
        names=names,
        issued=_ints(items, "issued"),
        due=_ints(items, "due"),
        gone=_ints(items, "gone"),
        by_contract=_flags(items, "by_contract"),
        amount=amount,
        rate=_floats(items, "rate"),
        settled_item=item,
        known=_ints(settled, "known"),
        effective=_ints(settled, "effective"),
        share=np.divide(_floats(settled, "amount"), amount[item], out=np.zeros(len(item)), where=amount[item] > 0),
        by_payment=_flags(settled, "by_payment"),
        credit_debtor=_ints(credits, "customer_key") * money_kinds + _ints(credits, "currency"),
        credit_day=_ints(credits, "known"),
        credit_change=_floats(credits, "amount"),
        plan=_plan(contracts, country[len(items) :], plan_group),
    )


def _plan(contracts: pa.Table, country: Ints, group: Ints) -> Plan:
    return Plan(
        customer=_ints(contracts, "customer_key"),
        country=country,
        own_currency=_ints(contracts, "own_currency"),
        group=group,
        start=_ints(contracts, "start"),
        months=_ints(contracts, "months"),
        end=_ints(contracts, "until"),
        terms=_ints(contracts, "terms"),
        amount=_floats(contracts, "amount"),
        rate=_floats(contracts, "rate"),
    )


def read_owed(store: Store, scope: Scope, book: Book, by: Sequence[str] = ()) -> Owed:
    """What is open in `scope` by all that was known at its as-of day."""
    rows = store.table(_owed_statement(scope, by), parameters(scope, scope.day))
    if rows.column("ten_thousandths").null_count:
        raise Refused("an open item is worth more than 900 trillion in the currency asked for: too large to forecast")
    ten_thousandths = _ints(rows, "ten_thousandths")
    table = rows.filter(pa.array(ten_thousandths > 0))
    item = np.searchsorted(book.invoice, _ints(table, "item_key")) + _ints(table, "place")
    coin = np.array([10 ** (4 - minor_unit(code)) for code in table.column("currency").to_pylist()], np.int64)
    return Owed(item, _ints(table, "ten_thousandths") // coin, table, int((ten_thousandths < 0).sum()))


def late_records(store: Store, scope: Scope) -> bool:
    """Whether an application counts at the as-of day that was recorded after it."""
    statement = (
        "select exists (select 1 from applied where alive_from <= $day and $day < alive_to and cast(recorded_at as date) > $day) as found"
    )
    return bool(store.rows(statement, {"day": scope.day})[0]["found"])


def _items_statement(scope: Scope, by: Sequence[str]) -> str:
    words = "".join(f", {ITEM_WORDS[word]} as {word}" for word in by)
    return (
        f"select {KEY.format('d')} as item_key, d.customer_key, d.country as homeland, enum_code(d.currency) as own_currency, "
        "d.issue_date as issued, "
        "coalesce(n.due_date, d.due_date) as due, k.contract_id is not null as by_contract, "
        "d.alive_to as gone, cast(coalesce(n.amount, d.total) as double) as amount, cast(s.rate as double) as rate, "
        f"s.shown_currency as currency{words} from documents d "
        f"left join (select invoice_key, rate, shown_currency from {relation('documents', scope, 'any')}) s "
        "on s.invoice_key = d.invoice_key "
        f"left join {PLACES} n on d.has_installments and n.invoice_key = d.invoice_key "
        "left join customer_list c on c.customer_key = d.customer_key "
        "left join (select contract_id from contracts where start_date <= $day) k on k.contract_id = d.contract_id "
        "where d.kind <> 'credit_note' and d.alive_from <= $day and d.alive_from < d.alive_to order by item_key, n.place"
    )


def _settlements_statement() -> str:
    """A row per application and item it settles, and one more, negative, where its source was reversed by the day.

    An application that ended because its invoice was voided has no such row: the invoice itself is gone.
    """
    return (
        f"with known as (select a.*, {KNOWN_FROM} as known_from, d.alive_to as gone, "
        "case when a.amount > 0 then greatest(d.issue_date, coalesce(p.received_date, a.alive_from)) else a.alive_from end as came "
        "from applied a join documents d on d.invoice_key = a.invoice_key "
        f"left join receipts p on p.payment_key = a.source_payment_key where {KNOWN}), "
        "changes as (select customer_key, invoice_key, application_id, has_installments, source = 'payment' as by_payment, "
        "known_from as known, came as effective, amount from known union all "
        "select customer_key, invoice_key, application_id, has_installments, source = 'payment', greatest(known_from, alive_to), "
        "alive_to, -amount from known where alive_to <= $day and alive_to < gone), "
        "filling as (select *, cast(sum(amount) over (partition by invoice_key order by known, effective, application_id, amount desc "
        "rows between unbounded preceding and current row) as decimal(18, 4)) as applied_to from changes where has_installments) "
        f"select {KEY.format('c')} as item_key, 0 as place, by_payment, known, effective, cast(amount as double) as amount "
        "from changes c where not has_installments union all "
        f"select {KEY.format('o')}, n.place, o.by_payment, o.known, o.effective, cast({FILLED_TO} - {FILLED_BEFORE} as double) "
        f"from filling o join {PLACES} n on n.invoice_key = o.invoice_key where {FILLED_TO} <> {FILLED_BEFORE} "
        "order by item_key, place, known, effective, by_payment, amount"
    )


def _credits_statement() -> str:
    """A row per customer, currency and day on which its unapplied credit changed, by what was known."""
    return (
        "with changes as (select customer_key, currency, alive_from as known, "
        "case when kind = 'refund' then -amount else amount end as amount "
        "from receipts where alive_from < alive_to union all "
        "select customer_key, currency, alive_to, case when kind = 'refund' then amount else -amount end "
        "from receipts where alive_from < alive_to union all "
        "select customer_key, currency, alive_from, total from documents where kind = 'credit_note' and alive_from < alive_to union all "
        "select customer_key, currency, alive_to, -total from documents where kind = 'credit_note' and alive_from < alive_to union all "
        f"select coalesce(p.customer_key, n.customer_key), a.currency, {KNOWN_FROM}, -a.amount from applied a "
        "left join receipts p on p.payment_key = a.source_payment_key left join documents n on n.invoice_key = a.source_invoice_key "
        f"where a.source in ('payment', 'credit_note') and {KNOWN} union all "
        f"select coalesce(p.customer_key, n.customer_key), a.currency, greatest({KNOWN_FROM}, a.alive_to), a.amount from applied a "
        "left join receipts p on p.payment_key = a.source_payment_key left join documents n on n.invoice_key = a.source_invoice_key "
        f"where a.source in ('payment', 'credit_note') and {KNOWN} and a.alive_to <= $day) "
        "select customer_key, enum_code(currency) as currency, known, cast(sum(amount) as double) as amount from changes "
        "where known <= $day and customer_key is not null group by customer_key, currency, known having sum(amount) <> 0 "
        "order by customer_key, currency, known"
    )


def _contracts_statement(scope: Scope, by: Sequence[str]) -> str:
    """A row per contract that has begun, with what it is worth in the scope."""
    words = "".join(f", {PLAN_WORDS[word]} as {word}" for word in by)
    tests = [FILTERS["customer_group" if column == "customer" and scope.with_children else column] for column, _ in scope.filters]
    rate_day = "$day" if scope.fx == "document" else "$rate_day"
    rate, shown, rates = "1", "m.currency", ""
    if scope.currency is not None:
        rate, shown = "case when m.currency::varchar = $base then 1 else f.rate end", "$base::varchar"
        rates = f"left join rates f on f.base::varchar = $base and f.currency = m.currency and f.day = {rate_day} "
    return (
        "with m as (select k.*, c.customer_key, c.segment, c.region, c.country, c.sales_rep, c.collector, "
        "coalesce(k.payment_terms_days, c.payment_terms_days, 0) as terms "
        "from (select * replace (try_cast(currency as currency_code) as currency) from contracts) k "
        "join customer_list c on c.customer_id = k.customer_id where k.start_date <= $day and k.currency is not null) "
        "select m.customer_key, enum_code(m.currency) as own_currency, m.start_date as start, "
        "case m.billing when 'monthly' then 1 when 'quarterly' then 3 when 'annual' then 12 else 12000 end as months, "
        "coalesce(m.end_date, date '2200-01-01') as until, m.terms, "
        "cast(m.amount as double) * (1 + cast(coalesce(m.tax_rate, 0) as double)) as amount, "
        f"cast(case when {' and '.join(tests) or 'true'} then {rate} end as double) as rate, {shown} as currency, "
        f"m.country as homeland{words} "
        f"from m {rates}order by m.customer_key, m.contract_id"
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
        f"select {KEY.format('g')} as item_key, coalesce(g.place, 0) as place, g.invoice_id, g.installment_no, c.customer_id, "
        f"g.shown_currency as currency, g.item_due_date as due_date, {shown} as open_amount, "
        f"try_cast(floor(g.worth * 10000) as bigint) as ten_thousandths{words} "
        "from (select *, balance * rate as worth from balances where balance <> 0) g "
        "join documents d on d.invoice_key = g.invoice_key join customer_list c on c.customer_key = g.customer_key "
        "order by item_key, g.place"
    )


Codes = tuple[Ints, Ints, Ints]


def _groups(items: pa.Table, contracts: pa.Table, columns: Sequence[str]) -> tuple[Codes, tuple[Name, ...]]:
    """A number for each combination of `columns` that occurs: those of the items, of billing like them, and of the contracts."""
    shown = _texts(items, columns)
    blank = [word for word in columns if word in OF_ONE_INVOICE]
    parts = [shown, _texts(contracts, columns)]
    if blank:
        nothing = pa.nulls(len(items), pa.string())
        parts.insert(1, pa.table([nothing if name in blank else shown.column(name) for name in columns], names=list(columns)))
    together = pa.concat_tables(parts)
    found = np.zeros(len(together), np.int64)
    for name in columns:
        values, _ = _coded(together.column(name))
        _, found = _numbered(found * (int(values.max(initial=0)) + 1) + values)
    first = np.zeros(1 + int(found.max(initial=-1)), np.int64)
    first[found[::-1]] = np.arange(len(found))[::-1]
    names = tuple(tuple(row.values()) for row in together.take(first).to_pylist())
    group, *between, planned = np.split(found, np.cumsum([len(part) for part in parts])[:-1])
    return (group, between[0] if between else group, planned), names


def _texts(table: pa.Table, columns: Sequence[str]) -> pa.Table:
    return pa.table([table.column(name).cast(pa.string()) for name in columns], names=list(columns))


def _coded(column: pa.ChunkedArray) -> tuple[Ints, tuple[str | None, ...]]:
    """A number from 0 for each value that occurs in `column`, and the values; empty is one."""
    encoded = column.combine_chunks()
    if not pa.types.is_dictionary(encoded.type):
        encoded = encoded.dictionary_encode()
    values = [*encoded.dictionary.to_pylist(), None]
    indices = encoded.indices.cast(pa.int64()).fill_null(len(values) - 1)
    present, codes = _numbered(indices.to_numpy(zero_copy_only=False))
    return codes, tuple(values[index] for index in present)


def _numbered(values: Ints) -> tuple[Ints, Ints]:
    """The distinct `values`, rising, and the place of each value among them."""
    encoded = pa.array(values).dictionary_encode()
    distinct = encoded.dictionary.to_numpy()
    rank = np.argsort(np.argsort(distinct))
    return np.sort(distinct), rank[encoded.indices.to_numpy()]


def _ints(table: pa.Table, name: str) -> Ints:
    column = table.column(name)
    if pa.types.is_date(column.type):
        column = column.cast(pa.int32())
    return np.asarray(column.cast(pa.int64()).to_numpy(), np.int64)


def _floats(table: pa.Table, name: str) -> Floats:
    return np.asarray(table.column(name).cast(pa.float64()).to_numpy(), np.float64)


def _flags(table: pa.Table, name: str) -> Flags:
    return np.asarray(table.column(name).to_numpy(), np.bool_)
