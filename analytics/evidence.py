"""The rows behind the sums that figures are made of: open items, documents billed, unapplied credit, payments applied, movements.

Each sum of `kpis.inputs`, each line of `movements.roll_forward` and of `changes.since` is the total of its rows here, exactly; tests
hold them together.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal, get_args

from analytics.errors import UsageError
from analytics.scope import Scope
from analytics.store import Store
from analytics.store.behind import Rows, paged, shown
from analytics.store.installments import PARTS
from analytics.store.population import CHANGED, GAINED, Mart, parameters, relation
from analytics.store.settlements import EFFECTIVE

Input = Literal["open", "overdue", "not due", "opening", "sales", "unapplied", "applied"]
Move = Literal[
    "invoices",
    "debit notes",
    "credit notes",
    "receipts",
    "refunds",
    "write-offs",
    "discounts",
    "invoiced",
    "paid",
    "credited",
    "written off",
]
Sum = Input | Move
SUMS: tuple[Sum, ...] = (*get_args(Input), *get_args(Move))
OF_A_PERIOD = ("sales", "applied")
"""The inputs over the days of the period; the others are balances at the close of a day."""

MOVES: dict[Move, tuple[Mart, str, int]] = {
    "invoices": ("documents", "kind = 'invoice'", 1),
    "debit notes": ("documents", "kind = 'debit_note'", 1),
    "credit notes": ("documents", "kind = 'credit_note'", -1),
    "receipts": ("receipts", "kind = 'receipt'", 1),
    "refunds": ("receipts", "kind = 'refund'", -1),
    "write-offs": ("applied", "source = 'write_off'", 1),
    "discounts": ("applied", "source = 'discount'", 1),
    "invoiced": ("documents", "kind <> 'credit_note'", 1),
    "paid": ("applied", "source = 'payment'", 1),
    "credited": ("applied", "source = 'credit_note'", 1),
    "written off": ("applied", "source in ('write_off', 'discount')", 1),
}
"""What came less what went between two days: its mart, its rows, and the sign that makes it a positive amount."""

NARROW = "customer_key, invoice_key, payment_key, installment_no, day, due_date, days_to_pay, days_late, ended, value, shown_currency"
BALANCE = (
    "select customer_key, invoice_key, cast(null as integer) as payment_key, installment_no, issue_date as day, due_date, "
    "cast(null as integer) as days_to_pay, cast($day - due_date as integer) as days_late, cast(null as date) as ended, value, "
    "shown_currency from {rows} where {test}"
)
BILLED = (
    "select customer_key, invoice_key, null as payment_key, null as installment_no, issue_date as day, due_date, null as days_to_pay, "
    "null as days_late, cast(null as date) as ended, value, shown_currency from {rows} where alive_from > $start"
)
UNAPPLIED = (
    "select customer_key, invoice_key, payment_key, null as installment_no, document_date as day, null as due_date, null as days_to_pay, "
    "null as days_late, cast(null as date) as ended, value, shown_currency from {rows}"
)
APPLIED = (
    "select customer_key, invoice_key, source_payment_key as payment_key, null as installment_no, effective_date as day, due_date, "
    "cast(effective_date - issue_date as integer) as days_to_pay, cast(effective_date - due_date as integer) as days_late, "
    "cast(null as date) as ended, value, shown_currency from (select customer_key, invoice_key, source_payment_key, "
    "effective_date, issue_date, due_date, cast(value as decimal(38, 14)) as value, shown_currency, source "
    "from {rows} where not has_installments "
    "union all select customer_key, invoice_key, source_payment_key, effective_date, issue_date, part_due_date, "
    "cast(part_amount * rate as decimal(38, 14)), shown_currency, source "
    "from (with installment_applications as (select * from {rows} where has_installments) {parts}) where part_amount <> 0) "
    f"where source = 'payment' and {EFFECTIVE}"
)
"""With installments an application is parted among those it fills, each against its own due date."""

MOVED = (
    "select customer_key, {keys} as day, null as installment_no, null as due_date, null as days_to_pay, null as days_late, "
    f"case when alive_to <= $asked_end then alive_to end as ended, {{sign}} * value * {GAINED} as value, shown_currency "
    f"from {{rows}} where {{test}} and {CHANGED}"
)
KEYS: dict[Mart, str] = {
    "documents": "invoice_key, cast(null as integer) as payment_key, issue_date",
    "receipts": "cast(null as integer) as invoice_key, payment_key, received_date",
    "applied": "invoice_key, source_payment_key as payment_key, effective_date",
}
"""Where a row that moves a balance finds its papers and its day."""


def documents(store: Store, scope: Scope, of: Sum, *, days: int = 90, page: int = 1, size: int | None = 50) -> Rows:
    """What the sum `of` at the close of the as-of day is made of, the largest amount first.

    `open`, `overdue`, `not due`: open items; `opening`: the open items at the close of `days` days before; `sales`: invoices, debit
    and credit notes (negative) of the `days` days up to the as-of day; `unapplied`: payments and credit notes not wholly applied;
    `applied`: applications of payments effective in those days. The lines of a roll-forward are what came in those days, less what
    went: `invoices` to `discounts` move net AR, `invoiced` to `written off` move what is open. Without a `size` all rows are on the
    page, for a file.

    Rows have `customer_id`, `name`, `kind`, `document` (number, else id), `document_id`, `installment_no`, `payment_id` (of what is
    applied: its payment), `date` (issued, received or applied), `due_date`, `days_to_pay`, `days_late`, `ended` (the day on which what
    went was voided, reversed or undone), `currency` and `amount`.
    """
    scope, behind, bound = _behind(store, scope, of, days)
    order = "r.shown_currency, r.value desc, r.day, r.invoice_key, r.payment_key, r.installment_no, r.due_date"
    sql = (
        "select c.customer_id, c.name, coalesce(d.kind::varchar, p.kind::varchar) as kind, "
        "coalesce(d.number, d.invoice_id, p.payment_id) as document, coalesce(d.invoice_id, p.payment_id) as document_id, "
        "r.installment_no, p.payment_id, r.day as date, r.due_date, r.days_to_pay, r.days_late, r.ended, "
        f"r.shown_currency::varchar as currency, {shown('r.value', scope)} as amount "
        f"from (select {NARROW} from ({behind}) r order by {order} limit $size offset $offset) r "
        "left join customer_list c on c.customer_key = r.customer_key left join documents d on d.invoice_key = r.invoice_key "
        f"left join receipts p on p.payment_key = r.payment_key order by {order}"
    )
    return paged(store, behind, "count(*)", sql, bound, page, size)


def customers(store: Store, scope: Scope, of: Sum, *, days: int = 90, page: int = 1, size: int | None = 50) -> Rows:
    """The same summed by customer, the largest first: `customer_id`, `name`, `currency`, `items` and `amount`."""
    scope, behind, bound = _behind(store, scope, of, days)
    order = "r.shown_currency, r.value desc, r.customer_key"
    sql = (
        f"select c.customer_id, c.name, r.shown_currency::varchar as currency, r.items, {shown('r.value', scope)} as amount "
        f"from (select customer_key, shown_currency, count(*) as items, sum(value) as value from ({behind}) r "
        f"group by customer_key, shown_currency) r left join customer_list c on c.customer_key = r.customer_key "
        f"order by {order} limit $size offset $offset"
    )
    return paged(store, behind, "count(distinct coalesce(customer_key, 0))", sql, bound, page, size)


def _behind(store: Store, scope: Scope, of: Sum, days: int) -> tuple[Scope, str, dict[str, Any]]:
    """The scope asked, the rows of the sum as a statement, and what it binds."""
    if of not in SUMS:
        raise UsageError(f"'{of}' is not one of {', '.join(SUMS)}")
    if days < 1:
        raise UsageError(f"days is {days}: a period has at least one day")
    scope = store.resolve(scope)
    start = scope.day - timedelta(days=days)
    if of in MOVES:
        mart, test, sign = MOVES[of]
        moved = MOVED.format(keys=KEYS[mart], sign=sign, rows=relation(mart, scope, "any"), test=test)
        return scope, moved, parameters(scope, scope.day, life="any", asked_start=start, asked_end=scope.day)
    if of == "opening":
        scope = scope.at(start)
    bound = parameters(scope, scope.day) | ({"start": start} if of in OF_A_PERIOD else {})
    match of:
        case "sales":
            return scope, BILLED.format(rows=relation("documents", scope)), bound
        case "unapplied":
            return scope, UNAPPLIED.format(rows=relation("credits", scope)), bound
        case "applied":
            return scope, APPLIED.format(rows=relation("applied", scope), parts=PARTS), bound
    test = {"overdue": "due_date < $day", "not due": "due_date >= $day"}.get(of, "true")
    return scope, BALANCE.format(rows=relation("segments", scope), test=test), bound
