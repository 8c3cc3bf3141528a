"""Random small books, and random questions to ask of them.

Days lie in half a year, most of them on few, a month or so apart, and amounts are few, so that edges, ties, exact settlements and
questions asked on the very day of an event happen often.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from analytics.money import LIMIT
from analytics.scope import Scope
from tests.ledger import Ledger, ledger

FIRST_DAY = date(2026, 1, 1)
DAYS = 150
DECIMALS = {"USD": 2, "JPY": 0, "KWD": 3}
CUSTOMERS = ("C1", "C2", "C3", "C4")
NAMES = {
    "segment": ("large", "small"),
    "region": ("North", "South"),
    "country": ("DE", "JP"),
    "sales_rep": ("Ann", "Bob"),
    "collector": ("Cleo", "Dan"),
    "entity": ("E1", "E2"),
}
GROUPINGS = (*NAMES, "customer", "invoice", "installment")

OFFSETS = (0, 1, 15, 29, 30, 31, 45, 60, 61, 90, 91, 120)

days = (st.sampled_from(OFFSETS) | st.sampled_from(OFFSETS) | st.integers(0, DAYS)).map(lambda n: FIRST_DAY + timedelta(n))
terms = st.sampled_from((0, 1, 15, 29, 30, 31, 60))


rates = st.integers(1, 4_000_000).map(lambda n: Decimal(n).scaleb(-4)) | st.sampled_from(
    (Decimal(1), Decimal("0.0000000001"), Decimal("0.3333333333"), Decimal("16384.5"))
)


def one_of(column: str) -> st.SearchStrategy[str | None]:
    """A value of `column`, or none."""
    return st.sampled_from((None, *NAMES[column]))


def amounts(currency: str, least: int = 0) -> st.SearchStrategy[Decimal]:
    """An amount in whole coins of `currency`, often a round one."""
    largest = int(LIMIT.scaleb(DECIMALS[currency])) - 1
    coins = st.sampled_from((1, 100, 1000, 4000, 9999, 10000)) | st.integers(least, 30) | st.just(largest)
    return coins.map(lambda n: Decimal(n).scaleb(-DECIMALS[currency]))


@st.composite
def books(draw: st.DrawFn) -> Ledger:
    """Two to four customers, six to fourteen documents, some payments, applications, disputes and rates."""
    book = draw(_customers())
    currencies = draw(st.sampled_from((("USD",), ("USD", "JPY"), ("KWD", "USD", "JPY"))))
    for number in range(1, draw(st.integers(6, 14)) + 1):
        book = draw(_with_document(book, f"I{number}", currencies))
    for number in range(1, draw(st.integers(2, 7)) + 1):
        book = draw(_with_payment(book, f"P{number}", currencies))
    for _ in range(draw(st.integers(4, 12))):
        book = draw(_with_application(book))
    for row in book.rows("invoices"):
        if draw(st.integers(0, 4)) == 0:
            opened = draw(days)
            book = book.dispute(row["invoice_id"], opened, draw(st.none() | st.integers(0, 40).map(_after(opened))))
    return draw(_with_rates(book))


@st.composite
def _customers(draw: st.DrawFn) -> Ledger:
    book = ledger()
    known = draw(st.integers(2, 4))
    for place, customer in enumerate(CUSTOMERS[:known]):
        book = book.customer(
            customer,
            name=f"Customer {customer}",
            parent_id=draw(st.none() | st.sampled_from(CUSTOMERS[:place])) if place else None,
            payment_terms_days=draw(st.none() | terms),
            **{name: draw(one_of(name)) for name in ("segment", "region", "country", "sales_rep", "collector")},
        )
    return book


@st.composite
def _with_document(draw: st.DrawFn, book: Ledger, invoice_id: str, currencies: tuple[str, ...]) -> Ledger:
    currency = draw(st.sampled_from(currencies))
    issue = draw(days)
    kind = draw(st.sampled_from((None, "invoice", "invoice", "invoice", "debit_note", "credit_note")))
    status = draw(st.sampled_from((None, "posted", "posted", "posted", "posted", "draft", "void")))
    total = draw(amounts(currency))
    parts = _installments(draw, issue, total) if kind != "credit_note" and total > 0 else ()
    return book.invoice(
        invoice_id,
        draw(st.sampled_from(CUSTOMERS)),
        total,
        issue=issue,
        due=draw(st.none() | terms.map(_after(issue))),
        currency=currency,
        installments=parts,
        number=draw(st.none() | st.just(f"2026-{invoice_id}")),
        kind=kind,
        status=status,
        voided_date=draw(st.none() | st.integers(0, 60).map(_after(issue))) if status in ("void", None) else None,
        payment_terms_days=draw(st.none() | terms),
        dispute_reason=draw(st.sampled_from((None, None, None, "price"))),
        **{name: draw(one_of(name)) for name in ("entity", "region", "sales_rep")},
    )


def _installments(draw: st.DrawFn, issue: date, total: Decimal) -> tuple[tuple[date, Decimal], ...]:
    coin = Decimal(1).scaleb(int(total.as_tuple().exponent))
    coins = int(total / coin)
    count = min(draw(st.sampled_from((0, 0, 0, 2, 3))), coins)
    cuts = sorted(draw(st.sets(st.integers(1, coins - 1), min_size=count - 1, max_size=count - 1))) if count > 1 else []
    ends = [*cuts, coins] if count > 1 else []
    # Not in the order of their dates: a filling must sort them.
    return tuple((_after(issue)(draw(terms)), (end - start) * coin) for start, end in zip([0, *ends], ends, strict=False))


@st.composite
def _with_payment(draw: st.DrawFn, book: Ledger, payment_id: str, currencies: tuple[str, ...]) -> Ledger:
    currency, received = draw(st.sampled_from(currencies)), draw(days)
    return book.receipt(
        payment_id,
        draw(st.sampled_from((*CUSTOMERS, None))),
        draw(amounts(currency, least=1)),
        received,
        currency=currency,
        kind=draw(st.sampled_from((None, "receipt", "receipt", "refund"))),
        entity=draw(one_of("entity")),
        reversed_date=draw(st.none() | st.none() | st.integers(0, 60).map(_after(received))),
    )


@st.composite
def _with_application(draw: st.DrawFn, book: Ledger) -> Ledger:
    """One more application, often of the whole invoice or the whole source, sometimes taken back later."""
    invoices = [row for row in book.rows("invoices") if row["kind"] != "credit_note"]
    if not invoices:
        return book
    invoice = draw(st.sampled_from(invoices))
    credits = [
        ("credit_note", row["invoice_id"], row["total"], row["currency"]) for row in book.rows("invoices") if row["kind"] == "credit_note"
    ]
    payments = [("payment", row["payment_id"], row["amount"], row["currency"]) for row in book.rows("payments")]
    given_up = [("write_off", None, invoice["total"], invoice["currency"]), ("discount", None, Decimal(1), invoice["currency"])]
    source, source_id, whole, _ = draw(st.sampled_from([s for s in credits + payments + given_up if s[3] == invoice["currency"]]))
    amount = draw(st.sampled_from((whole, invoice["total"])) | amounts(invoice["currency"], least=1))
    on = draw(st.none() | days)
    book = book.application(source, source_id, invoice["invoice_id"], amount, on)
    if on and draw(st.integers(0, 3)) == 0:
        book = book.application(source, source_id, invoice["invoice_id"], -amount, _after(on)(draw(terms)))
    return book


@st.composite
def _with_rates(draw: st.DrawFn, book: Ledger) -> Ledger:
    for currency, base in (("USD", "JPY"), ("KWD", "JPY"), ("JPY", "USD"), ("KWD", "USD"), ("USD", "KWD")):
        for day in sorted(draw(st.sets(days, max_size=6))):
            book = book.rate(day, currency, base, draw(rates))
    return book


def _after(day: date) -> Callable[[int], date]:
    return lambda n: day + timedelta(n)


# ------------------------------------------------------------------------------------------------------------- questions

asked_days = (st.sampled_from(OFFSETS[3:]) | st.sampled_from((75, 92, 121, 150, 151)) | st.integers(-5, DAYS + 100)).map(
    lambda n: FIRST_DAY + timedelta(n)
)
edges = st.just((0, 30, 60, 90)) | st.sets(st.integers(-20, 100), min_size=1, max_size=5).map(lambda s: tuple(sorted(s)))
groupings = st.lists(st.sampled_from(GROUPINGS), unique=True, max_size=2).map(tuple)


@st.composite
def scopes(draw: st.DrawFn, converted: bool | None = None, filtered: bool | None = None) -> Scope:
    """A question's population; `converted` and `filtered` False keep to one's own currencies and to all the books."""
    currency = None if converted is False else draw(st.sampled_from((None, None, None, "USD", "JPY", "KWD", "EUR")))
    fx = draw(st.sampled_from(("closing", "document")) | days) if currency else "closing"
    where = {} if filtered is False else draw(wheres())
    return Scope(draw(asked_days), currency, fx, where, with_children=draw(st.booleans()))


@st.composite
def wheres(draw: st.DrawFn) -> dict[str, list[str | None]]:
    """No filter, or one or two, each with one or two values."""
    values = {name: (None, *found) for name, found in NAMES.items()}
    values |= {"customer": (None, *CUSTOMERS), "currency": tuple(DECIMALS), "disputed": ("true", "false")}
    columns = draw(
        st.sampled_from((0, 1, 1, 1, 2)).flatmap(
            lambda n: st.sets(st.sampled_from((*sorted(values), "disputed", "region")), min_size=n, max_size=n)
        )
    )
    return {name: draw(st.lists(st.sampled_from(values[name]), min_size=1, max_size=2, unique=True)) for name in sorted(columns)}
