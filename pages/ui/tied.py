"""Net receivables beside the control accounts of the ledger, and what each difference comes from."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from analytics import Scope, tie_out
from analytics.tie_out import TieOut
from pages.ui import cards, export, shown, tables
from pages.ui import format as write
from pages.ui.cells import records
from pages.ui.filters import View
from pages.ui.session import ask
from pages.ui.tables import Column

METHOD = (
    "**Tie-out.** Net AR (gross open less unapplied) less the balance of the control account, in the account's currency. Timing: "
    "an event within a week of the day, or whole days, that the ledger booked on the other side of its close. Unposted: a draft that the "
    "ledger has posted. Void: a void that it has not seen. Each explains its part to the cent; the rest is unexplained, since the day "
    "named. An account knows entity and currency: other filters do not cut it."
)
CUTS = ("entity", "currency")
CAUSES = {
    "timing": "which the ledger booked on the other side of its close",
    "unposted": "a draft here and posted in the ledger",
    "void": "void here and not in the ledger",
}


def accounts(view: View) -> None:
    """The balances of a day with their differences, and a sentence on each; nothing where the books hold no balance of the ledger."""
    scope = Scope(as_of=view.day, where=[(name, values) for name, values in view.scope.filters if name in CUTS])
    found = ask(tie_out.accounts, view.store, scope)
    if found.balances["balance"].isna().all():
        return
    with cards.card("Tie-out to the ledger", "net AR beside control accounts", method=METHOD) as end:
        with end:
            day = _day(found.days)
            mine = found.at(day)
            _verdict(records(mine.balances))
            export.menu(view, f"Tie-out at {write.day(day)}", METHOD, mine.balances, key="tie_out", chart=False)
        tables.table(
            mine.balances,
            {
                "entity": Column("Entity", width=75),
                "currency": Column("Currency", width=80),
                "accounts": Column("Account", width=75),
                "net": Column("Net AR", "money"),
                "balance": Column("Ledger", "money"),
                "difference": Column("Difference", "money"),
                **{cause: Column(cause.capitalize(), "money") for cause in tie_out.CAUSES},
                "unexplained": Column("Unexplained", "money"),
                "since": Column("Since", "date", 95),
            },
            key="tie_out",
            alt="Control accounts with net AR, the ledger's balance, their difference and what it comes from",
            rows=len(mine.balances),
        )
        for sentence in (*_said(mine), *_without_account(found)):
            shown.caption(write.plain(sentence))


def _day(days: list[date]) -> date:
    """The chosen balance date, the newest unless another is chosen."""
    names = {write.day(each): each for each in days}
    if st.session_state.get("balance_date") not in (None, *names):
        st.session_state["balance_date"] = next(iter(names))
    chosen = st.selectbox("Balance of", list(names), key="balance_date", bind="query-params", label_visibility="collapsed", width=150)
    return names[chosen]


def _verdict(rows: list[dict[str, Any]]) -> None:
    odd = sum(bool(row["unexplained"]) for row in rows)
    if odd:
        st.badge(f"{write.items(odd, 'account')} with an unexplained difference", icon=":material/error:", color="orange")
    else:
        st.badge("Ties to the cent", icon=":material/check:", color="green")


def _said(found: TieOut) -> list[str]:
    """A sentence on each part of each difference."""
    reasons = [f"{_account(each)}: {_amount(each, 'amount')} is {_event(each)}." for each in records(found.reasons)]
    unexplained = [
        f"{_account(row)}: {_amount(row, 'unexplained')} is unexplained since {write.day(row['since'])}."
        for row in records(found.balances)
        if row["unexplained"]
    ]
    return reasons + unexplained


def _without_account(found: TieOut) -> list[str]:
    """A sentence on what the ledger has no account for."""
    return [
        f"{_account(row)}: no account for {_amount(row, 'net')} of net AR." for row in records(found.balances) if row["balance"] is None
    ]


def _event(each: dict[str, Any]) -> str:
    what = f"{each['what'].replace('_', ' ')} {each['document_id']} of {write.day(each['day'])}, {CAUSES[each['cause']]}"
    return f"{what} ({write.items(each['fitting'], 'event')} would fit, the nearest is named)" if each["fitting"] > 1 else what


def _amount(row: dict[str, Any], name: str) -> str:
    return write.money(row[name], row["currency"])


def _account(row: dict[str, Any]) -> str:
    return " ".join(filter(None, (row["entity"], row["currency"])))
