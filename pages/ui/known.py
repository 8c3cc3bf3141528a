"""What people know of an invoice: kept with who said it and when, and shown beside the model, never in it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pandas as pd
import streamlit as st

from analytics import forecast
from analytics.errors import DuebookError
from analytics.store import overrides as words
from analytics.store.overrides import Override
from pages.ui import cards, cash, export, tables
from pages.ui import format as write
from pages.ui.cells import column
from pages.ui.filters import View
from pages.ui.session import ask
from pages.ui.tables import Column

METHOD = (
    "**What people know.** A day on which an invoice will be paid, or that it should not be counted on, with who said so and when. It "
    "takes the model's place for that invoice in the figures of this card only; the forecast above is the model's own."
)
KINDS = {"will be paid on a day": "date", "is not counted on": "exclude"}


def overrides(view: View) -> None:
    """The words that stand, what they change, and a form for one more."""
    said = words.standing(view.store.directory)
    with cards.card("What people know", write.items(len(said), "note") if said else "", method=METHOD) as end:
        if said:
            with end:
                export.menu(view, "What people know of invoices", METHOD, lambda: _history(view), key="known", chart=False)
            _effect(view, said)
            _listed(said)
        left, right = st.columns(2)
        with left, st.popover("Add a note on an invoice", icon=":material/edit_calendar:"):
            _form(view)
        if said:
            with right, st.popover("Withdraw a note", icon=":material/undo:"):
                _withdrawal(view, said)


def _effect(view: View, said: tuple[Override, ...]) -> None:
    found = ask(forecast.overridden, view.store, view.focus, said)
    weeks = found[found["currency"] == view.shown]
    base, changed = (sum(column(weeks, name), Decimal(0)) for name in ("base", "changed"))
    st.markdown(
        f"Over {len(weeks)} weeks the model expects **{write.plain(write.money(base, view.shown))}**; with what people said of "
        f"{write.items(len(said), 'invoice')}, **{write.plain(write.money(changed, view.shown))}**."
    )


def _listed(said: tuple[Override, ...]) -> None:
    tables.table(
        pd.DataFrame(
            {
                "invoice": [each.invoice_id for each in said],
                "what": ["not counted on" if each.pay_date is None else f"paid on {each.pay_date}" for each in said],
                "who": [each.who for each in said],
                "when": [each.written_at[:16].replace("T", " ") + " UTC" for each in said],
                "why": [each.reason for each in said],
            }
        ),
        {
            "invoice": Column("Invoice", width=130),
            "what": Column("What", width=170),
            "who": Column("Who", width=140),
            "when": Column("When", width=160),
            "why": Column("Why"),
        },
        key="known",
        alt="What people said of invoices, with who and when",
        rows=min(len(said), cash.PAGE),
    )


def _form(view: View) -> None:
    invoices = cash.expected(view).invoices
    ids = column(invoices.sort_values("open_amount", ascending=False).head(cash.LISTED), "invoice_id")
    with st.form("override", clear_on_submit=True, border=False):
        invoice = st.selectbox("Invoice", list(dict.fromkeys(ids)), index=None, accept_new_options=True, placeholder="Number or id")
        kind = st.radio("What", list(KINDS), horizontal=True)
        day = st.date_input("Day", value=view.day + timedelta(days=14), min_value=view.day + timedelta(days=1), format="YYYY-MM-DD")
        who = st.text_input("Your name", max_chars=80)
        why = st.text_input("Why", max_chars=200)
        if st.form_submit_button("Save", type="primary") and invoice:
            dated = KINDS[kind] == "date"
            _write(view, Override(str(invoice), KINDS[kind], day if dated else None, who, why))


def _withdrawal(view: View, said: tuple[Override, ...]) -> None:
    with st.form("withdrawal", clear_on_submit=True, border=False):
        invoice = st.selectbox("Invoice", [each.invoice_id for each in said])
        who = st.text_input("Your name", max_chars=80, key="withdrawn_by")
        if st.form_submit_button("Withdraw"):
            _write(view, Override(str(invoice), "withdrawn", None, who, ""))


def _write(view: View, said: Override) -> None:
    try:
        words.write(view.store.directory, said)
    except DuebookError as problem:
        st.error(write.plain(str(problem)))
        return
    st.rerun()


def _history(view: View) -> pd.DataFrame:
    return pd.DataFrame([vars(each) for each in words.history(view.store.directory)])
