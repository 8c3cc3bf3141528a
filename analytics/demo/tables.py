"""The demo book as canonical Arrow tables; columns and types are those of `analytics.schema`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.demo import lines, names
from analytics.demo.applications import BY_CREDIT_NOTE, BY_PAYMENT
from analytics.demo.billing import CREDIT_NOTE, INVOICE, POSTED
from analytics.demo.book import Book
from analytics.demo.columns import Column, dates, decimals, ids, integers, moments, money, ordinals, words
from analytics.demo.contracts import BILLINGS, PRODUCTS
from analytics.demo.control import ACCOUNT
from analytics.demo.customers import COUNTRIES, CURRENCIES, ENTITIES, REGIONS, SEGMENTS
from analytics.demo.days import months
from analytics.demo.parts import installments
from analytics.demo.rows import NEVER, NONE, Flags, Ints, chance
from analytics.demo.stories import INSTALLMENTS, LOST, PLAIN, REASONS

KINDS = ("invoice", "debit_note", "credit_note")
PREFIXES = ("INV-", "DN-", "CN-")
STATUSES = ("draft", "posted", "void")
PAYMENT_KINDS = ("receipt", "refund")
SOURCES = ("payment", "credit_note", "write_off", "discount")
METHODS = ("bank transfer", "direct debit", "card", "cheque")


class Tables:
    """Writes one book as tables; ids are given in order of date and shared between the tables."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def all(self, *, with_lines: bool) -> Iterator[tuple[str, pa.Table]]:
        """Every table with its name, one at a time to save memory; the lines of invoices if asked for."""
        yield "customers", self.customers()
        yield "invoices", self.invoices()
        if with_lines:
            yield "invoice_lines", self.lines()
        yield "installments", self.installments()
        yield "payments", self.payments()
        yield "applications", self.applications()
        yield "fx_rates", self.fx_rates()
        yield "disputes", self.disputes()
        yield "contracts", self.contracts()
        yield "gl_balances", self.gl_balances()

    @cached_property
    def _customer_ids(self) -> Column:
        return ids("C-", np.arange(1, len(self._book.customers) + 1), 6)

    @cached_property
    def _charge_ids(self) -> Column:
        kind = self._book.charges.kind
        return ids(words(PREFIXES, kind), ordinals(kind))

    @cached_property
    def _credit_ids(self) -> Column:
        return ids(PREFIXES[CREDIT_NOTE], np.arange(1, len(self._book.settlement.credits) + 1))

    @cached_property
    def _payment_ids(self) -> Column:
        return ids("P-", np.arange(1, len(self._book.settlement.payments) + 1))

    @cached_property
    def _contract_ids(self) -> Column:
        return ids("CT-", np.arange(1, len(self._book.contracts) + 1), 6)

    def customers(self) -> pa.Table:
        """One row per customer."""
        people = self._book.customers
        called = names.of_customers(chance(self._book.seed, "names"), people)
        mail = [names.mailbox(name, place) for place, name in enumerate(called, 1)]
        return pa.table(
            {
                "customer_id": self._customer_ids,
                "name": pa.array(called, pa.string()),
                "parent_id": _at(self._customer_ids, people.parent),
                "segment": words(SEGMENTS, people.segment),
                "region": words(REGIONS, people.of_countries("region")),
                "country": words([country.code for country in COUNTRIES], people.country),
                "currency": words(CURRENCIES, people.currency),
                "sales_rep": words(names.SALES_REPS, people.sales_rep),
                "collector": words(names.COLLECTORS, people.collector),
                "credit_limit": money(self._book.credit_limits, self._book.credit_limits == 0),
                "payment_terms_days": integers(people.terms),
                "email": pa.array(mail, pa.string()),
            }
        )

    def invoices(self) -> pa.Table:
        """One row per invoice, debit note and credit note, in order of issue."""
        documents = pa.concat_tables([self._charges(), self._credits()])
        issue = np.concatenate([self._book.charges.issue, self._book.settlement.credits.issue])
        return documents.take(pa.array(np.argsort(issue, kind="stable")))

    def _charges(self) -> pa.Table:
        charges, rng = self._book.charges, chance(self._book.seed, "references")
        size = len(charges)
        loose = charges.contract == NONE
        ordered = np.where(loose & (rng.random(size) < 0.9), np.arange(1, size + 1), NONE)
        bought = np.where(rng.random(size) < 0.55, rng.integers(100_000, 999_999, size), NONE)
        region = np.where(rng.random(size) < 0.025, rng.integers(0, len(REGIONS), size), NONE)
        return pa.table(
            {
                "invoice_id": self._charge_ids,
                "number": _numbers(charges.entity, charges.issue, ""),
                "kind": words(KINDS, charges.kind),
                "customer_id": _at(self._customer_ids, charges.customer),
                "entity": words(ENTITIES, charges.entity),
                "currency": words(CURRENCIES, charges.currency),
                "issue_date": dates(charges.issue),
                "due_date": self._due_dates(),
                "status": words(STATUSES, charges.status),
                "voided_date": dates(charges.voided, self._book.span.today),
                "subtotal": money(charges.subtotal),
                "tax": money(charges.tax),
                "total": money(charges.total),
                "payment_terms_days": integers(charges.terms),
                "order_id": pc.coalesce(ids("SO-", ordered, absent=ordered == NONE), _at(self._contract_orders, charges.contract)),
                "contract_id": _at(self._contract_ids, charges.contract),
                "po_number": ids("PO", bought, absent=bought == NONE),
                "sales_rep": words(names.SALES_REPS, self._sales_reps(charges.customer, charges.issue)),
                "region": words(REGIONS, region),
                "dispute_reason": words((*REASONS, "In litigation"), self._dispute_reasons(rng)),
            }
        )

    def _credits(self) -> pa.Table:
        credits = self._book.settlement.credits
        size = len(credits)
        nothing = pa.nulls(size, pa.string())
        return pa.table(
            {
                "invoice_id": self._credit_ids,
                "number": _numbers(credits.entity, credits.issue, "C"),
                "kind": words(KINDS, np.full(size, CREDIT_NOTE)),
                "customer_id": _at(self._customer_ids, credits.customer),
                "entity": words(ENTITIES, credits.entity),
                "currency": words(CURRENCIES, credits.currency),
                "issue_date": dates(credits.issue),
                "due_date": dates(credits.issue),
                "status": words(STATUSES, np.full(size, POSTED)),
                "voided_date": pa.nulls(size, pa.date32()),
                "subtotal": money(credits.total - credits.tax),
                "tax": money(credits.tax),
                "total": money(credits.total),
                "payment_terms_days": pa.nulls(size, pa.int32()),
                "order_id": nothing,
                "contract_id": nothing,
                "po_number": nothing,
                "sales_rep": words(names.SALES_REPS, self._sales_reps(credits.customer, credits.issue)),
                "region": nothing,
                "dispute_reason": nothing,
            }
        )

    def _due_dates(self) -> Column:
        """The terms' due date, or the last installment's; three plain invoices came without one."""
        charges, stories = self._book.charges, self._book.stories
        due = charges.due + np.where(stories.story == INSTALLMENTS, 30 * (stories.parts - 1), 0)
        plain = np.flatnonzero((stories.story == PLAIN) & (charges.kind == INVOICE))
        due[plain[len(plain) * np.array([7, 8, 9]) // 10]] = NEVER
        return dates(due, NEVER - 1)

    def _sales_reps(self, customer: Ints, issue: Ints) -> Ints:
        """The representative at the time: some customers changed theirs 400 days ago."""
        people = self._book.customers
        before = (people.former_rep[customer] != NONE) & (issue < self._book.span.today - 400)
        return np.where(before, people.former_rep[customer], people.sales_rep[customer])

    def _dispute_reasons(self, rng: np.random.Generator) -> Ints:
        """Reasons also noted on half of the disputed invoices, and on a few that no dispute row tells of."""
        disputes, stories = self._book.disputes, self._book.stories
        noted = rng.random(len(stories)) < 0.5
        reason = np.full(len(stories), NONE)
        reason[disputes.charge] = disputes.reason
        hopeless = (stories.story == LOST) & (stories.written_off == NEVER)
        return np.where(hopeless & noted, len(REASONS), np.where(noted, reason, NONE))

    def lines(self) -> pa.Table:
        """One to four rows per invoice and debit note; they add up to the document."""
        drawn = lines.draw(self._book.seed, self._book.charges)
        return pa.table(
            {
                "invoice_id": _at(self._charge_ids, drawn.charge),
                "line_no": integers(drawn.ordinal + 1),
                "product": words(lines.PRODUCTS, drawn.product),
                "description": words(lines.DESCRIPTIONS, drawn.product),
                "quantity": decimals(drawn.quantity, 0),
                "unit_price": decimals(drawn.unit_price, 4),
                "subtotal": money(drawn.subtotal),
                "tax": money(drawn.tax),
                "total": money(drawn.subtotal + drawn.tax),
            }
        )

    def installments(self) -> pa.Table:
        """One row per installment."""
        parts = installments(self._book.charges, self._book.stories)
        return pa.table(
            {
                "invoice_id": _at(self._charge_ids, parts.charge),
                "installment_no": integers(parts.ordinal + 1),
                "due_date": dates(parts.day),
                "amount": money(parts.amount),
            }
        )

    def payments(self) -> pa.Table:
        """One row per receipt or refund, in order of receipt."""
        payments, rng = self._book.settlement.payments, chance(self._book.seed, "methods")
        size = len(payments)
        method = rng.choice(4, size, p=[0.72, 0.16, 0.08, 0.04])
        remittance = np.where(rng.random(size) < 0.9, rng.integers(10**8, 10**9, size), NONE)
        return pa.table(
            {
                "payment_id": self._payment_ids,
                "kind": words(PAYMENT_KINDS, payments.kind),
                "customer_id": _at(self._customer_ids, payments.customer),
                "entity": words(ENTITIES, payments.entity),
                "currency": words(CURRENCIES, payments.currency),
                "received_date": dates(payments.received),
                "amount": money(payments.amount),
                "reversed_date": dates(payments.reversed, self._book.span.today),
                "method": words(METHODS, method),
                "reference": ids("RF", remittance, absent=remittance == NONE),
            }
        )

    def applications(self) -> pa.Table:
        """One row per application, in order of its day."""
        made, rng = self._book.settlement.applications, chance(self._book.seed, "recorded")
        size = len(made)
        recorded = made.applied + rng.choice(3, size, p=[0.82, 0.14, 0.04])
        seconds = rng.integers(8 * 3600, 18 * 3600, size)
        origin = pc.coalesce(
            _at(self._payment_ids, np.where(made.source == BY_PAYMENT, made.origin, NONE)),
            _at(self._credit_ids, np.where(made.source == BY_CREDIT_NOTE, made.origin, NONE)),
        )
        return pa.table(
            {
                "application_id": ids("A-", np.arange(1, size + 1)),
                "source": words(SOURCES, made.source),
                "source_id": origin,
                "invoice_id": _at(self._charge_ids, made.charge),
                "applied_date": dates(made.applied),
                "recorded_at": moments(np.minimum(recorded, self._book.span.today), seconds),
                "amount": money(made.amount),
            }
        )

    def fx_rates(self) -> pa.Table:
        """One row per weekday and ordered pair of currencies."""
        rates = self._book.rates
        return pa.table(
            {
                "rate_date": dates(rates.day),
                "currency": words(CURRENCIES, rates.currency),
                "base": words(CURRENCIES, rates.base),
                "rate": decimals(rates.rate, 6),
            }
        )

    def disputes(self) -> pa.Table:
        """One row per dispute, in order of opening."""
        disputes = self._book.disputes
        return pa.table(
            {
                "invoice_id": _at(self._charge_ids, disputes.charge),
                "opened_date": dates(disputes.opened),
                "closed_date": dates(disputes.closed, self._book.span.today),
                "reason": words(REASONS, disputes.reason),
                "amount": money(disputes.amount),
            }
        )

    @cached_property
    def _contract_orders(self) -> Column:
        return ids("SO-C", np.arange(1, len(self._book.contracts) + 1), 6)

    def contracts(self) -> pa.Table:
        """One row per contract; `amount` is one billing, net of tax."""
        contracts, people = self._book.contracts, self._book.customers
        return pa.table(
            {
                "contract_id": self._contract_ids,
                "order_id": self._contract_orders,
                "customer_id": _at(self._customer_ids, contracts.customer),
                "entity": words(ENTITIES, people.of_countries("entity")[contracts.customer]),
                "currency": words(CURRENCIES, people.currency[contracts.customer]),
                "start_date": dates(contracts.start),
                "end_date": dates(contracts.end, NEVER - 1),
                "billing": words(BILLINGS, contracts.billing),
                "amount": money(contracts.amount),
                "tax_rate": decimals(people.tax[contracts.customer], 4),
                "payment_terms_days": integers(people.terms[contracts.customer]),
                "product": words(PRODUCTS, contracts.product),
            }
        )

    def gl_balances(self) -> pa.Table:
        """One row per entity, currency and month end."""
        balances = self._book.balances
        return pa.table(
            {
                "entity": words(ENTITIES, balances.entity),
                "account": words((ACCOUNT,), np.zeros(len(balances), np.int64)),
                "balance_date": dates(balances.day),
                "currency": words(CURRENCIES, balances.currency),
                "balance": money(balances.balance),
            }
        )


def _at(column: Column, places: Ints) -> Column:
    """The values at `places`; NONE is empty."""
    absent: Flags = places == NONE
    return column.take(pa.array(places, mask=absent))


def _numbers(entity: Ints, issue: Ints, series: str) -> Column:
    """Document numbers as printed: entity, year, and a running number within both."""
    year = 1970 + months(issue) // 12
    codes = entity * 10_000 + year
    heads, place = np.unique(codes, return_inverse=True)
    labels = [f"{ENTITIES[code // 10_000]}-{series}{code % 10_000}-" for code in heads]
    return ids(words(labels, place), ordinals(codes), 6)
