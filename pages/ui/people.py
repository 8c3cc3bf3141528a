"""One customer: who it is, what it owes, its documents, payments and applications, and how it pays."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from analytics import customers
from analytics.customers import Profile
from pages.ui import cards, charts, export, filters, lists, outstanding, shown, states, tables
from pages.ui import format as write
from pages.ui.cells import column, records
from pages.ui.filters import View
from pages.ui.receivables import AGING_METHOD, LABELS
from pages.ui.session import ask
from pages.ui.tables import Column

DOCUMENT_PAGE = 25
KINDS = {"invoice": "Invoice", "debit_note": "Debit note", "credit_note": "Credit note", "receipt": "Receipt", "refund": "Refund"}
SOURCES = {"payment": "Payment", "credit_note": "Credit note", "write_off": "Write-off", "discount": "Discount"}
POPULATION = "**{}.** Of this customer, as known at the close of the as-of day, in the documents' own currencies."


def pick(view: View) -> str | None:
    """The chosen customer's id; kept in the URL as `of`."""
    names = filters.customer_names(view.store)
    return st.selectbox(
        "Customer",
        list(names),
        index=None,
        format_func=partial(filters.customer_label, names),
        placeholder="Search by name, or type an id",
        accept_new_options=True,
        filter_mode="contains",
        key="of",
        bind="query-params",
        label_visibility="collapsed",
    )


def profile(view: View, customer_id: str) -> Profile:
    """Everything about the customer; raises `CustomerMissing`."""
    return ask(customers.profile, view.store, view.focus, customer_id)


def who(found: Profile) -> None:
    """The customer's name and what is known of it."""
    known = found.customer
    st.header(write.plain(known["name"] or known["customer_id"]), anchor=False)
    facts = [
        ("", known["customer_id"]),
        ("", known["segment"]),
        ("", known["region"]),
        ("", known["country"]),
        ("sales rep ", known["sales_rep"]),
        ("collector ", known["collector"]),
        ("part of ", known["parent_id"]),
        ("terms ", None if known["payment_terms_days"] is None else write.measure(known["payment_terms_days"], 0, " days")),
        ("", known["email"]),
    ]
    # Text, not Markdown: an address in it would become a link.
    said = " · ".join(f"{label}{value}" for label, value in facts if value)
    st.text(said)
    shown.sentence(f"{known['name'] or known['customer_id']}: {said}")


def headlines(view: View, found: Profile) -> None:
    """What it owes, and how it pays."""
    now = outstanding.of_currency(found.figures, view.shown)
    behaviour = _behaviour(found)
    limit = found.customer["credit_limit"]
    used = now["open"] / limit if limit and found.customer["currency"] == view.shown else None
    cells = [
        ("Open", write.money(now["open"], view.shown), "Sum of open amounts of its invoices and debit notes."),
        ("Overdue", write.money(now["overdue"], view.shown), "The part of it whose due date has passed."),
        ("Unapplied", write.money(now["unapplied"], view.shown), "Receipts less refunds plus credit notes, less what is applied."),
        ("Credit limit used", write.percent(used), "Open / credit limit, where both are in the currency shown."),
        ("Days late, median", write.days(behaviour.get("median_days_late")), _how_it_pays(behaviour)),
    ]
    with st.grid(len(cells), min_column_width=160):
        for label, value, says in cells:
            shown.figure(label, value, "", f"{label}. {says}")
            st.metric(label, value, help=f"**{label}.** {says}", border=True, height="stretch")
    if behaviour:
        shown.caption(write.plain(_how_it_pays(behaviour)))


def aging(view: View, found: Profile) -> None:
    """Its open amounts by bucket."""
    rows = [row for row in records(found.aging) if row["currency"] == view.shown]
    with cards.card("Aging", method=AGING_METHOD) as end:
        if not rows and view.scope.filters:
            states.nothing("Nothing of it is open within the filters.", "Clear them to see all of it; its documents below are its whole.")
            return
        if not rows:
            states.nothing("Nothing is open.", "Its documents are below.")
            return
        with end:
            export.menu(view, f"Aging of {found.customer['customer_id']}", AGING_METHOD, found.aging, key="customer_aging")
        amounts = {"Open": [rows[0][label] for label in LABELS]}
        figure = charts.stacked(LABELS, amounts, view.shown, by_place=charts.age_colours(len(LABELS)))
        charts.show(figure, "customer_aging", "Open amounts of the customer by days past due")


def pace(view: View, found: Profile) -> None:
    """How late its settled invoices were, over time."""
    settled = [row for row in records(found.documents) if row["settled_date"] is not None and row["kind"] != "credit_note"]
    method = POPULATION.format("Payment pace") + " Each point is a settled invoice: the day it was settled, and how many days late."
    with cards.card("Payment pace", write.items(len(settled), "settled invoice"), method=method) as end:
        if not settled:
            states.nothing("No invoice is settled yet.", "Its open documents are below.")
            return
        with end:
            export.menu(view, f"Payment pace of {found.customer['customer_id']}", method, found.documents, key="customer_pace")
        latest = sorted(settled, key=lambda row: row["settled_date"])[-POINTS:]
        figure = charts.dots(
            [row["settled_date"] for row in latest],
            [(row["settled_date"] - row["due_date"]).days for row in latest],
            [f"{row['number'] or row['invoice_id']}: {write.money(row['total'], row['currency'])}" for row in latest],
        )
        charts.show(figure, "customer_pace", "Days late of each settled invoice by the day it was settled")


POINTS = 400
"""Dots on the pace chart: the latest settled invoices."""


def papers(view: View, found: Profile) -> None:
    """Its documents, payments and applications, a page at a time."""
    papers = {
        "Documents": (found.documents, ["issue_date", "invoice_id"], DOCUMENTS),
        "Payments": (found.payments, ["received_date", "payment_id"], PAYMENTS),
        "Applications": (found.applications, ["applied_date", "application_id"], APPLICATIONS),
    }
    with cards.card("Papers", "newest first", method=POPULATION.format("Documents, payments and applications")) as end:
        which = st.segmented_control(
            "Show", list(papers), default="Documents", required=True, key="papers", bind="query-params", label_visibility="collapsed"
        )
        frame, newest, columns = papers[which]
        with end:
            title = f"{which} of {found.customer['customer_id']}"
            export.menu(view, title, POPULATION.format(which), frame, key="papers_list", chart=False)
        _paged(frame.sort_values(newest, ascending=False), which.lower(), columns)


DOCUMENTS = {
    "number": Column("Number"),
    "kind": Column("Kind"),
    "status": Column("Status", width=70),
    "issue_date": Column("Issued", "date"),
    "due_date": Column("Due", "date"),
    "currency": Column("Currency", width=80),
    "total": Column("Total", "money"),
    "open_amount": Column("Open", "money"),
    "unapplied_amount": Column("Unapplied", "money"),
    "days_late": Column("Days late", "days"),
    "settled_date": Column("Settled", "date", 95),
    "disputed": Column("Disputed", "flag"),
}
PAYMENTS = {
    "payment_id": Column("Payment"),
    "kind": Column("Kind"),
    "received_date": Column("Received", "date"),
    "currency": Column("Currency", width=80),
    "amount": Column("Amount", "money"),
    "unapplied_amount": Column("Unapplied", "money"),
    "reversed_date": Column("Reversed", "date"),
    "method": Column("Method"),
    "reference": Column("Reference"),
}
APPLICATIONS = {
    "applied_date": Column("Applied", "date"),
    "source": Column("From"),
    "source_id": Column("Source"),
    "invoice_id": Column("To invoice"),
    "currency": Column("Currency", width=80),
    "amount": Column("Amount", "money"),
}


def _paged(frame: pd.DataFrame, what: str, columns: dict[str, Column]) -> None:
    if frame.empty:
        states.nothing(f"There are no {what}.", "Choose a later day.")
        return
    with lists.page_of(f"{what}_page", len(frame), DOCUMENT_PAGE, what.removesuffix("s")) as page:
        shown = frame.iloc[(page - 1) * DOCUMENT_PAGE : page * DOCUMENT_PAGE]
        tables.table(_named(shown), columns, key=what, alt=f"The customer's {what}, newest first", rows=len(shown))


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    named: dict[str, list[Any]] = {}
    if "number" in frame:
        numbers = zip(column(frame, "number"), column(frame, "invoice_id"), strict=True)
        named["number"] = [number or identity for number, identity in numbers]
    if "kind" in frame:
        named["kind"] = [KINDS.get(kind, kind) for kind in column(frame, "kind")]
    if "status" in frame:
        named["status"] = [status.capitalize() for status in column(frame, "status")]
    if "source" in frame:
        named["source"] = [SOURCES.get(source, source) for source in column(frame, "source")]
    return frame.assign(**named)


def _behaviour(found: Profile) -> dict[str, Any]:
    """How it pays, in the currency of most of its settled invoices: a view in another one has none of its days."""
    return max(records(found.behaviour), key=lambda row: row["invoices_settled"], default={})


def _how_it_pays(row: dict[str, Any]) -> str:
    if not row:
        return "No invoice is settled yet, so nothing is known of how it pays."
    settled = f"{write.items(row['invoices_settled'], 'settled invoice')} in {row['currency']}"
    said = f"{settled}, {write.percent(row['settled_late'], 0)} of them late"
    if row["last_receipt_date"] is None:
        return f"{said}."
    return f"{said}; last receipt {write.money(row['last_receipt_amount'], row['currency'])} on {write.day(row['last_receipt_date'])}."
