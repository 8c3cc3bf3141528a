"""What is asked, and how fast the answer should come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from analytics import Scope, Store, aging, customers, kpis, movements, overdue
from tests.benchmarks.books import TODAY

PAST = date(2025, 3, 31)
SIZES = (1_000_000, 10_000_000)


@dataclass(frozen=True)
class Question:
    """One question; `goals` are milliseconds at the sizes of `SIZES`."""

    name: str
    ask: Callable[[], Any]
    goals: tuple[float, float] | None = None

    def goal(self, invoices: int) -> float | None:
        """The goal at `invoices`, where there is one."""
        return self.goals[SIZES.index(invoices)] if self.goals and invoices in SIZES else None


def questions(store: Store) -> list[Question]:
    """Every question, of the books in `store`."""
    today, past, converted = Scope(as_of=TODAY), Scope(as_of=PAST), Scope(as_of=TODAY, currency="EUR")
    region = Scope(as_of=PAST, currency="EUR", where={"region": [_first(store, "region")]})
    rep = Scope(as_of=PAST, where={"sales_rep": [_first(store, "sales_rep")]})
    largest, usual = _customers(store)
    return [
        Question("aging today", lambda: aging.summary(store, today), (10, 3)),
        Question("aging at a past date", lambda: aging.summary(store, past), (10, 3)),
        Question("aging, a region, converted, by segment", lambda: aging.summary(store, region, by=("segment",)), (10, 3)),
        Question("aging of a sales rep at a past date", lambda: aging.summary(store, rep), (10, 25)),
        Question("aging, own edges, by issue date", lambda: aging.summary(store, past, edges=(15, 45, 120), basis="issue"), (10, 25)),
        Question("aging by customer", lambda: aging.summary(store, today, by=("customer",))),
        Question("unapplied at a past date", lambda: aging.unapplied(store, past), (10, 3)),
        Question("kpis, every method", lambda: kpis.summary(store, today), (10, 30)),
        Question("kpis, a region, converted", lambda: kpis.summary(store, region), (10, 30)),
        Question("kpis of a sales rep", lambda: kpis.summary(store, rep)),
        Question("overdue, a page of 50 with totals", lambda: overdue.page(store, converted), (10, 25)),
        Question(
            "overdue of a sales rep, searched",
            lambda: overdue.page(store, rep.at(TODAY), sort="days", min_amount=Decimal(1000), search="holding"),
            (10, 25),
        ),
        Question("a customer's profile", lambda: customers.profile(store, today, usual), (10, 10)),
        Question("the largest customer's profile", lambda: customers.profile(store, today, largest)),
        Question("movements of a month", lambda: movements.roll_forward(store, today, start=date(2026, 5, 31))),
        Question("trend of 60 month ends", lambda: aging.trend(store, today, start=date(2021, 7, 31)), (10, 6)),
        Question("trend of 60 month ends of a sales rep", lambda: aging.trend(store, rep.at(TODAY), start=date(2021, 7, 31)), (100, 250)),
    ]


def scan(store: Store) -> Callable[[], Any]:
    """The floor: reading once the columns that aging at a past date needs."""
    sql = "select sum(open_amount), count(valid_from), max(valid_to), max(due_date), max(currency) from segments"
    return lambda: store.rows(sql)


def _first(store: Store, column: str) -> str:
    values = store.rows("select min(region::varchar) as region, min(sales_rep::varchar) as sales_rep from documents")[0]
    return str(values[column])


def _customers(store: Store) -> tuple[str, str]:
    """The customer with the most documents, and one with as many as the middle one."""
    counted = store.rows("select customer_key, count(*) as documents from documents group by 1 order by 2 desc, 1")
    keys = {"keys": [counted[0]["customer_key"], counted[len(counted) // 2]["customer_key"]]}
    named = store.rows("select customer_key, customer_id from customer_list where customer_key in (select unnest($keys))", keys)
    by_key = {row["customer_key"]: str(row["customer_id"]) for row in named}
    return by_key[keys["keys"][0]], by_key[keys["keys"][1]]
