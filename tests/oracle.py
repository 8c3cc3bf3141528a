"""An independent judge: every figure again, by brute force over the canonical rows, from the definitions in words.

Clear and slow on purpose: no SQL, no float, no shared code with the reports. Days are closes of days, money is `Decimal`,
ratios are `Fraction` until they are rounded once. A row of an answer is a dict with the report's column names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from analytics.scope import Scope

Row = Mapping[str, Any]
DAY = timedelta(days=1)
NEVER = date.max
DECIMALS = {"JPY": 0, "KWD": 3}
OLDEST_RATE = timedelta(days=31)
DIMENSIONS = ("entity", "currency", "customer", "segment", "region", "country", "sales_rep", "collector")


@dataclass(frozen=True)
class Document:
    """An invoice, debit note, credit note, receipt or refund; `day` is when it is issued or received."""

    id: str
    kind: str
    day: date
    due: date | None
    ended: date
    total: Decimal
    dimensions: Mapping[str, str | None]
    row: Row

    def alive(self, day: date) -> bool:
        return self.day <= day < self.ended

    @property
    def lived(self) -> bool:
        return self.day < self.ended

    @property
    def currency(self) -> str:
        return str(self.dimensions["currency"])


@dataclass(frozen=True)
class Application:
    """A part of `source` (None for write-offs and discounts) set against `invoice`."""

    id: str
    kind: str
    source: Document | None
    invoice: Document
    day: date
    amount: Decimal

    def counts(self, day: date) -> bool:
        return self.day <= day and self.invoice.alive(day) and (self.source is None or self.source.alive(day))


@dataclass(frozen=True)
class Item:
    """An amount of a document: an open invoice or installment, an unapplied credit, or a whole total."""

    document: Document
    amount: Decimal
    due: date | None = None
    installment_no: int | None = None

    def age(self, day: date, basis: str = "due") -> int:
        since = self.document.day if basis == "issue" else self.due
        assert since is not None
        return (day - since).days


# ---------------------------------------------------------------------------------------------------------------- words


def place_of(age: int, edges: Sequence[int]) -> int:
    """The place of `age` among `edges`, whose upper limits are inclusive."""
    return sum(age > edge for edge in edges)


def labels(edges: Sequence[int], basis: str = "due") -> list[str]:
    """The buckets' names."""
    first = "Not due" if basis == "due" and edges[0] == 0 else f"Up to {edges[0]}"
    spans = [(low + 1, high) for low, high in pairwise(edges)]
    names = [f"{a}" if a == b else f"{a}-{b}" if a >= 0 else f"{a} to {b}" for a, b in spans]
    return [first, *names, f"Over {edges[-1]}"]


def rounded(number: Decimal | Fraction, places: int) -> Decimal:
    """Half up, away from zero, once."""
    exact = Fraction(number)
    whole = int(abs(exact) * 10**places + Fraction(1, 2))
    return Decimal(whole if exact >= 0 else -whole).scaleb(-places)


def money(amount: Decimal | Fraction, currency: str) -> Decimal:
    """`amount` in the coins of `currency`."""
    return rounded(amount, DECIMALS.get(currency, 2))


def ratio(top: Decimal | Fraction, bottom: Decimal | Fraction) -> Fraction | None:
    """`top / bottom`, n/a over zero."""
    return Fraction(top) / Fraction(bottom) if bottom else None


def shown(figure: Fraction | int | None) -> Decimal | None:
    """A ratio as it is shown."""
    return None if figure is None else rounded(Fraction(figure), 4)


def month_end(day: date) -> date:
    """The last day of the month."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1) - DAY


def period_ends(start: date, end: date, every: str) -> Iterator[date]:
    """The days from `start` to `end` that end a month, a week (Sunday) or a day."""
    ends: Callable[[date], bool] = {
        "day": lambda _: True,
        "week": lambda day: day.weekday() == 6,
        "month": lambda day: day == month_end(day),
    }[every]
    return (start + n * DAY for n in range((end - start).days + 1) if ends(start + n * DAY))


# ---------------------------------------------------------------------------------------------------------------- books


class Oracle:
    """The books, and every question that can be asked of them."""

    def __init__(self, tables: Callable[[str], Sequence[Row]]) -> None:
        self.customers = {row["customer_id"]: row for row in tables("customers")}
        self.documents = {row["invoice_id"]: self._document(row) for row in tables("invoices")}
        self.payments = {row["payment_id"]: self._payment(row) for row in tables("payments")}
        self.applications = [self._application(row) for row in tables("applications")]
        self.rates = [(row["rate_date"], row["currency"], row["base"], row["rate"]) for row in tables("fx_rates")]
        self.disputes: dict[str, list[Row]] = defaultdict(list)
        for row in tables("disputes"):
            self.disputes[row["invoice_id"]].append(row)
        self.installments: dict[str, list[Row]] = defaultdict(list)
        for row in sorted(tables("installments"), key=lambda row: (row["due_date"], row["installment_no"])):
            self.installments[row["invoice_id"]].append(row)

    def _dimensions(self, row: Row) -> dict[str, str | None]:
        customer = self.customers.get(row["customer_id"], {})
        own = {name: row.get(name) or customer.get(name) for name in ("region", "sales_rep")}
        theirs = {name: customer.get(name) for name in ("segment", "country", "collector")}
        return {"entity": row["entity"], "currency": row["currency"], "customer": row["customer_id"]} | own | theirs

    def _document(self, row: Row) -> Document:
        issue, status = row["issue_date"], row["status"] or "posted"
        if status == "draft" or (status == "void" and row["voided_date"] is None):
            ended = date.min
        else:
            ended = row["voided_date"] or NEVER
        terms = [row["payment_terms_days"], self.customers.get(row["customer_id"], {}).get("payment_terms_days")]
        days = next((days for days in terms if days is not None), 0)
        due = row["due_date"] or issue + timedelta(days=days)
        kind = row["kind"] or "invoice"
        return Document(row["invoice_id"], kind, issue, due, ended, row["total"], self._dimensions(row), row)

    def _payment(self, row: Row) -> Document:
        day, kind, ended = row["received_date"], row["kind"] or "receipt", row["reversed_date"] or NEVER
        return Document(row["payment_id"], kind, day, None, ended, row["amount"], self._dimensions(row), row)

    def _application(self, row: Row) -> Application:
        sources = {"payment": self.payments, "credit_note": self.documents}
        source = sources[row["source"]][row["source_id"]] if row["source"] in sources else None
        invoice = self.documents[row["invoice_id"]]
        day = row["applied_date"] or max(invoice.day, source.day if source else invoice.day)
        return Application(row["application_id"], row["source"], source, invoice, day, row["amount"])

    # ---------------------------------------------------------------------------------------------------- balances

    def applied(self, day: date, **which: Document) -> Decimal:
        """What counts at `day` of the applications to `invoice=`, or from `source=`."""
        ((side, document),) = which.items()
        counting = (a for a in self.applications if getattr(a, side) is document and a.counts(day))
        return sum((a.amount for a in counting), Decimal(0))

    def open_items(self, day: date) -> list[Item]:
        """Every invoice and debit note, or each installment, with what is open of it at `day` and is not nothing."""
        items = []
        for document in self.documents.values():
            if document.kind == "credit_note" or not document.alive(day):
                continue
            applied = self.applied(day, invoice=document)
            items += self._filled(document, applied)
        return [item for item in items if item.amount != 0]

    def _filled(self, document: Document, applied: Decimal) -> list[Item]:
        rows = self.installments[document.id]
        if not rows:
            return [Item(document, document.total - applied, document.due)]
        items, left = [], applied
        for row in rows:
            fill = left if row is rows[-1] or left < row["amount"] else row["amount"]
            left -= fill
            items.append(Item(document, row["amount"] - fill, row["due_date"], row["installment_no"]))
        return items

    def unapplied_items(self, day: date) -> list[Item]:
        """Every receipt, refund (negative) and credit note with what is not applied of it at `day` and is not nothing."""
        sources = [*self.payments.values(), *(d for d in self.documents.values() if d.kind == "credit_note")]
        items = []
        for source in sources:
            if source.alive(day):
                total = -source.total if source.kind == "refund" else source.total
                items.append(Item(source, total - self.applied(day, source=source)))
        return [item for item in items if item.amount != 0]

    def open_by_invoice(self, customer: str, day: date) -> dict[str, Decimal | None]:
        """What is open of every document of `customer` issued by `day`, credit notes having nothing to be open."""
        mine = [d for d in self.documents.values() if d.dimensions["customer"] == customer and d.day <= day]
        items = [item for item in self.open_items(day) if item.document in mine]
        return {d.id: None if d.kind == "credit_note" else sum((i.amount for i in items if i.document is d), Decimal(0)) for d in mine}

    # ------------------------------------------------------------------------------------------------------- scope

    def disputed(self, document: Document, day: date) -> bool:
        """Whether `document` is disputed at the close of `day`; payments never are."""
        if document.kind in ("receipt", "refund"):
            return False
        rows = self.disputes.get(document.id)
        if not rows:
            return bool(document.row["dispute_reason"])
        return any(row["opened_date"] <= day and (row["closed_date"] or NEVER) > day for row in rows)

    def group(self, customer: str | None) -> set[str | None]:
        """`customer` and everyone below."""
        members = {customer}
        while True:
            more = {c for c, row in self.customers.items() if row["parent_id"] in members - {None}} - members
            if not more:
                return members
            members |= more

    def within(self, document: Document, scope: Scope) -> bool:
        """Whether `scope` covers `document`; disputes are judged at the scope's own day."""
        for column, values in scope.filters:
            if column == "disputed":
                value: str | None = str(self.disputed(document, scope.day)).lower()
                allowed = set(values)
            else:
                value = document.dimensions[column]
                allowed = set(values)
                if column == "customer" and scope.with_children:
                    allowed = set().union(*(self.group(customer) for customer in values))
            if value not in allowed:
                return False
        return True

    def inside(self, items: Iterable[Item], scope: Scope) -> list[Item]:
        """The items that `scope` covers."""
        return [item for item in items if self.within(item.document, scope)]

    def population(self, scope: Scope) -> list[Document]:
        """Every document and payment that was ever alive by the scope's day, and that it covers."""
        everything = [*self.documents.values(), *self.payments.values()]
        return [d for d in everything if d.lived and d.day <= scope.day and self.within(d, scope)]

    def currencies(self, scope: Scope) -> list[str]:
        """The currencies a question about `scope` has an answer for."""
        found = {document.currency for document in self.population(scope)}
        return sorted({scope.currency} if scope.currency and found else found)

    # -------------------------------------------------------------------------------------------------- conversion

    def rate(self, currency: str, base: str, day: date) -> Decimal | None:
        """The last known rate by `day`, if it is not too old."""
        if currency == base:
            return Decimal(1)
        known = [(d, r) for d, c, b, r in self.rates if (c, b) == (currency, base) and day - OLDEST_RATE <= d <= day]
        return max(known)[1] if known else None

    def rate_of(self, document: Document, scope: Scope, day: date) -> Decimal | None:
        """The rate of an amount of `document` in a balance asked at `day`."""
        if scope.currency is None:
            return Decimal(1)
        asked = {"closing": day, "document": document.day}.get(scope.fx, scope.fx)  # type: ignore[arg-type]
        return self.rate(document.currency, scope.currency, asked)  # type: ignore[arg-type]

    def counted(self, item: Item, scope: Scope, currency: str, day: date) -> bool:
        """Whether `item` is part of an answer in `currency`: it is in it, or can be converted to it."""
        shown_in = scope.currency or item.document.currency
        return shown_in == currency and self.rate_of(item.document, scope, day) is not None

    def total(self, items: Iterable[Item], scope: Scope, currency: str, day: date) -> Fraction:
        """The exact sum of `items` in `currency`, at the rates of `day`; what has no rate is left out."""
        total = Fraction(0)
        for item in items:
            if currency in (scope.currency, item.document.currency):
                rate = self.rate_of(item.document, scope, day)
                total += Fraction(item.amount) * Fraction(rate or 0)
        return total

    # ----------------------------------------------------------------------------------------------------- reports

    def unconverted(self, scope: Scope) -> list[Row]:
        """What has no rate: per currency, the number of open items and their sum."""
        missing: dict[str, list[Item]] = defaultdict(list)
        for item in self.inside(self.open_items(scope.day), scope):
            if self.rate_of(item.document, scope, scope.day) is None:
                missing[item.document.currency].append(item)
        return [
            {"currency": c, "items": len(items), "amount": money(sum(i.amount for i in items), c)}  # type: ignore[arg-type]
            for c, items in sorted(missing.items())
        ]

    def aging(self, scope: Scope, by: Sequence[str] = (), edges: Sequence[int] = (0, 30, 60, 90), basis: str = "due") -> list[Row]:
        """Open amounts by bucket; a row for every group that has an open item."""
        groups: dict[tuple[Any, ...], list[Item]] = defaultdict(list)
        for item in self.inside(self.open_items(scope.day), scope):
            if self.rate_of(item.document, scope, scope.day) is not None:
                groups[scope.currency or item.document.currency, *(self._key(item, c) for c in by)].append(item)
        keys = {key: dict(zip(("currency", *by), key, strict=True)) for key in groups}
        return [self._aging_row(keys[key], items, scope, edges, basis, scope.day) for key, items in groups.items()]

    def _key(self, item: Item, column: str) -> Any:
        if column == "invoice":
            return item.document.id
        if column == "installment":
            return item.installment_no
        return item.document.dimensions[column]

    def _aging_row(self, key: Row, items: list[Item], scope: Scope, edges: Sequence[int], basis: str, day: date) -> Row:
        names, currency = labels(edges, basis), key["currency"]
        row: dict[str, Any] = dict(key)
        for place, name in enumerate(names):
            here = [item for item in items if place_of(item.age(day, basis), edges) == place]
            row[name] = money(self.total(here, scope, currency, day), currency)
        row["total"] = money(self.total(items, scope, currency, day), currency)
        row["items"] = len(items)
        return row

    def unapplied(self, scope: Scope, by: Sequence[str] = ()) -> list[Row]:
        """Unapplied credit by the source's own columns; a row for every group that has some."""
        groups: dict[tuple[Any, ...], list[Item]] = defaultdict(list)
        for item in self.inside(self.unapplied_items(scope.day), scope):
            if self.rate_of(item.document, scope, scope.day) is not None:
                groups[scope.currency or item.document.currency, *(self._key(item, c) for c in by)].append(item)
        return [
            dict(zip(("currency", *by), key, strict=True)) | {"amount": money(self.total(items, scope, key[0], scope.day), key[0])}
            for key, items in groups.items()
        ]

    def net(self, scope: Scope, currency: str, population: Scope | None = None, rates_of: date | None = None) -> Fraction:
        """Gross less unapplied at the scope's day, of what `population` covers, at the rates of that day or `rates_of`."""
        day, population = rates_of or scope.day, population or scope
        gross = self.total(self.inside(self.open_items(scope.day), population), scope, currency, day)
        return gross - self.total(self.inside(self.unapplied_items(scope.day), population), scope, currency, day)

    def net_rows(self, scope: Scope) -> list[Row]:
        """Net AR, a row per currency that has an open item or an unapplied credit."""
        items = [*self.inside(self.open_items(scope.day), scope), *self.inside(self.unapplied_items(scope.day), scope)]
        convertible = [item for item in items if self.rate_of(item.document, scope, scope.day) is not None]
        found = {scope.currency or item.document.currency for item in convertible}
        return [{"currency": c, "amount": money(self.net(scope, c), c)} for c in sorted(found)]

    # -------------------------------------------------------------------------------------------------------- kpis

    def sales_items(self, scope: Scope, after: date, until: date) -> list[Item]:
        """What was billed in (after, until] and is alive at `until`, credit notes negative."""
        documents = [d for d in self.documents.values() if d.alive(until) and after < d.day]
        items = [Item(d, -d.total if d.kind == "credit_note" else d.total) for d in documents]
        return self.inside(items, scope)

    def kpis(self, scope: Scope, days: int = 90) -> list[Row]:
        """Every figure, a row per currency."""
        return [self._kpis(scope, currency, days) for currency in self.currencies(scope)]

    def _kpis(self, scope: Scope, currency: str, days: int) -> Row:
        day, start = scope.day, scope.day - days * DAY
        items = self.inside(self.open_items(day), scope)
        ar = self.total(items, scope, currency, day)
        overdue = self.total([i for i in items if i.age(day) > 0], scope, currency, day)
        opening = self.total(self.inside(self.open_items(start), scope), scope, currency, start)
        sales = self.total(self.sales_items(scope, start, day), scope, currency, day)
        unapplied = self.total(self.inside(self.unapplied_items(day), scope), scope, currency, day)
        average, sold = (opening + ar) / 2, sales > 0
        simple = ratio(ar * days, sales) if sold else None
        best = ratio((ar - overdue) * days, sales) if sold else None
        turnover = ratio(sales, average)
        effectiveness = ratio(opening + sales - ar, opening + sales - (ar - overdue))
        monthly, monthly_exhausted = self.countback_monthly(scope, currency, ar)
        daily, daily_exhausted = self.countback_daily(scope, currency, ar)
        return {
            "currency": currency,
            "open": money(ar, currency),
            "overdue": money(overdue, currency),
            "overdue_share": shown(ratio(overdue, ar)),
            "unapplied": money(unapplied, currency),
            "net": money(ar - unapplied, currency),
            "sales": money(sales, currency),
            "dso": shown(simple),
            "dso_average": shown(ratio(average * days, sales) if sold else None),
            "dso_countback_monthly": shown(monthly),
            "dso_countback_daily": shown(daily),
            "dso_countback_exhausted": monthly_exhausted or daily_exhausted,
            "dso_best_possible": shown(best),
            "add": shown(None if simple is None or best is None else simple - best),
            "cei": shown(None if effectiveness is None else effectiveness * 100),
            "turnover": shown(turnover),
            "days_to_pay": shown(self.weighted_days(scope, currency, days, lambda a: a.invoice.day)),
            "days_late": shown(self.weighted_days(scope, currency, days, None)),
        }

    def first_document(self, scope: Scope, currency: str) -> date | None:
        """The day of the first document alive at the scope's day; what has no rate is not there."""
        alive = [d for d in self.documents.values() if d.alive(scope.day)]
        documents = [d for d in alive if self.covered(d, scope, scope.day) is not None]
        return min((d.day for d in documents if currency in (scope.currency, d.currency)), default=None)

    def countback_monthly(self, scope: Scope, currency: str, ar: Fraction) -> tuple[Fraction | None, bool]:
        """Days of sales in `ar`, month by month back from the scope's day, and whether the history is too short."""
        first = self.first_document(scope, currency)
        if ar < 0 or first is None:
            return (None if ar else Fraction(0)), False
        left, counted, end = ar, Fraction(0), scope.day
        while left > 0:
            before = end.replace(day=1) - DAY
            if end < first:
                return counted, True
            days = (end - before).days
            items = [i for i in self.sales_items(scope, before, scope.day) if i.document.day <= end]
            sales = self.total(items, scope, currency, scope.day)
            if left < sales:
                return counted + days * left / sales, False
            left, counted, end = left - sales, counted + days, before
        return counted, False

    def countback_daily(self, scope: Scope, currency: str, ar: Fraction) -> tuple[Fraction | None, bool]:
        """The smallest number of days back whose summed sales reach `ar`, linear inside the last."""
        first = self.first_document(scope, currency)
        if ar <= 0 or first is None:
            return (None if ar else Fraction(0)), False
        summed, day, days = Fraction(0), scope.day, 0
        while day >= first:
            items = [i for i in self.sales_items(scope, day - DAY, scope.day) if i.document.day == day]
            sales = self.total(items, scope, currency, scope.day)
            if summed + sales >= ar:
                return days + (ar - summed) / sales, False
            summed, day, days = summed + sales, day - DAY, days + 1
        return Fraction(days), True

    def weighted_days(self, scope: Scope, currency: str, days: int, since: Callable[[Application], date] | None) -> Fraction | None:
        """Days from `since` (None: the due date, or that of the installment being filled), weighted by what was paid."""
        day, start = scope.day, scope.day - days * DAY
        weight = weighted = Fraction(0)
        for a in self.applications:
            inside = self.within(a.invoice, scope) and currency in (scope.currency, a.invoice.currency)
            if a.kind != "payment" or not inside or not a.counts(day) or a.day <= start:
                continue
            rate = self.rate_of(a.invoice, scope, day)
            if rate is None:
                continue
            for amount, due in self._fills(a, day):
                paid = Fraction(amount) * Fraction(rate)
                weight += paid
                weighted += paid * (a.day - (since(a) if since else due)).days
        return ratio(weighted, weight)

    def _fills(self, application: Application, day: date) -> list[tuple[Decimal, date]]:
        """The application in parts, each with the due date that it fills (or, taken back, empties)."""
        invoice = application.invoice
        rows = self.installments[invoice.id]
        if not rows:
            assert invoice.due is not None
            return [(application.amount, invoice.due)]
        counting = [a for a in self.applications if a.invoice is invoice and a.counts(day)]
        counting.sort(key=lambda a: (a.day, a.id))
        before = sum((a.amount for a in counting[: counting.index(application)]), Decimal(0))
        was, now = (self._filled(invoice, applied) for applied in (before, before + application.amount))
        return [(w.amount - n.amount, w.due) for w, n in zip(was, now, strict=True) if w.due is not None]

    # ------------------------------------------------------------------------------------------------------- other

    def trend(
        self, scope: Scope, every: str, start: date, edges: Sequence[int] = (0, 30, 60, 90), days: int = 90, basis: str = "due"
    ) -> list[Row]:
        """Aging totals, sales and simple DSO at every period end from `start` to the scope's day.

        A currency that has an open item or a sale at any of them has a row at each.
        """
        rows = []
        for day in period_ends(start, scope.day, every):
            at_point = replace(scope, as_of=day)
            items = self.inside(self.open_items(day), at_point)
            sold = self.sales_items(at_point, day - days * DAY, day)
            for currency in self.currencies(scope):
                ar, sales = self.total(items, scope, currency, day), self.total(sold, scope, currency, day)
                mine = [i for i in items if self.counted(i, scope, currency, day)]
                row = dict(self._aging_row({"currency": currency}, mine, scope, edges, basis, day))
                seen = bool(mine) or any(self.counted(i, scope, currency, day) for i in sold)
                dso = ratio(ar * days, sales) if sales > 0 else None
                rows.append({"date": day} | row | {"sales": money(sales, currency), "dso": shown(dso), "seen": seen})
        seen_somewhere = {row["currency"] for row in rows if row["seen"]}
        hidden = ("seen", "items")
        return [{k: v for k, v in row.items() if k not in hidden} for row in rows if row["currency"] in seen_somewhere]

    def overdue(
        self,
        scope: Scope,
        min_days: int = 1,
        min_amount: Decimal | None = None,
        bucket: str | None = None,
        search: str | None = None,
    ) -> list[Row]:
        """Every open item at least `min_days` late, in no order."""
        edges = (0, 30, 60, 90)
        rows: list[Row] = []
        for item in self.inside(self.open_items(scope.day), scope):
            document, age = item.document, item.age(scope.day)
            currency = scope.currency or document.currency
            rate = self.rate_of(document, scope, scope.day)
            if rate is None:
                continue
            name = self.customers.get(document.row["customer_id"], {}).get("name")
            row = {
                "invoice_id": document.id,
                "number": document.row["number"],
                "customer_id": document.row["customer_id"],
                "name": name,
                "currency": currency,
                "due_date": item.due,
                "days_late": age,
                "exact": Fraction(item.amount) * Fraction(rate),
                "bucket": labels(edges)[place_of(age, edges)],
                "installment": item.installment_no,
            }
            texts = [text.casefold() for text in (name, document.row["number"], document.id) if text]
            if (
                age >= min_days
                and (min_amount is None or row["exact"] >= min_amount)
                and bucket in (None, row["bucket"])
                and (search is None or any(search.casefold() in text for text in texts))
            ):
                rows.append(row | {"open_amount": money(row["exact"], currency)})
        return rows

    def sums(self, listed: Iterable[Row]) -> dict[str, Decimal]:
        """The exact sums of a list by currency, each rounded once."""
        sums: dict[str, Fraction] = defaultdict(Fraction)
        for row in listed:
            sums[row["currency"]] += row["exact"]
        return {currency: money(amount, currency) for currency, amount in sums.items()}

    def lines(self, scope: Scope, currency: str, day: date) -> dict[str, list[Item]]:
        """What is alive at `day`, by the lines of a roll-forward; write-offs and discounts belong to their invoice."""
        names = {"invoice": "invoices", "debit_note": "debit_notes", "credit_note": "credit_notes", "receipt": "receipts"}
        lines: dict[str, list[Item]] = {name: [] for name in LINES}
        for document in [*self.documents.values(), *self.payments.values()]:
            if document.alive(day):
                lines[names.get(document.kind, "refunds")].append(Item(document, document.total))
        for a in self.applications:
            if a.source is None and a.counts(day):
                lines["write_offs" if a.kind == "write_off" else "discounts"].append(Item(a.invoice, a.amount))
        mine = {name: self.inside(items, scope) for name, items in lines.items()}
        return {name: [i for i in items if currency in (scope.currency, i.document.currency)] for name, items in mine.items()}

    def balance(self, scope: Scope, currency: str, day: date) -> Fraction:
        """Net AR the other way: documents and payments, without looking at what was applied to what."""
        lines = self.lines(scope, currency, day)
        return sum((sign * self.total(lines[name], scope, currency, day) for name, sign in LINES.items()), Fraction(0))

    def movements(self, scope: Scope, start: date) -> list[Row]:
        """The roll-forward from the close of `start` to the close of the scope's day."""
        return [self._movements(scope, start, currency) for currency in self.currencies(scope)]

    def _movements(self, scope: Scope, start: date, currency: str) -> Row:
        end = scope.day
        was, now = self.lines(scope, currency, start), self.lines(scope, currency, end)
        figures = {"opening": self.net(scope.at(start), currency, scope)}
        for name in LINES:
            figures[name] = self.total(now[name], scope, currency, end) - self.total(was[name], scope, currency, end)
        figures["applied_across"], by_applying = self.crossings(scope, currency, start)
        figures["fx"] = self.net(scope.at(start), currency, scope, rates_of=end) - figures["opening"] + by_applying
        figures["closing"] = self.net(scope, currency, scope)
        moved = sum(sign * figures[name] for name, sign in LINES.items()) + figures["applied_across"] + figures["fx"]
        assert figures["opening"] + moved == figures["closing"], "the judge's own roll-forward does not close"
        shown = {name: money(value, currency) for name, value in figures.items()}
        if scope.currency:  # what rounded lines miss of the closing is shown as fx, so that the row closes as it is printed
            lines = sum(sign * shown[name] for name, sign in LINES.items()) + shown["applied_across"]
            shown["fx"] = shown["closing"] - shown["opening"] - lines
        return {"currency": currency} | shown | {"closes": True}

    def crossings(self, scope: Scope, currency: str, start: date) -> tuple[Fraction, Fraction]:
        """What applying moves into the scope, its other side being outside; and gains of applying at another rate."""
        end, across, gains = scope.day, Fraction(0), Fraction(0)
        for a in self.applications:
            change = a.amount * (a.counts(end) - a.counts(start))
            if a.source is None or not change or currency not in (scope.currency, a.invoice.currency):
                continue
            owed, paid = self.covered(a.invoice, scope, end), self.covered(a.source, scope, end)
            if owed is None or paid is None:
                across += Fraction(change) * (Fraction(paid or 0) - Fraction(owed or 0))
            else:
                gains += Fraction(change) * (Fraction(paid) - Fraction(owed))
        return across, gains

    def covered(self, document: Document, scope: Scope, day: date) -> Decimal | None:
        """The rate of `document` if `scope` covers it and there is one."""
        return self.rate_of(document, scope, day) if self.within(document, scope) else None


LINES = {
    "invoices": 1,
    "debit_notes": 1,
    "credit_notes": -1,
    "receipts": -1,
    "refunds": 1,
    "write_offs": -1,
    "discounts": -1,
}
"""The lines of a roll-forward and their signs."""
