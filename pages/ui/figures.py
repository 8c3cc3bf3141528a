"""How each figure is computed: its definition, its equation with the sums put in, and the rows behind each sum."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from analytics import evidence
from analytics.kpis import Inputs
from pages.ui import cards, export, filters, lists, outstanding, shown, states, tables
from pages.ui import format as write
from pages.ui.cells import column
from pages.ui.filters import View
from pages.ui.outstanding import Method
from pages.ui.session import ask
from pages.ui.tables import Column

PAGE = 25
BALANCES = (
    Method("Open receivables", "open", "money", "Open amounts of invoices and debit notes; credit is not netted in.", "open", ("open",)),
    Method("Overdue", "overdue", "money", "The part whose due date has passed; due today is not overdue.", "overdue", ("overdue",)),
    Method("Overdue share", "overdue_share", "share", "Which part of what is open is late.", "overdue / open", ("overdue", "open")),
    Method("Unapplied", "unapplied", "money", "Payments and credit notes, less what of them is applied.", "unapplied", ("unapplied",)),
    Method("Net AR", "net", "money", "What is open less what is unapplied.", "open - unapplied", ("open", "unapplied")),
    Method("Credit sales", "sales", "money", "Invoices and debit notes less credit notes, gross of tax.", "sales", ("sales",)),
)
FIGURES = {method.name: method for method in (*BALANCES, *outstanding.METHODS)}
ON_CUSTOMERS = tuple(
    FIGURES[name] for name in ("Open receivables", "Overdue", "Unapplied", "Net AR", "DSO, simple", "Weighted days late, paid")
)
SAID: dict[evidence.Sum, str] = {
    "open": "Open items at the close of the as-of day: gross, before anything unapplied.",
    "overdue": "The open items whose due date has passed.",
    "not due": "The open items that are due today or later.",
    "opening": "The items open at the close of the day before the period.",
    "sales": "Invoices, debit notes and (negative) credit notes issued in the period.",
    "unapplied": "Payments and credit notes that are not wholly applied.",
    "applied": "Applications of payments effective in the period.",
    "invoices": "Invoices issued in the period.",
    "debit notes": "Debit notes issued in the period.",
    "credit notes": "Credit notes issued in the period.",
    "receipts": "Payments received in the period.",
    "refunds": "Payments returned to customers in the period.",
    "write-offs": "Write-offs effective in the period.",
    "discounts": "Discounts taken in the period.",
    "invoiced": "Invoices and debit notes issued in the period.",
    "paid": "Applications of payments that took effect in the period.",
    "credited": "Applications of credit notes that took effect in the period.",
    "written off": "Write-offs and discounts effective in the period.",
}
LESSENED = " What counted before and was voided, reversed or undone in the period lessens them, with the day on which it went."
OWNERS, PAPERS = "Customers", "Documents"


def menu(figures: Sequence[Method] = tuple(FIGURES.values()), *, customer_id: str | None = None) -> None:
    """A menu that opens a figure's computation, with the filters as they are; of one customer if `customer_id` says so."""
    picked = st.menu_button(
        "How computed",
        [method.name for method in figures],
        icon=":material/function:",
        type="tertiary",
        key="how_computed",
        help="The definition, the inputs and the rows behind a figure",
    )
    if picked is not None:
        if customer_id is not None:
            filters.narrow("customer", customer_id)
        show(picked)


def show(name: str, **url: str) -> None:
    """Goes to the computation of the figure `name`; `url` says more of what the page shows."""
    st.switch_page("pages/receivables/figure.py", query_params={"figure": name, **url})


def definition(view: View, method: Method, days: int) -> None:
    """What the figure says, and its equation with the sums put in."""
    now, sums = outstanding.figures(view, view.day, days), outstanding.sums(view, view.day, days)
    value = written(now.get(method.column), method.unit, view)
    exhausted = bool(now.get("dso_countback_exhausted")) and method.column.startswith("dso_countback")
    with cards.card(method.name, outstanding.period(view, days) if of_a_period(method) else f"at the close of {write.day(view.day)}"):
        value_said = f"≥ {value}" if exhausted else value
        st.metric(method.name, value_said, label_visibility="collapsed")
        shown.figure(method.name, value_said)
        st.markdown(f"{write.plain(method.says)} Population: {write.plain(view.caption)}.")
        shown.sentence(f"{method.says} Population: {view.caption}.")
        if exhausted:
            st.markdown("The history is too short to find the day: at least so many days.")
        steps = dict.fromkeys((method.formula, put_in(method.formula, sums, view, days), value))  # a plain sum says each once
        equation = [method.name, *(f"= {step}" for step in steps)]
        st.code("\n".join(equation), language=None, wrap_lines=True)
        shown.sentence(" ".join(equation))


def inputs(view: View, method: Method, days: int) -> evidence.Sum:
    """The sums that the figure is made of, and the one whose rows are asked for."""
    names = _inputs(method)
    with cards.card("Inputs", write.items(len(names), "sum")):
        sums = outstanding.by_name(outstanding.sums(view, view.day, days), view.day, days)
        frame = pd.DataFrame(
            {
                "Input": names,
                "Amount": [write.money(sums[name], view.shown) for name in names],
                "What it is": [SAID[name] for name in names],
            }
        )
        tables.prose(frame, alt="The inputs of the figure, with their amounts")
        return behind(names)


def behind(names: Sequence[evidence.Sum]) -> evidence.Sum:
    """The sum whose rows are asked for, one of `names`; kept in the URL."""
    chosen: evidence.Sum = one_of("Rows behind", names, "behind")
    return chosen


def rows(view: View, of: evidence.Sum, days: int) -> None:
    """The rows behind the sum `of`: customers, each opens its documents; documents, each opens its customer's applications."""
    title, says = f"Rows behind {of}", SAID[of] + (LESSENED if of in evidence.MOVES else "")
    with cards.card(title, method=f"**{title}.** {says} They add up to it, to the cent.") as end:
        with end:
            by = one_of("Rows by", (OWNERS, PAPERS), "rows_by", label_visibility="collapsed")
            report = evidence.customers if by == OWNERS else evidence.documents
            found = ask(report, view.store, view.focus, of, days=days, size=PAGE)
            export.menu(
                view,
                f"{title}, by {by.lower()}",
                says,
                lambda: report(view.store, view.focus, of, days=days, size=None).rows,
                key="evidence",
                chart=False,
                rows=found.total_items,
            )
        if not found.total_items:
            states.nothing("There are no such rows.", "Choose another day, or clear a filter.")
            return
        total = write.money(found.total_amount.get(view.shown), view.shown)
        shown.caption(write.plain(f"{write.items(found.total_items, by.lower().removesuffix('s'))} · {total}"))
        with lists.page_of("evidence_page", found.total_items, PAGE, by.lower().removesuffix("s")) as page:
            if page > 1:
                found = ask(report, view.store, view.focus, of, days=days, page=page, size=PAGE)
            _owners(view, found.rows) if by == OWNERS else _papers(view, found.rows)


def put_in(formula: str, sums: Inputs, view: View, days: int) -> str:
    """`formula` with the amounts and the days of the period in the places of their names."""
    known = {name: write.money(amount, view.shown) for name, amount in outstanding.by_name(sums, view.day, days).items()}
    products = {
        "sum(applied x days from issue)": sums.paid.amount_days_to_pay,
        "sum(applied x days from due date)": sums.paid.amount_days_late,
    }
    known |= {name: write.money(amount, view.shown) for name, amount in products.items()} | {"x days": f"x{write.UNPARTED}{days}"}
    names = sorted(known, key=len, reverse=True)
    return re.sub("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names), lambda found: known[found[0]], formula)


def written(value: Any, unit: str, view: View) -> str:
    """The figure's value in its unit."""
    if unit == "money":
        return write.money(value, view.shown)
    return write.percent(value) if unit == "share" else outstanding.written(value, unit)


def of_a_period(method: Method) -> bool:
    """Whether the figure covers days, not only the close of one."""
    return bool({"sales", "applied", "opening"} & set(method.inputs)) or method.column.startswith("dso")


def _inputs(method: Method) -> list[evidence.Sum]:
    return [name for name in evidence.SUMS if name in method.inputs]


def one_of(label: str, options: Sequence[Any], key: str, **how: Any) -> Any:
    """A choice that rows, figures and other pages also make; it gives way to its first option where that is none of these."""
    chosen = st.session_state.get(key)
    if chosen is not None:  # set again, since another page's choice is not this one's
        st.session_state[key] = chosen if chosen in options else options[0]
    first = None if key in st.session_state else options[0]
    return st.segmented_control(label, options, default=first, required=True, key=key, bind="query-params", **how)


def _owners(view: View, frame: pd.DataFrame) -> None:
    customers = column(frame, "customer_id")

    def narrow(row: int) -> None:
        if customers[row] is not None:  # a payment may be nobody's
            filters.narrow("customer", customers[row])
            st.session_state["rows_by"] = PAPERS

    tables.table(
        frame.assign(name=frame["name"].fillna(frame["customer_id"])),
        {
            "name": Column("Customer", width=240),
            "customer_id": Column("Id"),
            "items": Column("Rows", "count"),
            "amount": Column("Amount", "money"),
        },
        key="evidence_owners",
        alt="Customers behind the sum, largest first; choosing a row shows its documents",
        currency=view.shown,
        rows=min(len(frame), lists.SHOWN_ROWS),
        on_pick=narrow,
    )


def _papers(view: View, frame: pd.DataFrame) -> None:
    customers = column(frame, "customer_id")

    def open_customer(row: int) -> None:
        if customers[row] is not None:
            lists.open_customer(customers[row], papers="Applications")

    of_payments = frame["payment_id"].equals(frame["document"])
    kinds = {"debit_note": "debit note", "credit_note": "credit note"}
    named = frame.assign(name=frame["name"].fillna(frame["customer_id"]), kind=[kinds.get(kind, kind) for kind in column(frame, "kind")])
    columns = {
        "document": Column("Document"),
        "kind": Column("Kind", width=95),
        "name": Column("Customer", width=190),
        "date": Column("Date", "date", help="Issued, received or applied"),
        "due_date": Column("Due", "date"),
        "payment_id": Column("Payment"),
        "days_to_pay": Column("Days to pay", "count"),
        "days_late": Column("Days late", "days" if frame["days_to_pay"].isna().all() else "count"),
        "ended": Column("Undone", "date", help="Voided, reversed or undone"),
        "amount": Column("Amount", "money"),
    }
    tables.table(
        named,
        {name: each for name, each in columns.items() if not (named[name].isna().all() or (name == "payment_id" and of_payments))},
        key="evidence_papers",
        alt="Documents behind the sum, largest first; choosing a row opens its customer's applications",
        currency=view.shown,
        rows=min(len(frame), lists.SHOWN_ROWS),
        on_pick=open_customer,
    )
